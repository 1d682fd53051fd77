"""The Lambda functions, asked in the shapes that AWS documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import SAMPLES

from eks_guard import arrival, hook

STACK_ARN = "arn:aws:cloudformation:eu-central-1:123456789012:stack/Payment/1a2345b6-0000-00a0-a123-00abc0abc000"
CHANGE_SET_ARN = "arn:aws:cloudformation:eu-central-1:123456789012:changeSet/Next/1a2345b6-0000-00a0-a123-00abc0abc000"
TEMPLATE = (SAMPLES / "payment-cfn-wrong-layer" / "cdk.out" / "Payment.template.json").read_text(encoding="utf-8")
CLUSTER: dict[str, Any] = {
    "Type": "AWS::EKS::Cluster",
    "Properties": {
        "Name": "live",
        "Version": "1.33",
        "RoleArn": "arn:aws:iam::1:role/x",
        "ResourcesVpcConfig": {"SubnetIds": ["subnet-1"], "EndpointPublicAccess": False, "EndpointPrivateAccess": True},
    },
}
BUCKET = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}


def request(target: str = "STACK", point: str = "UPDATE_PRE_PROVISION", **change) -> dict:
    change_set = target == "CHANGE_SET"
    return {
        "clientRequestToken": "f8da6d11-b23f-48f4-814c-0fb6a667f50e",
        "awsAccountId": "123456789012",
        "stackId": STACK_ARN,
        "changeSetId": CHANGE_SET_ARN if change_set else None,
        "hookTypeName": "acme::eks::guard",
        "hookTypeVersion": "00000008",
        "hookModel": {"LambdaFunction": "arn:aws:lambda:eu-central-1:123456789012:function:eks-guard-hook"},
        "actionInvocationPoint": point,
        "requestData": {
            "targetName": target,
            "targetType": target,
            "targetLogicalId": CHANGE_SET_ARN if change_set else "Payment",
            "payload": "https://s3.eu-central-1.amazonaws.com/hooks/payload",
        },
        "requestContext": {"invocation": 1, "callbackContext": None},
        **change,
    }


def asked(event: dict, **payload) -> dict:
    return hook.answer(event, lambda url: json.dumps(payload).encode())


def test_a_stack_that_would_break_is_stopped_with_the_reason():
    answer = asked(request(), template=TEMPLATE, previousTemplate=None)
    assert answer["hookStatus"] == "FAILED"
    assert answer["errorCode"] == "NonCompliant"
    assert answer["clientRequestToken"] == "f8da6d11-b23f-48f4-814c-0fb6a667f50e"
    assert "high kubectl-version-skew Payment/" in answer["message"] or "cluster-version-creatable" in answer["message"]
    assert "A hook sees one template" in answer["message"]


def test_a_template_without_eks_passes_in_one_sentence():
    answer = asked(request(point="CREATE_PRE_PROVISION"), template=json.dumps(BUCKET))
    assert answer["hookStatus"] == "SUCCESS"
    assert "errorCode" not in answer
    assert answer["message"] == "eks-guard: the template of Payment has no EKS resources"


def test_yaml_is_read_and_the_account_and_region_are_those_of_the_request():
    text = "Resources:\n  C:\n    Type: AWS::EKS::Cluster\n    Properties: {Version: '1.19', RoleArn: !Sub 'arn:${AWS::Partition}:iam::1:role/x', ResourcesVpcConfig: {SubnetIds: [a]}}\n"
    answer = asked(request(), template=text)
    assert answer["errorCode"] == "NonCompliant"
    assert "cluster-version-creatable Payment/C" in answer["message"]


def test_a_change_set_is_judged_by_its_template():
    changed = [
        {
            "logicalResourceId": "C",
            "resourceType": "AWS::EKS::Cluster",
            "action": "CREATE",
            "lineNumber": 1,
            "beforeContext": None,
            "afterContext": "{}",
        }
    ]
    answer = asked(request("CHANGE_SET", "CREATE_PRE_PROVISION"), template=TEMPLATE, changedResources=changed)
    assert answer["hookStatus"] == "FAILED"
    assert "in Payment\n" in answer["message"]


def test_an_update_that_replaces_a_cluster_is_stopped():
    before = {"Resources": {"C": CLUSTER}}
    properties = {**CLUSTER["Properties"], "Name": "other"}
    after = {"Resources": {"C": {**CLUSTER, "Properties": properties}}}
    answer = asked(request(), template=json.dumps(after), previousTemplate=json.dumps(before))
    assert answer["errorCode"] == "NonCompliant"
    assert "cluster-kept" in answer["message"] or "replace" in answer["message"]
    same = asked(request(), template=json.dumps(before), previousTemplate=json.dumps(before))
    assert "replace" not in same["message"]


def test_what_one_template_cannot_tell_is_named():
    nested = {
        "Resources": {
            "Inner": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": "https://s3.amazonaws.com/b/k"},
            }
        }
    }
    answer = asked(request(), template=json.dumps(nested))
    assert answer["hookStatus"] == "SUCCESS"
    assert "not judged:" in answer["message"]
    assert "A hook sees one template" in answer["message"]


def test_what_is_not_judged_stops_where_it_is_to_be_strict(monkeypatch):
    monkeypatch.setenv("EKS_GUARD_STRICT", "1")
    nested = {
        "Resources": {
            "Inner": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": "https://s3.amazonaws.com/b/k"},
            }
        }
    }
    assert asked(request(), template=json.dumps(nested))["errorCode"] == "NonCompliant"


def test_the_environment_sets_the_gate(monkeypatch):
    monkeypatch.setenv("EKS_GUARD_SELECT", "control-plane-logging")
    monkeypatch.setenv("EKS_GUARD_FAIL_ON", "high")
    answer = asked(request(), template=json.dumps({"Resources": {"C": CLUSTER}}))
    assert answer["hookStatus"] == "SUCCESS"
    assert "eks-guard: nothing failed" in answer["message"]


def test_a_deletion_is_let_through():
    answer = asked(request(point="DELETE_PRE_PROVISION"), template="", previousTemplate="")
    assert answer["hookStatus"] == "SUCCESS"
    assert "nothing was judged" in answer["message"]


@pytest.mark.parametrize("payload", [{}, {"template": None}, {"template": "", "previousTemplate": TEMPLATE}])
def test_an_update_without_a_template_is_not_let_through(payload):
    answer = asked(request(), **payload)
    assert answer["hookStatus"] == "FAILED"
    assert "the payload has no template" in answer["message"]


@pytest.mark.parametrize(
    ("event", "payload", "words"),
    [
        (
            request(requestData={"targetType": "RESOURCE", "targetName": "AWS::EKS::Cluster"}),
            b"{}",
            "expected STACK or CHANGE_SET",
        ),
        (request(), b"not JSON", "not what AWS documents"),
        (request(), b'{"template": 5}', "not what AWS documents"),
        (request(), b'{"template": "{\\"Resources\\": "}', "not valid JSON"),
    ],
)
def test_what_cannot_be_judged_is_never_a_success(event, payload, words):
    answer = hook.answer(event, lambda url: payload)
    assert (answer["hookStatus"], answer["errorCode"]) == ("FAILED", "InternalFailure")
    assert words in answer["message"]


@pytest.mark.parametrize(
    "url", ["http://s3.amazonaws.com/x", "file:///etc/passwd", "https://example.com/x", "https://evilamazonaws.com/x"]
)
def test_only_presigned_urls_are_fetched(url):
    event = request()
    event["requestData"]["payload"] = url
    answer = hook.handler(event, None)
    assert answer["errorCode"] == "InternalFailure"
    assert "expected a presigned S3 URL" in answer["message"]


def test_a_message_fits_into_what_cloudformation_shows():
    clusters = {
        f"Cluster{n}": {
            **CLUSTER,
            "Properties": {**CLUSTER["Properties"], "Version": "1.19", "Name": "x" * 90 + str(n)},
        }
        for n in range(60)
    }
    message = asked(request(), template=json.dumps({"Resources": clusters}))["message"]
    assert len(message) <= 4096
    assert "more" in message or message.endswith("…")


S3_EVENT = {
    "Records": [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventName": "ObjectCreated:Put",
            "s3": {
                "s3SchemaVersion": "1.0",
                "bucket": {"name": "arriving", "arn": "arn:aws:s3:::arriving"},
                "object": {"key": "team+one/cdk.out.zip", "size": 1, "eTag": "0", "sequencer": "0"},
            },
        }
    ]
}
BRIDGE_EVENT = {
    "version": "0",
    "source": "aws.s3",
    "detail-type": "Object Created",
    "detail": {
        "version": "0",
        "bucket": {"name": "arriving"},
        "object": {"key": "team one/cdk.out.zip", "size": 1, "etag": "0"},
    },
}


@pytest.mark.parametrize("event", [S3_EVENT, BRIDGE_EVENT])
def test_an_event_of_s3_names_its_objects(event):
    assert [source.url for source in arrival.objects(event)] == ["s3://arriving/team one/cdk.out.zip"]


def test_an_event_of_something_else_is_a_mistake():
    with pytest.raises(Exception, match="S3 did not send"):
        list(arrival.objects({"Records": [{"Sns": {}}]}))
