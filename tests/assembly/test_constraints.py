"""A parameter is no value that its declaration refuses, as far as that is certain."""

from __future__ import annotations

import pytest

from eks_guard.assembly.constraints import expected

REFUSED = [
    ({"AllowedPattern": "^(dev|prod)$"}, "test"),
    ({"AllowedPattern": "dev"}, "devops"),
    ({"AllowedPattern": r"(?:arn:[\w.:/-]+)?"}, "none"),
    ({"AllowedPattern": r"\d{12}"}, "12345678901"),
    ({"AllowedPattern": r"\d+"}, "\u0663"),
    ({"MinLength": 1}, ""),
    ({"MinLength": "3"}, "ab"),
    ({"MaxLength": 2}, "abc"),
    ({"Type": "Number", "MinValue": 1}, "0"),
    ({"Type": "Number", "MaxValue": "3"}, "3.5"),
]
TAKEN = [
    ({}, ""),
    ({"AllowedPattern": "^(dev|prod)?$"}, ""),
    ({"AllowedPattern": r"[a-z]+-\d\.\d+"}, "v-1.35"),
    ({"MinLength": 0, "MaxLength": 3}, "abc"),
    ({"Type": "Number", "MinValue": -1}, "-1"),
]
READ_BY_JAVA_ALONE = [
    ({"AllowedPattern": r"\p{Lower}+"}, "1"),
    ({"AllowedPattern": "[a-z&&[^b]]+"}, "1"),
    ({"AllowedPattern": "[[:alpha:]]+"}, "1"),
    ({"AllowedPattern": "(?i)dev"}, "prod"),
    ({"AllowedPattern": "(?!dev).*"}, "dev"),
    ({"AllowedPattern": r"\Qa.b\E"}, "c"),
    ({"AllowedPattern": "a{,3}"}, "aaaa"),
    ({"AllowedPattern": "(unclosed"}, "a"),
    ({"AllowedPattern": ".*"}, "a\nb"),
    ({"MaxLength": 1}, "\U0001f980"),
    ({"Type": "Number", "MaxValue": 3}, "1e9"),
    ({"Type": "List<Number>", "MaxValue": 3}, "4"),
    ({"Type": "AWS::EC2::VPC::Id", "MinLength": 3}, ""),
]


@pytest.mark.parametrize(("declared", "text"), REFUSED)
def test_a_value_outside_of_a_bound_or_a_pattern_is_refused(declared, text):
    assert expected({"Type": "String", **declared}, text)


@pytest.mark.parametrize(("declared", "text"), [*TAKEN, *READ_BY_JAVA_ALONE])
def test_a_value_that_may_be_taken_is_not_refused(declared, text):
    assert expected({"Type": "String", **declared}, text) is None


def test_a_pattern_that_tries_every_way_comes_to_an_end():
    assert expected({"Type": "String", "AllowedPattern": "(a+)+b"}, "a" * 500)
