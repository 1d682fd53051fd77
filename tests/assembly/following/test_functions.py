"""Functions compute as soon as what they need is known, and a text of one reference is that reference."""

from __future__ import annotations

from typing import Any

import pytest
from followed import short

from eks_guard.assembly.following.equality import same
from eks_guard.assembly.following.resolution import MAX_BRANCHES

TEMPLATE = {
    "Parameters": {
        "Open": {"Type": "String"},
        "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
        "Ids": {"Type": "CommaDelimitedList"},
    },
    "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Open"}, "prod"]}},
    "Mappings": {"Sizes": {"dev": {"Min": 1}, "prod": {"Min": 3}}, "One": {"all": {"Version": "1.34"}}},
    "Resources": {
        "Plane": {"Type": "AWS::EKS::Cluster"},
        "Hook": {"Type": "Custom::Hook"},
        "Net": {"Type": "AWS::EC2::Subnet", "Properties": {"CidrBlock": "10.0.0.0/24"}},
        "Stored": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Fn::If": ["Prod", "a", "b"]}}},
    },
}
ARN = {"Fn::GetAtt": ["Plane", "Arn"]}
PLANE, OPEN, STAGE = {"Ref": "Plane"}, {"Ref": "Open"}, {"Ref": "Stage"}


def sixth_field(arn, position):
    """A part of what stands behind the account in an ARN."""
    return {"Fn::Select": [position, {"Fn::Split": ["/", {"Fn::Select": [5, {"Fn::Split": [":", arn]}]}]}]}


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Sub": "${Plane}"},
        {"Fn::Sub": ["${Name}", {"Name": PLANE}]},
        {"Fn::Join": ["", [PLANE]]},
        {"Fn::Join": ["", ["", {"Fn::Sub": "${Plane}"}, ""]]},
        {"Fn::Select": [1, ["a", PLANE, OPEN]]},
        {"Fn::Select": ["0", [PLANE, OPEN]]},
        {"Fn::Select": [1, {"Fn::Split": ["|", {"Fn::Join": ["|", ["a", PLANE, OPEN]]}]}]},
        {"Fn::Select": [1, {"Fn::Split": ["/", ARN]}]},
        {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Sub": "${Plane.Arn}"}]}]},
        {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Select": [5, {"Fn::Split": [":", ARN]}]}]}]},
        {"Fn::If": ["Prod", PLANE, PLANE]},
        {"Fn::If": ["Prod", PLANE, {"Fn::Sub": "${Plane}"}]},
    ],
)
def test_what_leads_to_one_reference_is_that_reference(situation, value):
    assert situation(TEMPLATE).lead(value) == ("Plane", "Ref")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"Fn::Select": [0, {"Fn::Split": ["/", {"Fn::Sub": "a/${Open}"}]}]}, "a"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Sub": "a/${Open}"}]}]}, "Unresolved"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Sub": "a/${Open}/b"}]}]}, "Unresolved"),
        ({"Fn::Select": [1, {"Fn::Split": ["|", {"Fn::Sub": "a|${Hook}"}]}]}, "Unresolved"),
        ({"Fn::Select": [1, {"Fn::Split": ["-", {"Fn::Sub": "a-${Stage}-c"}]}]}, {"Stage=dev": "dev", "Stage=prod": "prod"}),
        ({"Fn::Select": [2, {"Fn::Split": ["-", {"Fn::Sub": "a-${Stage}-c"}]}]}, "c"),
        ({"Fn::Select": [5, ["a"]]}, "Unresolved"),
        ({"Fn::Select": [-1, ["a"]]}, "Unresolved"),
        ({"Fn::Select": [OPEN, ["a"]]}, "Unresolved"),
        ({"Fn::Select": [0, {"Ref": "Ids"}]}, "Unresolved"),
        ({"Fn::Select": [0, {"Fn::Split": ["/", ARN]}]}, "Unresolved"),
        (sixth_field("arn:aws:eks:eu-west-1:1:cluster/foo", 0), "cluster"),
        (sixth_field("arn:aws:eks:eu-west-1:1:cluster/foo", 1), "foo"),
        (sixth_field({"Fn::Sub": "arn:aws:logs:${AWS::Region}:1:log-group:/aws/foo"}, 1), "Unresolved"),
        ({"Fn::Select": [2, {"Fn::Split": ["/", ARN]}]}, "Unresolved"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::GetAtt": ["Hook", "Arn"]}]}]}, "Unresolved"),
        ({"Fn::Select": [1, {"Fn::Split": [":", ARN]}]}, "Unresolved"),
        ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
        ({"Fn::GetAtt": ["Net", "CidrBlock"]}, "10.0.0.0/24"),
        ({"Fn::GetAtt": ["Net", "AvailabilityZone"]}, ("Net", "AvailabilityZone")),
        ({"Fn::GetAtt": ["Stored", "Value"]}, {"Prod=true": "a", "Prod=false": "b"}),
        ({"Fn::GetAtt": ["Hook", "Arn"]}, "Unresolved"),
        ({"Fn::Sub": "1.${Stage}"}, {"Stage=dev": "1.dev", "Stage=prod": "1.prod"}),
        ({"Fn::Sub": "${Stage}-${Stage}"}, {"Stage=dev": "dev-dev", "Stage=prod": "prod-prod"}),
        ({"Fn::Sub": "${Stage}-${Open}"}, "Unresolved"),
        ({"Fn::Sub": ["${N}", {"N": 1.36}]}, "1.36"),
        ({"Fn::Join": ["", [True]]}, "true"),
        ({"Fn::FindInMap": ["One", "all", "Version"]}, "1.34"),
        ({"Fn::FindInMap": ["One", OPEN, "Version"]}, "1.34"),
        ({"Fn::FindInMap": ["Sizes", STAGE, "Min"]}, {"Stage=dev": 1, "Stage=prod": 3}),
        ({"Fn::FindInMap": ["Sizes", OPEN, "Min"]}, {"Open=dev": 1, "Open=prod": 3}),
        ({"Fn::FindInMap": ["Sizes", "dev", OPEN]}, "Unresolved"),
        ({"Fn::FindInMap": ["Sizes", "none", "Min"]}, "Unresolved"),
        ({"Fn::FindInMap": ["Sizes", "none", "Min", {"DefaultValue": 2}]}, "Unresolved"),
        ({"Fn::If": ["Prod", "a", "a"]}, "a"),
        ({"Fn::If": ["Prod", ["a"], {"Fn::If": ["Prod", ["b"], ["a"]]}]}, ["a"]),
        ({"Fn::If": ["Prod", 1, True]}, {"Prod=true": 1, "Prod=false": True}),
        ({"Fn::If": ["Prod", {"Fn::If": ["Prod", "a", "b"]}, "c"]}, {"Prod=true": "a", "Prod=false": "c"}),
        ({"Fn::Base64": {"Fn::Join": ["", ["h", "i"]]}}, "aGk="),
        ({"Fn::Base64": {"Fn::Sub": "${Open}"}}, "Unresolved"),
    ],
)  # fmt: skip
def test_a_function_computes_what_is_decided(situation, value, found):
    assert situation(TEMPLATE).lead(value) == found


