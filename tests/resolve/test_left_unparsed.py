"""Most stacks of an app concern no cluster: their templates are left unparsed, unless one has what a cluster needs."""

from __future__ import annotations

import datetime
import json

import pytest

from eks_guard.assembly.load import load
from eks_guard.audit import Options, examine
from eks_guard.data import Tables
from eks_guard.model.resource import Link, ResourceId
from eks_guard.model.value import Known
from eks_guard.resolve import Knowledge, resolve

LAMBDA = {
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]
}
FEDERATED = {
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {
                "Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0A1B"
            },
            "Condition": {
                "StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/0A1B:sub": "system:serviceaccount:a:b"}
            },
        }
    ]
}


def role(trust, **properties):
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust, **properties}}


def resolved(folder, **templates):
    folder.mkdir(exist_ok=True)
    for name, template in templates.items():
        (folder / f"{name}.template.json").write_text(json.dumps(template, indent=1), encoding="utf-8")
    assembly = load(str(folder))
    return assembly, resolve(assembly, Knowledge(Tables()))


def parsed(assembly):
    return {stack.id for stack in assembly.stacks if "data" in stack.document.__dict__}


CLUSTER = {"Resources": {"Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.34"}}}}
PLAIN = {
    "Resources": {
        "Role": role(LAMBDA),
        "Policy": {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "Role"}], "PolicyDocument": LAMBDA}},
    }
}


def manifest(tmp_path, *names):
    """CDK's manifest, with which the templates are found unparsed."""
    tmp_path.mkdir()
    artifacts = {
        name: {"type": "aws:cloudformation:stack", "properties": {"templateFile": f"{name}.template.json"}}
        for name in names
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}), encoding="utf-8")
    return tmp_path


def test_a_template_with_roles_of_functions_alone_is_left_unparsed(tmp_path):
    assembly, _ = resolved(manifest(tmp_path / "app", "eks", "plain"), eks=CLUSTER, plain=PLAIN)
    assert parsed(assembly) == {"eks"}


@pytest.mark.parametrize("trust", [FEDERATED, json.dumps(FEDERATED)], ids=["in place", "as text"])
def test_a_role_that_pods_take_is_found_in_any_template(tmp_path, trust):
    roles = {"Resources": {"Role": role(trust)}}
    _, estate = resolved(manifest(tmp_path / "app", "eks", "roles"), eks=CLUSTER, roles=roles)
    assert [found.at.resource for found in estate.roles] == [ResourceId("roles", "Role")]


def test_a_trust_that_another_stack_exports_is_read(tmp_path):
    exports = {"Resources": {}, "Outputs": {"T": {"Value": json.dumps(FEDERATED), "Export": {"Name": "trust"}}}}
    roles = {"Resources": {"Role": role({"Fn::ImportValue": "trust"})}}
    names = ("eks", "exports", "roles")
    _, estate = resolved(manifest(tmp_path / "app", *names), eks=CLUSTER, exports=exports, roles=roles)
    assert [found.at.resource for found in estate.roles] == [ResourceId("roles", "Role")]


def test_a_policy_in_another_stack_counts_for_the_role_that_it_names(tmp_path):
    named = {**CLUSTER["Resources"], "Named": role(LAMBDA, RoleName="framework")}
    policy = {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "Roles": ["framework"],
            "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "lambda:Get*", "Resource": "*"}]},
        },
    }
    beside = {"Resources": {"Policy": policy}}
    _, estate = resolved(manifest(tmp_path / "app", "eks", "beside"), eks={"Resources": named}, beside=beside)
    link = Link(ResourceId("eks", "Named"), "AWS::IAM::Role", "Arn")
    assert estate.resources.allows(link, ("lambda:GetFunction",), {}) == Known(value=True)
    assert estate.resources.allows(link, ("lambda:InvokeFunction",), {}) == Known(value=False)


def test_no_template_is_read_twice_although_large_ones_are_let_go(tmp_path):
    many = {f"{name}{n}": body for n in range(200) for name, body in PLAIN["Resources"].items()}
    folder = manifest(tmp_path / "app", "eks", "plain")
    for name, template in (("eks", CLUSTER), ("plain", {"Resources": many})):
        (folder / f"{name}.template.json").write_text(json.dumps(template, indent=1), encoding="utf-8")
    found = examine(Options(str(folder), datetime.date(2026, 11, 24)))
    assert found.assembly.root.budget._bytes == sum(file.stat().st_size for file in folder.iterdir())
