"""Facts that follow the version of the control plane: they alone are asked again where a fix raises it."""

from __future__ import annotations

import datetime
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from conftest import ROOT, SAMPLES

from eks_guard.assembly.load import load
from eks_guard.audit.cases import estate_of
from eks_guard.data import Tables
from eks_guard.model.version import Version
from eks_guard.policy.ahead import at_versions
from eks_guard.policy.cases.schema import CasesFile
from eks_guard.policy.facts import FACTS
from eks_guard.policy.facts.fact import ABOUT_ANY, ABOUT_CLUSTER, Context
from eks_guard.policy.kinds import CHANGE, subjects_of
from eks_guard.policy.source import read_source
from eks_guard.policy.written import validate
from eks_guard.resolve import Knowledge, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.estate import Estate
    from eks_guard.model.finding import Observation
    from eks_guard.policy.facts.fact import AnyFact

TABLES = Tables()
TODAY = datetime.date(2026, 1, 1)
VERSIONS = [Version(1, minor) for minor in (24, 29, 32, 35)]


def estates() -> Iterator[Estate]:
    """Those of all cases of the built-in policies, and of all samples."""
    for file in sorted((ROOT / "policies").rglob("*.test.yaml")):
        written = validate(CasesFile, read_source(file))
        assert written
        for case in written.cases:
            if case.before is None and case.after is None:
                yield estate_of(case, TABLES)[0]
    for sample in sorted(SAMPLES.glob("*/cdk.out")):
        yield resolve(load(str(sample)), Knowledge(TABLES))


def observed(fact: AnyFact, context: Context) -> list[tuple[Observation, ...]]:
    """What a fact says of all that it is about, without the proof, which shows the version of the cluster."""
    subjects = [subject for kind in fact.match for subject in subjects_of(context.estate, kind, bodies=False)]
    asked = [subject.cluster if fact.match == ABOUT_CLUSTER else subject.thing for subject in subjects]
    found = [fact.observe(thing, context) for thing in asked if thing is not None]
    return [tuple(replace(one, trace=()) for one in observations) for observations in found]


@cache
def following() -> frozenset[str]:
    """The facts that answer differently at some other version of a cluster, of those about one assembly."""
    found: set[str] = set()
    facts = [fact for fact in FACTS.values() if fact.match != ABOUT_ANY and not fact.name.startswith(CHANGE)]
    for estate in estates():
        now = Context(TABLES, TODAY, estate)
        told = {fact: said for fact in facts if fact.name not in found and (said := observed(fact, now))}
        for version in VERSIONS:
            then = at_versions(now, {cluster.resource: version for cluster in estate.clusters})
            found.update(fact.name for fact, said in told.items() if said != observed(fact, then))
    return frozenset(found)


RULES_BY_MINOR = {"chart.accepted", "manifest.pods_admitted", *(name for name in FACTS if name.startswith("pod."))}
"""Facts whose rules differ between minors in ways that few cases meet: Chart.yaml's kubeVersion, Pod Security."""


def test_the_facts_that_follow_the_version_are_marked():
    marked = {fact.name for fact in FACTS.values() if fact.by_version}
    assert following() <= marked
    assert marked - following() <= RULES_BY_MINOR
