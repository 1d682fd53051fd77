"""Stacks that are deployed together share an account and a region, also where nobody knows them yet."""

from __future__ import annotations

import json

import pytest

from eks_guard.assembly.following.equality import same
from eks_guard.assembly.load import load
from eks_guard.assembly.stack import Node

OPEN, EU, US = "aws://unknown-account/unknown-region", "aws://111122223333/eu-west-1", "aws://111122223333/us-east-1"


@pytest.fixture
def stacks(tmp_path):
    """Load stacks of some environments, of which each may depend on others."""

    def loaded(environments, **dependencies):
        artifacts = {}
        for name, environment in environments.items():
            (tmp_path / f"{name}.json").write_text(json.dumps({"Resources": {}}), encoding="utf-8")
            artifacts[name] = {
                "type": "aws:cloudformation:stack",
                "environment": environment,
                "properties": {"templateFile": f"{name}.json"},
                "dependencies": dependencies.get(name, []),
            }
        manifest = {"version": "36.0.0", "artifacts": artifacts}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return {stack.id: stack for stack in load(str(tmp_path)).stacks}

    return loaded


def shares(found, one, other, name):
    value = {"Fn::Sub": f"at ${{{name}}}"}
    return same(Node(found[one], (), value), Node(found[other], (), value))


@pytest.mark.parametrize("name", ["AWS::AccountId", "AWS::Region", "AWS::Partition"])
def test_stacks_of_no_environment_that_depend_on_each_other_share_one(stacks, name):
    found = stacks(dict.fromkeys("ABCDE", OPEN), C=["A"], D=["C", "B"])
    assert [shares(found, "A", other, name) for other in "BCDE"] == [True, True, True, None]


def test_a_name_of_a_stack_is_its_own(stacks):
    found = stacks(dict.fromkeys("AB", OPEN), B=["A"])
    assert shares(found, "A", "B", "AWS::StackId") is None


@pytest.mark.parametrize(("environment", "answer"), [(EU, True), (US, False), (OPEN, None)])
def test_a_known_environment_is_compared_by_what_it_is(stacks, environment, answer):
    found = stacks({"A": EU, "B": environment}, B=["A"])
    assert shares(found, "A", "B", "AWS::Region") is answer


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-north-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ("us-iso-west-1", "aws-iso", "c2s.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
        ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"),
        ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"),
    ],
)
def test_a_region_is_in_a_partition(stacks, region, partition, suffix):
    stack = stacks({"A": f"aws://111122223333/{region}"})["A"]
    assert Node(stack, (), {"Fn::Sub": "${AWS::Partition} ${AWS::URLSuffix}"}).text() == f"{partition} {suffix}"
