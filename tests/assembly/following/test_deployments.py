"""Which values, conditions and resources occur together: conditions, allowed values and rules decide as one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from eks_guard.assembly.following.deployments import decided, possible
from eks_guard.assembly.following.existence import can_both_exist

FREE = {"Type": "String"}
YES_NO = {"Type": "String", "AllowedValues": ["yes", "no"]}
STAGES = {"Type": "String", "AllowedValues": ["dev", "test", "prod"]}
TOPIC = {"Type": "AWS::SNS::Topic"}


def ref(name):
    return {"Ref": name}


def equals(one, other):
    return {"Fn::Equals": [ref(one), other]}


def denied(one):
    return {"Fn::Not": [one]}


def rule(assertion, condition=None):
    return {"Assertions": [{"Assert": assertion}], **({"RuleCondition": condition} if condition else {})}


def both(*parts):
    return {"Fn::And": list(parts)}


CONDITIONS = {
    "A": equals("P", "yes"),
    "B": equals("Q", "yes"),
    "Both": both(equals("P", "yes"), equals("Q", "yes")),
    "Neither": both(denied(equals("P", "yes")), denied(equals("Q", "yes"))),
    "Prod": equals("Stage", "prod"),
    "ProdAndA": both({"Condition": "Prod"}, {"Condition": "A"}),
}


def template(rules, listed=YES_NO, **more):
    return {
        "Parameters": {"P": listed, "Q": listed, "Stage": STAGES, "Free": FREE, "Ids": {"Type": "CommaDelimitedList"}},
        "Rules": rules,
        "Conditions": CONDITIONS,
        "Resources": {name: {**TOPIC, "Condition": name} for name in CONDITIONS},
        **more,
    }


EXCLUSIVE = rule(denied(equals("Q", "yes")), equals("P", "yes"))
ALIKE = rule({"Fn::Equals": [ref("P"), ref("Q")]})
CHAIN = {
    "R1": rule(equals("Stage", "prod"), equals("P", "yes")),
    "R2": rule(equals("Free", "big"), equals("Stage", "prod")),
    "R3": rule(equals("Q", "no"), equals("Free", "big")),
}
DEPTH_OF_NOT = denied(denied(denied(equals("P", "yes"))))


@pytest.mark.parametrize(
    ("rules", "condition", "answer"),
    [
        ({}, "Both", None),
        ({"R": EXCLUSIVE}, "Both", False),
        ({"R": rule(denied(both(equals("P", "yes"), equals("Q", "yes"))))}, "Both", False),
        ({"R": rule({"Fn::Or": [equals("P", "no"), equals("Q", "no")]})}, "Both", False),
        ({"R": rule({"Fn::Or": [equals("P", "yes"), equals("Q", "yes")]})}, "Neither", False),
        ({"R": rule(equals("P", "yes"))}, "A", True),
        ({"R": rule({"Fn::Contains": [["yes"], ref("P")]}), "S": rule(equals("Q", "yes"), equals("P", "yes"))}, "B", True),
        ({"R": rule({"Fn::EachMemberIn": [[ref("P"), ref("Q")], ["yes", "maybe"]]})}, "Both", True),
        ({"R": rule({"Fn::EachMemberEquals": [[ref("P"), ref("Q")], "no"]})}, "Neither", True),
        ({"R": rule({"Fn::EachMemberIn": [["prod"], [ref("Stage")]]})}, "Prod", True),
        ({"R": rule({"Fn::Equals": [ref("P"), ref("Q")]}), "S": rule(denied(equals("Q", "no")))}, "Both", True),
        ({"R": rule(DEPTH_OF_NOT)}, "A", False),
        (CHAIN, "Both", False),
        ({key: CHAIN[key] for key in ("R1", "R3")}, "Both", None),
        ({"R": rule({"Fn::EachMemberIn": [ref("Ids"), ["a"]]}, equals("P", "yes"))}, "Both", None),
        ({"R": rule({"Fn::Contains": [{"Fn::ValueOfAll": ["AWS::EC2::VPC::Id", "Tags.Env"]}, ref("P")]})}, "A", None),
        ({"R": rule({"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, "yes"]}, equals("P", "yes"))}, "A", None),
        ({"R": rule({"Fn::Equals": ["a", "b"]})}, "Both", None),
        ({"R": rule(both(equals("P", "yes"), equals("P", "no")))}, "A", None),
        ({"R": {"Assertions": []}, "S": {"RuleCondition": equals("P", "yes")}, "T": 7}, "A", None),
    ],
)  # fmt: skip
def test_a_condition_holds_as_far_as_rules_let_it(situation, rules, condition, answer):
    made = situation(template(rules))
    assert decided(made.stack, condition) is answer
    assert (condition in made.stack.resources) is (answer is not False)


@pytest.mark.parametrize("listed", [YES_NO, FREE])
def test_a_rule_over_two_parameters_excludes_their_values_whether_or_not_they_are_listed(situation, listed):
    declared = situation(template({"R": EXCLUSIVE}, listed)).stack.declared
    assert can_both_exist(declared["A"], declared["B"]) is False
    assert can_both_exist(declared["A"], declared["Prod"]) is None
    assert can_both_exist(declared["Both"], declared["Prod"]) is False


@pytest.mark.parametrize(
    ("rules", "when", "answer"),
    [
        ({}, (("P", "yes"), ("Q", "yes")), True),
        ({"R": EXCLUSIVE}, (("P", "yes"), ("Q", "yes")), False),
        ({"R": EXCLUSIVE}, (("P", "yes"), ("Q", "no")), True),
        ({"R": ALIKE}, (("P", "yes"), ("Q", "no")), False),
        (CHAIN, (("P", "yes"), ("Q", "yes")), False),
        ({}, (("ProdAndA", "true"), ("P", "no")), False),
        ({}, (("ProdAndA", "false"), ("P", "yes"), ("Stage", "prod")), False),
        ({}, (("ProdAndA", "false"), ("P", "yes"), ("Stage", "dev")), True),
        ({"R": rule(equals("Stage", "dev"), equals("Q", "yes"))}, (("ProdAndA", "true"), ("Q", "yes")), False),
        ({"R": EXCLUSIVE}, (("what nobody declares", "yes"), ("P", "yes")), True),
    ],
)
def test_answers_are_possible_together_as_conditions_and_rules_say(situation, rules, when, answer):
    made = situation(template(rules))
    value = [ref("P"), ref("Q"), ref("Stage"), {"Fn::If": ["ProdAndA", 1, 2]}]
    [made.node(one).follow() for one in value]
    assert possible(made.assembly.follower, when) is answer


def test_too_many_parameters_to_try_are_left_open(situation):
    names = [f"P{n}" for n in range(40)]
    alike = both(*({"Fn::Equals": [ref(one), ref(f"{one}x")]} for one in names))
    made = situation(
        {
            "Parameters": {name: YES_NO for one in names for name in (one, f"{one}x")},
            "Conditions": {"Alike": alike, "Unlike": denied(alike), "Never": both({"Condition": "Alike"}, {"Condition": "Unlike"})},
            "Resources": {"R": {**TOPIC, "Condition": "Never"}},
        }
    )  # fmt: skip
    assert decided(made.stack, "Never") is None
    assert list(made.stack.resources) == ["R"]


def test_rules_in_a_row_are_followed_to_the_end(situation):
    names = [f"P{n}" for n in range(80)]
    rules = {one: rule(equals(other, "yes"), equals(one, "yes")) for one, other in pairwise(names)}
    ends = both(equals(names[0], "yes"), equals(names[-1], "no"))
    made = situation({"Parameters": dict.fromkeys(names, YES_NO), "Rules": rules, "Conditions": {"Ends": ends}})
    assert decided(made.stack, "Ends") is False


def test_a_condition_of_the_name_of_a_parameter_is_another_question(situation):
    named = {"P": both(equals("P", "yes"), equals("Q", "yes"))}
    made = situation({"Parameters": {"P": YES_NO, "Q": YES_NO}, "Conditions": named})
    assert made.lead({"Fn::If": ["P", "a", "b"]}) == {"the condition P=true": "a", "the condition P=false": "b"}
    assert possible(made.assembly.follower, (("the condition P", "false"), ("P", "yes")))
    assert not possible(made.assembly.follower, (("the condition P", "true"), ("P", "no")))


def test_rows_of_a_mapping_go_with_what_else_their_key_decides(situation):
    content = {
        "Parameters": {"Free": FREE},
        "Conditions": {"InA": equals("AWS::Region", "a"), "Big": both(equals("Free", "x"), equals("Free", "x"))},
        "Mappings": {"M": {"a": {"V": 1}, "b": {"V": 2}}, "N": {"a": {"V": 3}, "b": {"V": 4}}},
    }
    made = situation(content)
    first, second = (made.lead({"Fn::FindInMap": [name, ref("AWS::Region"), "V"]}) for name in "MN")
    assert (first, second) == ({"AWS::Region=a": 1, "AWS::Region=b": 2}, {"AWS::Region=a": 3, "AWS::Region=b": 4})
    made.lead({"Fn::If": ["InA", 1, 2]})
    assert not possible(made.assembly.follower, (("AWS::Region", "b"), ("InA", "true")))


def test_rules_of_the_stack_around_a_nested_one_hold_inside(situation):
    inner = {
        "Parameters": {"P": FREE, "Q": FREE},
        "Conditions": {"Both": CONDITIONS["Both"], "A": CONDITIONS["A"]},
        "Resources": {name: {**TOPIC, "Condition": name} for name in ("Both", "A")},
    }
    nested = {"TemplateURL": "Inner.json", "Parameters": {"P": ref("P"), "Q": ref("Q")}}
    resources = {"Below": {"Type": "AWS::CloudFormation::Stack", "Properties": nested}}
    made = situation(template({"R": EXCLUSIVE}, Resources=resources), Inner=inner)
    assert list(made.nested("Below").resources) == ["A"]


def test_rules_of_a_nested_stack_keep_values_of_the_one_around_it_apart(situation):
    inner = {"Parameters": {"P": FREE, "Q": FREE}, "Rules": {"R": EXCLUSIVE}, "Resources": {"Topic": TOPIC}}
    nested = {"TemplateURL": "Inner.json", "Parameters": {"P": ref("P"), "Q": ref("Q")}}
    resources = {"Below": {"Type": "AWS::CloudFormation::Stack", "Properties": nested}}
    made = situation(template({}, Resources=resources), Inner=inner)
    [made.node(ref(name)).follow() for name in "PQ"]
    assert not possible(made.assembly.follower, (("P", "yes"), ("Q", "yes")))
    assert possible(made.assembly.follower, (("P", "yes"), ("Q", "no")))