def test_choices_that_share_their_parts_do_not_grow_without_end(situation):
    conditions = {f"C{n}": {"Fn::Equals": [{"Ref": "Open"}, str(n)]} for n in range(12)}
    value: object = "x"
    for n in range(12):
        value = {"Fn::If": [f"C{n}", {"Fn::Sub": ["${V}a", {"V": value}]}, {"Fn::Sub": ["${V}b", {"V": value}]}]}
    made = situation({"Parameters": {"Open": {"Type": "String"}}, "Conditions": conditions})
    assert len(made.lead(value)) <= MAX_BRANCHES


def test_a_list_that_is_passed_as_one_text_is_split(situation):
    inner = {"Parameters": {"Nets": {"Type": "List<AWS::EC2::Subnet::Id>"}}, "Resources": {}}
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "Inner.json", "Parameters": {"Nets": {"Fn::Join": [",", ["a", "b"]]}}},
    }
    made = situation({"Resources": {"Inner": nested}}, Inner=inner)
    assert made.lead({"Ref": "Nets"}, made.nested("Inner")) == ["a", "b"]
    assert made.lead({"Fn::Select": [1, {"Ref": "Nets"}]}, made.nested("Inner")) == "b"


PARTED: dict[str, Any] = {
    "Parameters": {
        "Open": {"Type": "String"},
        "Net": {"Type": "AWS::EC2::Subnet::Id"},
        "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
    },
    "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Open"}, "prod"]}},
    "Resources": {
        "Plane": {"Type": "AWS::EKS::Cluster"},
        "Named": {"Type": "AWS::EKS::Cluster", "Properties": {"Name": "blue"}},
        "Managed": {"Type": "Custom::AWSCDK-EKS-Cluster", "Properties": {"Config": {"name": {"Ref": "Open"}}}},
        "Role": {"Type": "AWS::IAM::Role"},
        "Below": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/nodes/", "RoleName": "n"}},
        "Deep": {"Type": "AWS::IAM::Role", "Properties": {"Path": {"Ref": "Open"}, "RoleName": "n"}},
        "Code": {"Type": "AWS::Lambda::Function"},
        "Repository": {"Type": "AWS::ECR::Repository"},
        "Addon": {"Type": "AWS::EKS::Addon"},
        "One": {"Type": "AWS::EC2::Subnet"},
        "Two": {"Type": "AWS::EC2::Subnet"},
    },
}


