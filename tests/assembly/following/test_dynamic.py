"""What a deployment reads elsewhere is no value, wherever it is written."""

from __future__ import annotations

import pytest

from eks_guard.assembly.following.composed import text_of
from eks_guard.assembly.following.resolution import Choice, DynamicReference, Unresolved
from eks_guard.assembly.following.texts import parts_of

SSM = "{{resolve:ssm:/network/cidr}}"
IMAGE = "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"
PATH = "/aws/service/eks/optimized-ami/1.31/amazon-linux-2023/x86_64/standard/recommended/image_id"


@pytest.mark.parametrize(
    ("value", "service", "path"),
    [
        (SSM, "ssm", "/network/cidr"),
        ("{{resolve:ssm:/network/cidr:7}}", "ssm", "/network/cidr"),
        ("{{resolve:ssm-secure:token:2}}", "ssm-secure", "token"),
        ("{{resolve:secretsmanager:prod/db:SecretString:user}}", "secretsmanager", "prod/db:SecretString:user"),
        (f"resolve:ssm:{PATH}", "ssm", PATH),
        (f"resolve:ssm:{PATH}:3", "ssm", PATH),
        ({"Fn::Join": ["", ["{{resolve:ssm:", "/a/", "b}}"]]}, "ssm", "/a/b"),
        ({"Fn::Sub": "resolve:ssm:/aws/${Word}"}, "ssm", "/aws/eks"),
        ({"Fn::Select": [1, {"Fn::Split": ["|", f"a|{SSM}|b"]}]}, "ssm", "/network/cidr"),
        ({"Fn::Sub": "{{resolve:ssm:/a/${Open}}}"}, "ssm", None),
        (f"10.0.0.0/8,{SSM}", "ssm", None),
        ({"Fn::Sub": ["${A}/32", {"A": SSM}]}, "ssm", None),
    ],
)
def test_a_dynamic_reference_is_unresolved_and_keeps_what_it_asks_for(situation, value, service, path):
    parameters = {"Open": {"Type": "String"}, "Word": {"Type": "String", "AllowedValues": ["eks"]}}
    found = situation({"Parameters": parameters}).node(value).follow()
    assert isinstance(found, Unresolved)
    assert found.dynamic
    assert (found.dynamic.service, found.dynamic.path) == (service, path)
    assert "resolve:ssm" in found.reason or "resolve:secretsmanager" in found.reason


def test_only_the_reference_inside_a_text_is_open(situation):
    made = situation({"Parameters": {"Open": {"Type": "String"}}})
    text = made.node({"Fn::Join": ["", ['{"a":"', SSM, '","b":"', "{{resolve:ssm:", {"Ref": "Open"}, ':1}}"}']]})
    assert text_of(made.assembly.follower, text, lambda _: "?") == '{"a":"?","b":"?"}'
    reference = list(parts_of(made.assembly.follower, text))[1]
    assert isinstance(reference, Unresolved)
    assert reference.dynamic == DynamicReference("ssm", "/network/cidr", SSM)


@pytest.mark.parametrize(
    "value", ["{{resolve", "{{resolve:ssm:/never/closed", "{{ resolve:ssm:x }}", "x resolve:ssm:y"]
)
def test_what_only_looks_like_a_dynamic_reference_is_a_text(situation, value):
    assert situation().lead(value) == value
    assert situation().lead({"Fn::Join": ["", [value[:5], value[5:]]]}) == value


def test_a_parameter_that_is_read_from_ssm_keeps_its_path(situation):
    found = situation({"Parameters": {"Image": {"Type": IMAGE, "Default": PATH}}}).node({"Ref": "Image"}).follow()
    assert isinstance(found, Unresolved)
    assert found.dynamic
    assert found.dynamic.path == PATH


def test_what_a_parent_passes_to_such_a_parameter_is_the_path_and_not_the_value(situation):
    inner = {"Parameters": {"Image": {"Type": IMAGE}}, "Resources": {}}
    passed = {"Image": {"Fn::If": ["Arm", "/arm", "/amd"]}}
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "Inner.json", "Parameters": passed},
    }
    parameters = {"Cpu": {"Type": "String"}}
    conditions = {"Arm": {"Fn::Equals": [{"Ref": "Cpu"}, "arm"]}}
    made = situation({"Parameters": parameters, "Conditions": conditions, "Resources": {"Inner": nested}}, Inner=inner)
    found = made.node({"Ref": "Image"}, made.nested("Inner")).follow()
    assert isinstance(found, Choice)
    branches = [branch for _, branch in found.branches if isinstance(branch, Unresolved)]
    assert [branch.dynamic and branch.dynamic.path for branch in branches] == ["/arm", "/amd"]
