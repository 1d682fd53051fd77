"""What a template hands on, or asks of a function, is judged or named by what it does, in every branch."""

from __future__ import annotations

import json

import pytest

OLD, NEW = "a" * 64, "b" * 64
TOPIC = {"Type": "AWS::SNS::Topic"}
CLUSTER = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}}}
HARMLESS = {"Resources": {"Topic": TOPIC}}
OPEN = {"Parameters": {"P": {"Type": "String"}}, "Conditions": {"X": {"Fn::Equals": [{"Ref": "P"}, "1"]}}}


def url(digest):
    return {"Fn::Sub": f"https://s3.${{AWS::Region}}.amazonaws.com/staging/{digest}.json"}


def chosen(one, other):
    return {"Fn::If": ["X", one, other]}


def stack_set(key, value):
    return {"Type": "AWS::CloudFormation::StackSet", "Properties": {"StackSetName": "everywhere", key: value}}


def product(value):
    rows = [{"Info": {"LoadTemplateFromURL": value}}]
    return {
        "Type": "AWS::ServiceCatalog::CloudFormationProduct",
        "Properties": {"ProvisioningArtifactParameters": rows},
    }


CHOSEN = {
    "the first of two assets": stack_set("TemplateURL", chosen(url(OLD), url(NEW))),
    "the second of two assets": stack_set("TemplateURL", chosen(url(NEW), url(OLD))),
    "a branch of a branch": stack_set("TemplateURL", chosen(url(NEW), {"Fn::If": ["Y", url(OLD), url(NEW)]})),
    "text": stack_set("TemplateBody", chosen(json.dumps(CLUSTER), json.dumps(HARMLESS))),
    "an asset of a product": product(chosen(url(OLD), url(NEW))),
}


@pytest.fixture
def hand(assembly):
    """An app with a resource that hands a template on, and the templates that it may name."""

    def made(resource, conditions=OPEN["Conditions"]):
        conditions = {**conditions, "Y": {"Fn::Equals": [{"Ref": "P"}, "2"]}}
        body = {**OPEN, "Conditions": conditions, "Resources": {"Hand": resource}}
        return assembly(
            {"App": "a.json"}, a__json=body, **{f"asset__{OLD}__json": CLUSTER, f"asset__{NEW}__json": HARMLESS}
        )

    return made


@pytest.mark.parametrize("resource", CHOSEN.values(), ids=CHOSEN)
def test_each_template_that_a_condition_may_choose_is_judged(check, hand, resource):
    found = check(hand(resource))
    assert "cluster-version-creatable" in found.outcomes()
    assert found.json["complete"] is True


@pytest.mark.parametrize("resource", [CHOSEN["the first of two assets"], CHOSEN["text"]])
def test_a_template_that_a_condition_never_chooses_is_not_judged(check, hand, resource):
    found = check(hand(resource, {"X": {"Fn::Equals": ["a", "b"]}}), "--strict")
    assert found.code == 0
    assert found.json["summary"]["clusters"] == 0


def test_a_branch_whose_template_is_elsewhere_is_named(check, hand):
    found = check(hand(stack_set("TemplateURL", chosen(url(NEW), "https://elsewhere/cluster.json"))))
    assert [entry["what"] for entry in found.json["not_judged"]] == ["Hand"]


@pytest.mark.parametrize(
    "address",
    [
        {"Fn::Join": ["/", ["https://staging", chosen(f"{OLD}.json", f"{NEW}.json")]]},
        {"Fn::Join": ["/", ["https://staging", chosen(f"{NEW}.json", "cluster.json")]]},
        {"Fn::Select": [{"Ref": "P"}, [url(OLD), url(NEW)]]},
    ],
)
def test_a_template_of_which_a_part_is_chosen_is_named(check, hand, address):
    found = check(hand(stack_set("TemplateURL", address)))
    assert [entry["what"] for entry in found.json["not_judged"]] == ["Hand"]


@pytest.mark.parametrize("action", ["createCluster", "CreateCluster", "CreateClusterCommand", "create_cluster"])
@pytest.mark.parametrize("kind", ["Custom::AWS", "Custom::MakeCluster", "AWS::CloudFormation::CustomResource"])
@pytest.mark.parametrize("key", ["Create", "Update"])
def test_a_call_that_creates_a_cluster_is_named_however_it_is_spelled(check, hand, action, kind, key):
    call = json.dumps({"service": "EKS", "action": action, "parameters": {"name": "x", "version": "1.24"}})
    found = check(hand({"Type": kind, "Properties": {"ServiceToken": "x", key: call}}), "--strict")
    assert found.code == 1
    assert [entry["what"] for entry in found.json["not_judged"]] == ["Hand"]


@pytest.mark.parametrize(("service", "action"), [("EKS", "describeCluster"), ("ECS", "createCluster")])
def test_another_call_is_passed_over(check, hand, service, action):
    call = json.dumps({"service": service, "action": action, "parameters": {"clusterName": "x"}})
    found = check(hand({"Type": "Custom::Call", "Properties": {"ServiceToken": "x", "Create": call}}), "--strict")
    assert found.json["complete"] is True


SETTINGS = {"version": "1.24", "roleArn": "x", "resourcesVpcConfig": {"subnetIds": ["s"]}}
ASKING = {
    "in branches": {"Config": chosen(SETTINGS, {**SETTINGS, "version": "1.25"})},
    "as JSON text": {"Config": json.dumps({"version": "1.24", "roleArn": "x"})},
    "as JSON text of parts": {
        "Config": {"Fn::Join": ["", ['{"resourcesVpcConfig":{"subnetIds":["', {"Ref": "P"}, '"]}}']]}
    },
    "flat": SETTINGS,
    "in capitals": {"Version": "1.24", "RoleArn": "x", "ResourcesVpcConfig": {"SubnetIds": ["s"]}},
    "a Fargate profile in capitals": {"FargateProfileName": "x"},
}


@pytest.mark.parametrize("asked", ASKING.values(), ids=ASKING)
def test_a_custom_resource_is_named_by_what_it_asks_for(check, hand, asked):
    found = check(hand({"Type": "Custom::Platform", "Properties": {"ServiceToken": "x", **asked}}), "--strict")
    assert found.code == 1
    assert [entry["what"] for entry in found.json["not_judged"]] == ["Hand"]


@pytest.mark.parametrize("properties", [{"ServiceToken": "x", "Settings": {}}, None])
def test_a_custom_resource_of_aws_eks_that_is_not_known_is_named(check, hand, properties):
    found = check(hand({"Type": "Custom::AWSCDK-EKS-Next", "Properties": properties}))
    assert [entry["what"] for entry in found.json["not_judged"]] == ["Hand"]


def test_a_custom_resource_with_a_policy_and_a_role_is_passed_over(check, hand):
    asked = {"Config": {"Policy": {"Version": "2012-10-17"}, "RoleArn": "x"}, "Version": "1", "RoleArn": "x"}
    assert check(hand({"Type": "Custom::Seed", "Properties": asked}), "--strict").json["complete"] is True