def part(position, separator, text):
    """One part of a text."""
    return {"Fn::Select": [position, {"Fn::Split": [separator, text]}]}


def arn(logical_id):
    """The ARN of a resource."""
    return {"Fn::GetAtt": [logical_id, "Arn"]}


ISSUER = {"Fn::GetAtt": ["Plane", "OpenIdConnectIssuerUrl"]}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        # an ARN by its fields
        (part(0, ":", arn("Code")), "arn"),
        (part(2, ":", arn("Role")), "iam"),
        (part(3, ":", arn("Role")), ""),
        (part(6, ":", arn("Code")), ("Code", "Ref")),
        (part(5, ":", arn("Named")), "cluster/blue"),
        (part(1, "/", arn("Named")), "blue"),
        (part(1, "/", arn("Role")), ("Role", "Ref")),
        (part(1, "/", arn("Below")), "nodes"),
        (part(2, "/", arn("Below")), "n"),
        (part(2, "/", arn("Deep")), "Unresolved"),
        (part(1, "/", part(5, ":", arn("Role"))), ("Role", "Ref")),
        (part(1, "/", arn("Repository")), ("Repository", "Ref")),
        (part(1, "//", ISSUER), ("Plane", "OpenIdConnectIssuer")),
        (part(1, "https://", ISSUER), ("Plane", "OpenIdConnectIssuer")),
        (part(4, "/", ISSUER), ("Plane", "OpenIdConnectIssuerId")),
        (part(1, "/id/", ISSUER), "Unresolved"),
        ({"Fn::Join": ["", {"Fn::Split": ["https://", ISSUER]}]}, ("Plane", "OpenIdConnectIssuer")),
        # by the letters of what is open
        (part(1, "/", {"Fn::Sub": "${AWS::Region}/b"}), "b"),
        (part(1, "/", {"Fn::Sub": "${AWS::AccountId}-${AWS::StackName}/b"}), "b"),
        (part(1, "-", {"Fn::Sub": "${AWS::Region}-b"}), "Unresolved"),
        (part(1, "/", {"Fn::Sub": "${Net}/b"}), "b"),
        (part(1, "/", {"Fn::Sub": "${Open}/b"}), "Unresolved"),
        (part(2, ":", {"Fn::Sub": "a:${Managed}:b"}), "b"),
        (part(1, "|", {"Fn::Sub": "${Addon}|b"}), "Unresolved"),
        (part(1, "||", {"Fn::Sub": "${Addon}||b"}), "b"),
        (part(0, "/", {"Ref": "AWS::StackId"}), "Unresolved"),
        # by the branch that is taken
        (part(1, "/", {"Fn::Sub": "${Stage}/${Net}/b"}), "Unresolved"),
        (part(0, "/", {"Fn::Sub": "${Stage}/${Open}"}), {"Stage=dev": "dev", "Stage=prod": "prod"}),
        (
            part(1, "/", {"Fn::If": ["Prod", arn("Named"), arn("Plane")]}),
            {"Prod=true": "blue", "Prod=false": ("Plane", "Ref")},
        ),
        # as a list
        ({"Fn::Join": ["+", {"Fn::Split": ["-", "a-b"]}]}, "a+b"),
        ({"Fn::Join": ["", {"Ref": "Open"}]}, "Unresolved"),
        (
            {"Fn::Join": ["+", {"Fn::If": ["Prod", ["a", "b"], {"Fn::Split": ["-", "c-d"]}]}]},
            {"Prod=true": "a+b", "Prod=false": "c+d"},
        ),
    ],
)
def test_a_part_is_known_as_soon_as_what_is_open_cannot_move_it(situation, value, found):
    assert situation(PARTED).lead(value) == found


