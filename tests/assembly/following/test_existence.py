"""Which resources a deployment makes, alone and together with another."""

from __future__ import annotations

import pytest

from eks_guard.assembly.following.existence import can_both_exist, exists

STAGE, FLAG, REGION = {"Ref": "Stage"}, {"Ref": "Flag"}, {"Ref": "AWS::Region"}
NESTED = "AWS::CloudFormation::Stack"


def equals(one, other):
    return {"Fn::Equals": [one, other]}


CONDITIONS = {
    "Never": equals("a", "b"),
    "Always": equals("a", "a"),
    "NeverAllowed": equals(FLAG, "maybe"),
    "Dev": equals(STAGE, "dev"),
    "DevAgain": equals("dev", {"Fn::Sub": "${Stage}"}),
    "Prod": equals(STAGE, "prod"),
    "NotDev": {"Fn::Not": [{"Condition": "Dev"}]},
    "DevOrProd": {"Fn::Or": [{"Condition": "Dev"}, {"Condition": "Prod"}]},
    "Neither": {"Fn::Not": [{"Condition": "DevOrProd"}]},
    "Yes": equals(FLAG, "yes"),
    "No": equals(FLAG, "no"),
    "DevAndYes": {"Fn::And": [{"Condition": "Dev"}, {"Condition": "Yes"}]},
    "ElsewhereA": {"Fn::Not": [equals(REGION, "eu-west-1")]},
    "Europe": equals(REGION, "eu-west-1"),
    "Itself": {"Condition": "Itself"},
    "Unreadable": {"Fn::Macro": 1},
}
TEMPLATE = {
    "Parameters": {"Stage": {"Type": "String"}, "Flag": {"Type": "String", "AllowedValues": ["yes", "no"]}},
    "Conditions": CONDITIONS,
    "Resources": {
        "Plain": {"Type": "AWS::SNS::Topic"},
        **{name: {"Type": "AWS::SNS::Topic", "Condition": name} for name in CONDITIONS},
        "Missing": {"Type": "AWS::SNS::Topic", "Condition": "Nowhere"},
    },
}


@pytest.mark.parametrize(
    ("name", "answer"),
    [("Plain", True), ("Always", True), ("Never", False), ("NeverAllowed", False), ("Dev", None), ("Itself", None),
     ("Unreadable", None), ("Missing", None), ("Neither", None)],
)  # fmt: skip
def test_whether_a_resource_is_made(situation, name, answer):
    assert exists(situation(TEMPLATE).stack.declared[name]) is answer


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("Plain", "Always", True),
        ("Plain", "Never", False),
        ("Plain", "Dev", None),
        ("Dev", "Dev", None),
        ("Dev", "DevAgain", None),
        ("Dev", "Prod", False),
        ("Dev", "NotDev", False),
        ("Prod", "NotDev", None),
        ("DevAgain", "NotDev", False),
        ("DevOrProd", "Neither", False),
        ("Prod", "Neither", False),
        ("Yes", "No", False),
        ("DevAndYes", "No", False),
        ("DevAndYes", "Yes", None),
        ("Dev", "Yes", None),
        ("Europe", "ElsewhereA", False),
        ("Unreadable", "Dev", None),
    ],
)
def test_whether_two_resources_are_made_together(situation, one, other, answer):
    declared = situation(TEMPLATE).stack.declared
    assert can_both_exist(declared[one], declared[other]) is answer
    assert can_both_exist(declared[other], declared[one]) is answer


def test_a_resource_of_a_condition_that_never_holds_is_none_of_the_stack(situation):
    resources = situation(TEMPLATE).stack.resources
    assert "Plain" in resources
    assert "Dev" in resources
    assert not {"Never", "NeverAllowed"} & set(resources)


def test_what_a_nested_stack_holds_is_made_only_with_it(situation):
    inner = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {"Prod": equals(STAGE, "prod")},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Condition": "Prod"}, "Free": {"Type": "AWS::SNS::Topic"}},
    }
    nested = {"TemplateURL": "Inner.json", "Parameters": {"Stage": STAGE}}
    resources = {
        "InDev": {"Type": NESTED, "Condition": "Dev", "Properties": nested},
        "Gone": {"Type": NESTED, "Condition": "Never", "Properties": nested},
    }
    made = situation({**TEMPLATE, "Resources": {**TEMPLATE["Resources"], **resources}}, Inner=inner)
    inside = made.nested("InDev").declared
    assert exists(inside["Topic"]) is False
    assert exists(inside["Free"]) is None
    assert can_both_exist(inside["Free"], made.stack.declared["Prod"]) is False
    assert [stack.id for stack in made.assembly.family(made.stack)] == ["Main", "Main/InDev"]


def test_a_rule_keeps_values_apart_that_no_condition_does(situation):
    one_of = {"Fn::Contains": [["dev", "test"], STAGE]}
    rules = {"NoProd": {"Assertions": [{"Assert": one_of}]}}
    declared = situation({**TEMPLATE, "Rules": rules}).stack.declared
    assert exists(declared["Prod"]) is False
    assert exists(declared["Dev"]) is None
    only_with_yes = {"RuleCondition": equals(STAGE, "dev"), "Assertions": [{"Assert": equals(FLAG, "yes")}]}
    declared = situation({**TEMPLATE, "Rules": {"R": only_with_yes}}).stack.declared
    assert can_both_exist(declared["Dev"], declared["No"]) is False
    assert can_both_exist(declared["Prod"], declared["No"]) is None


def test_conditions_that_double_are_asked_once_each(situation):
    doubled = {f"C{n}": {"Fn::And": [{"Condition": f"C{n + 1}"}] * 2} for n in range(40)}
    conditions = {**doubled, "C40": equals(STAGE, "x"), "Not": {"Fn::Not": [{"Condition": "C0"}]}}
    resources = {name: {"Type": "AWS::SNS::Topic", "Condition": name} for name in ("C0", "Not")}
    declared = situation({**TEMPLATE, "Conditions": conditions, "Resources": resources}).stack.declared
    assert can_both_exist(declared["C0"], declared["Not"]) is False


def test_conditions_on_each_other_through_values_end(situation):
    chain = {f"C{n}": equals({"Fn::If": [f"C{n + 1}", STAGE, "a"]}, "x") for n in range(300)}
    resources = {"R": {"Type": "AWS::SNS::Topic", "Condition": "C0"}}
    stack = situation({**TEMPLATE, "Conditions": {**chain, "C300": equals(STAGE, "x")}, "Resources": resources}).stack
    assert list(stack.resources) == ["R"]
    assert exists(stack.declared["R"]) is None
