"""Every built-in policy is complete: cases for each situation that it owes, sentences, sources."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from conftest import ROOT

from eks_guard.audit.cases import run_cases
from eks_guard.data import Tables
from eks_guard.policy.facts import FACTS
from eks_guard.policy.kinds import KINDS
from eks_guard.policy.packs import builtin_packs, load_pack

POLICIES = {policy.id: policy for pack in builtin_packs() for policy in load_pack(pack)}


SUBJECTS = {"cluster", "resource", "template", "before", "after"}
"""The keys of a case that give it something to be judged."""
NEVER_UNKNOWN = {
    "resource-type-kept",  # a type is written out
    "kubectl-evidence-consistent",  # what witnesses say is said
    "identity-provider-single",  # what the app makes can be counted
    "object-declared-once",  # asked of objects that can be read; api-version-served tells of the others
}


def cases_of(policy):
    path = ROOT / "policies" / POLICIES[policy].pack / f"{policy}.test.yaml"
    return path, yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("policy", POLICIES)
def test_cases_pass(policy):
    path, _ = cases_of(policy)
    for result in run_cases([path]):
        assert result.passed, f"{result.name}: expected {result.expected}, found {result.found}"


@pytest.mark.parametrize("policy", POLICIES)
def test_cases_cover_what_a_policy_owes(policy):
    _, cases = cases_of(policy)
    outcomes = {case["outcome"] for case in cases}
    assert any(not SUBJECTS & set(case) for case in cases), "no subject at all"
    assert "fail" in outcomes, "bad"
    assert "pass" in outcomes or policy == "export-kept", "good"  # a stack is a subject only if it loses an export
    if policy not in NEVER_UNKNOWN:
        assert "unknown" in outcomes
    if POLICIES[policy].when:
        met = [
            case for case in cases if case["outcome"] == "not-applicable" and ("cluster" in case or "resource" in case)
        ]
        assert met, "`when` not met"
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names))


def said(value, keys=()):
    """What a case says, as paths of keys."""
    if isinstance(value, dict) and value:
        return {path for key, inner in value.items() for path in said(inner, (*keys, key))}
    return {keys}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_case_leaves_to_the_default_what_another_one_says(policy):
    _, cases = cases_of(policy)
    subjects = [{key: case[key] for key in SUBJECTS if key in case} for case in cases]
    spoken = [said(subject) for subject in subjects if subject]
    paired = policy == "export-kept"  # two lists of stacks, which say as much
    assert paired or any(more - less for less in spoken for more in spoken), "no case for what is absent"


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_words_are_sentences_with_sources(policy):
    for key, text in (("rationale", policy.rationale), ("remediation", policy.remediation), ("shows", policy.shows)):
        assert text, f"{key}: missing"
        assert text[0].isupper() or text[0] in "@`"
        assert text.rstrip().endswith(".")
        assert "!" not in text
    assert not policy.title.endswith(".")
    assert len(policy.title) <= 80
    assert policy.references, "references: missing"
    assert all(reference.startswith("https://") for reference in policy.references)
    assert policy.fix, "fix: missing"
    for control in policy.controls:
        assert control.source.startswith("https://")


TRANSLATED = re.compile(r"nobody|[Nn]othing shows|, too\b|\bstands? there|\btells\b", re.IGNORECASE)
"""Turns of phrase that a native engineer does not use."""


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_words_do_not_read_as_translated(policy):
    found = [
        text for text in (policy.title, policy.rationale, policy.remediation, policy.shows) if TRANSLATED.search(text)
    ]
    assert not found


def test_policies_ask_only_of_subjects_that_exist():
    for policy in POLICIES.values():
        assert policy.match
        assert all(kind in KINDS or "::" in kind for kind in policy.match)


def test_every_fact_is_documented():
    for fact in FACTS.values():
        assert fact.meaning.endswith(".")
        assert fact.example
        assert fact.type.name in ("version", "integer", "boolean", "text", "texts")


FOR_AUTHORS = {
    "cluster.name",
    "cluster.tags",
    "cluster.subnets",
    "cluster.addons",
    "cluster.charts",
    "cluster.node_groups",
    "cluster.role",
    "cluster.zones",
    "subject.stack",
    "subject.path",
    "subject.account",
    "subject.region",
    "subject.environment",
    "subject.stage",
    "subject.tags",
    "nodegroup.minors_behind",
    "change.dropped_objects",
    "change.kinds",
    "endpoint.public_cidrs",
    "kubectl.version",
    "workloads.deployed",
}
"""Facts that the packs do not ask; the tests of the policy language do."""


def test_every_fact_is_used():
    used = {line.fact for policy in POLICIES.values() for line in policy.lines if line.fact}
    assert used | FOR_AUTHORS == set(FACTS)
    assert not used & FOR_AUTHORS


# the tables


def test_tables_have_source_and_date():
    for path in (ROOT / "eks_guard" / "data").glob("*.json"):
        table = json.loads(path.read_text(encoding="utf-8"))
        assert table["as_of"] <= "2026-12-31"
        assert table["source"].startswith("https://")
        assert table["about"]


def test_the_calendar_has_no_gaps_and_its_dates_are_in_order():
    calendar = Tables().eks_versions
    minors = [version.minor for version in calendar]
    assert minors == list(range(minors[0], minors[-1] + 1))
    for row in calendar.values():
        dates = [date for date in (row.released, row.end_of_standard, row.end_of_extended) if date]
        assert dates == sorted(dates)
    for ends in (
        [row.end_of_standard for row in calendar.values()],
        [row.end_of_extended for row in calendar.values()],
    ):
        known = [end for end in ends if end]
        assert known == sorted(known)


def test_every_layer_package_holds_the_minor_that_it_is_named_for():
    tables = Tables()
    for minor, package in tables.layer_packages.items():
        assert package.class_name == f"KubectlV{minor.minor}Layer"
        assert package.pypi.endswith(f"-v{minor.minor}")
    named = [layer for layer in tables.published_layers.values() if "lambda-layer-kubectl-v" in layer.name]
    assert len(named) > 40
    for layer in named:
        named_for = int(layer.name.split("kubectl-v")[1].split(" ")[0])
        assert layer.kubectl is None or layer.kubectl.minor == named_for


def test_prune_lists_are_in_order_and_name_what_the_table_of_servers_knows():
    tables = Tables()
    *newest, last = [version for version, _ in tables.prune_lists]
    assert last is None
    known = [version for version in newest if version]
    assert newest == sorted(known)
    assert {entry for _, entries in tables.prune_lists for entry in entries} == set(tables.served)


def test_a_fact_about_the_chain_to_kubectl_names_its_link():
    wanted = {"kubectl.used", "kubectl.prunes"}
    chain = {name for name in FACTS if name.startswith(("kubectl.", "handler."))} - wanted
    assert {name for name in chain if FACTS[name].link is None} == set()
