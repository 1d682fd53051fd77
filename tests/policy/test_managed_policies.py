"""The list of AWS's policies keeps what `managed-policy-exists` relies on, and has each policy that a fix names."""

from __future__ import annotations

import re

from conftest import ROOT

from eks_guard.data import Tables
from eks_guard.policy.facts.managed_policy import INSTEAD, LINKED, NAMES
from eks_guard.policy.facts.service_trust import OF_CLUSTERS, OF_NODES, OF_PODS

TABLE = Tables().table(NAMES)
LISTED = {path + name for name, path in TABLE["names"].items()}
NAMED = re.compile(r"(?:fromAwsManagedPolicyName|from_aws_managed_policy_name)\([\"']([\w/-]+)[\"']\)")


def letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def test_no_two_policies_have_the_same_letters():
    assert len({letters(name) for name in TABLE["names"]}) == len(TABLE["names"])


def test_a_withdrawn_policy_is_not_listed():
    assert {name.lower() for name in TABLE["withdrawn"]}.isdisjoint(name.lower() for name in TABLE["names"])


def test_a_successor_has_more_separators_than_what_it_replaces():
    """So a name with fewer than a listed one is not that of a policy to come."""
    successors = {letters(name): name for name in TABLE["names"]}
    pairs = [(old, successors[letters(old)]) for old in TABLE["withdrawn"] if letters(old) in successors]
    assert ("AWSLambdaFullAccess", "AWSLambda_FullAccess") in pairs
    shorter = {old for old, new in pairs if len(new) <= len(old)}
    assert shorter == {"AWS_Config_Role"}, "AWS took a separator out once, of a policy of AWS Config"


def test_each_policy_whose_actions_are_known_is_listed():
    assert set(Tables().managed_policies) <= LISTED


def test_each_policy_that_a_line_names_is_listed():
    files = [path for path in (ROOT / "policies").rglob("*.yaml") if not path.name.endswith(".test.yaml")]
    written = {name for path in files for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    takers = {policy for taker in (OF_CLUSTERS, OF_NODES, OF_PODS) for policy in taker.policies}
    needed = {need.policy for need in Tables().addon_needs.values()}
    assert written
    assert written | takers | needed | set(INSTEAD.values()) <= LISTED


def test_what_is_for_roles_of_aws_has_another_policy_for_roles_of_the_app():
    assert {LINKED + name for name in INSTEAD} <= LISTED
