"""Functions compute as soon as what they need is known, and a text of one reference is that reference."""

from __future__ import annotations

import pytest

from eks_guard.assembly.following.resolution import MAX_BRANCHES

TEMPLATE = {
    "Parameters": {
        "Open": {"Type": "String"},
        "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
        "Ids": {"Type": "CommaDelimitedList"},
    },
    "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Open"}, "prod"]}},
    "Mappings": {"Sizes": {"dev": {"Min": 1}, "prod": {"Min": 3}}, "One": {"all": {"Version": "1.34"}}},
    "Resources": {"Plane": {"Type": "AWS::EKS::Cluster"}, "Hook": {"Type": "Custom::Hook"}},
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
        ({"Fn::Sub": "1.${Stage}"}, {"Stage=dev": "1.dev", "Stage=prod": "1.prod"}),
        ({"Fn::Sub": "${Stage}-${Stage}"}, {"Stage=dev": "dev-dev", "Stage=prod": "prod-prod"}),
        ({"Fn::Sub": "${Stage}-${Open}"}, "Unresolved"),
        ({"Fn::Sub": ["${N}", {"N": 1.36}]}, "1.36"),
        ({"Fn::Join": ["", [True]]}, "true"),
        ({"Fn::FindInMap": ["One", "all", "Version"]}, "1.34"),
        ({"Fn::FindInMap": ["One", OPEN, "Version"]}, "1.34"),
        ({"Fn::FindInMap": ["Sizes", STAGE, "Min"]}, {"Stage=dev": 1, "Stage=prod": 3}),
        ({"Fn::FindInMap": ["Sizes", OPEN, "Min"]}, {"the key of Sizes=dev": 1, "the key of Sizes=prod": 3}),
        ({"Fn::FindInMap": ["Sizes", "dev", OPEN]}, "Unresolved"),
        ({"Fn::FindInMap": ["Sizes", "none", "Min"]}, "Unresolved"),
        ({"Fn::FindInMap": ["Sizes", "none", "Min", {"DefaultValue": 2}]}, "Unresolved"),
        ({"Fn::If": ["Prod", "a", "a"]}, "a"),
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
