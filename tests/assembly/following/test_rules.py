"""A parameter has the values that the rules of its template let pass, whatever else is set."""

from __future__ import annotations

import pytest

NEW = {"Fn::Contains": [["1.35", "1.36"], {"Ref": "Version"}]}
OLD = {"Fn::Equals": [{"Ref": "Version"}, "1.24"]}
LISTED = {"Type": "String", "AllowedValues": ["1.24", "1.35", "1.36"]}
FREE = {"Type": "String"}


def asserted(*assertions, **rest):
    """A rule with these assertions."""
    return {"Assertions": [{"Assert": one} for one in assertions], **rest}


@pytest.mark.parametrize(
    ("version", "rule", "values"),
    [
        (LISTED, asserted(NEW), ["1.35", "1.36"]),
        (LISTED, asserted({"Fn::Not": [OLD]}), ["1.35", "1.36"]),
        (LISTED, asserted({"Fn::And": [{"Fn::Not": [OLD]}, {"Fn::Equals": [{"Ref": "Stage"}, "a"]}]}), ["1.35", "1.36"]),
        (LISTED, asserted({"Fn::Or": [NEW, {"Fn::Equals": [{"Ref": "Stage"}, "a"]}]}), ["1.24", "1.35", "1.36"]),
        (LISTED, asserted({"Fn::Not": [{"Fn::Equals": [{"Ref": "Version"}, {"Ref": "Stage"}]}]}), ["1.24", "1.35", "1.36"]),
        (LISTED, asserted(NEW, RuleCondition={"Fn::Equals": [{"Ref": "Stage"}, "a"]}), ["1.24", "1.35", "1.36"]),
        (LISTED, asserted({"Fn::Equals": ["a", "b"]}, RuleCondition=OLD), ["1.35", "1.36"]),
        (FREE, asserted(NEW), ["1.35", "1.36"]),
        ({"Type": "Number"}, asserted({"Fn::Contains": [[1, 2], {"Ref": "Version"}]}), ["1", "2"]),
        (LISTED, {"Assertions": "none"}, ["1.24", "1.35", "1.36"]),
    ],
)  # fmt: skip
def test_a_value_that_a_rule_refuses_is_none(situation, version, rule, values):
    made = situation({"Parameters": {"Version": version, "Stage": FREE}, "Rules": {"Fits": rule}})
    assert list(made.lead({"Ref": "Version"}).values()) == values


@pytest.mark.parametrize(
    ("version", "rule", "found"),
    [
        (LISTED, asserted({"Fn::Equals": [{"Ref": "Version"}, "1.36"]}), "1.36"),
        (FREE, asserted(NEW, RuleCondition=OLD), "Unresolved"),
        (FREE, asserted({"Fn::Contains": [[{"Ref": "Stage"}, "1.36"], {"Ref": "Version"}]}), "Unresolved"),
        (FREE, asserted({"Fn::Equals": ["a", "b"]}), "Unresolved"),
    ],
)
def test_one_value_is_known_and_none_is_open(situation, version, rule, found):
    made = situation({"Parameters": {"Version": version, "Stage": FREE}, "Rules": {"Fits": rule}})
    assert made.lead({"Ref": "Version"}) == found