def test_a_text_of_ids_is_cut_into_a_list_of_them(situation):
    made = situation(PARTED)
    text = {"Fn::Join": [",", [{"Ref": "One"}, {"Ref": "Two"}]]}
    found = made.node({"Fn::Split": [",", text]}).items()
    assert [short(item.follow()) for item in found] == [("One", "Ref"), ("Two", "Ref")]
    assert made.node({"Fn::Split": [",", {"Fn::Join": [",", [{"Ref": "One"}, {"Ref": "Open"}]]}]}).items() is None


def test_a_list_of_ids_that_is_passed_as_one_text_is_split(situation):
    inner = {"Parameters": {"Nets": {"Type": "List<AWS::EC2::Subnet::Id>"}}, "Resources": {}}
    text = {"Fn::Join": [",", [{"Ref": "One"}, {"Ref": "Two"}]]}
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "Inner.json", "Parameters": {"Nets": text}},
    }
    made = situation({"Resources": {**PARTED["Resources"], "Inner": nested}}, Inner=inner)
    assert made.lead({"Fn::Select": [1, {"Ref": "Nets"}]}, made.nested("Inner")) == ("Two", "Ref")


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        (part(4, ":", arn("Role")), {"Ref": "AWS::AccountId"}, True),
        (part(1, ":", arn("Role")), {"Ref": "AWS::Partition"}, True),
        (part(3, ":", arn("Code")), {"Fn::Sub": "${AWS::Region}"}, True),
        (part(5, ":", arn("Role")), {"Fn::Sub": "role/${Role}"}, True),
        (part(5, ":", arn("Role")), {"Fn::Sub": "role/${Below}"}, None),
        (part(1, "/", {"Ref": "AWS::StackId"}), {"Ref": "AWS::StackName"}, True),
        (part(4, ":", {"Ref": "AWS::StackId"}), part(4, ":", arn("Plane")), True),
        (part(2, "/", {"Ref": "AWS::StackId"}), part("2", "/", {"Fn::Sub": "${AWS::StackId}"}), True),
        (part(1, "/", arn("Managed")), {"Ref": "Open"}, True),
        (part(0, "-", {"Ref": "Open"}), part(0, "-", {"Fn::Sub": "${Open}"}), True),
        (part(0, "-", {"Ref": "Open"}), part(1, "-", {"Ref": "Open"}), None),
        (part(1, "/", {"Fn::Sub": "a/${AWS::Region}-${Open}"}), part(1, "/", {"Fn::Sub": "a/${AWS::Region}-${Open}"}), True),
        (part(0, "/", {"Fn::Sub": "${AWS::Region}-x/b"}), {"Fn::Sub": "${AWS::Region}-x"}, True),
        ({"Fn::Join": ["-", {"Ref": "Open"}]}, {"Fn::Join": ["-", {"Ref": "Open"}]}, True),
    ],
)  # fmt: skip
def test_the_same_part_is_equal_however_it_is_cut_out(situation, one, other, answer):
    made = situation(PARTED)
    assert same(made.node(one), made.node(other)) is answer


def test_a_text_behind_a_condition_that_holds_keeps_its_pieces(situation):
    made = situation({**PARTED, "Conditions": {"Sure": {"Fn::Equals": ["a", "a"]}}})
    text = {"Fn::Sub": "a ${Stage} b"}
    wrapped = made.node({"Fn::If": ["Sure", text, "c"]})
    assert [piece if isinstance(piece, str) else "open" for piece in wrapped.parts()] == ["a ", "open", " b"]


def test_an_id_is_the_same_by_reference_and_by_attribute(situation):
    made = situation(TEMPLATE)
    assert same(made.node({"Ref": "Net"}), made.node({"Fn::GetAtt": ["Net", "SubnetId"]}))
