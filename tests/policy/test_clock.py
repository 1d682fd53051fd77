"""A clock that is wrong: it is said, and nothing passes by the calendar because of it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

from conftest import SAMPLES

from eks_guard import clock
from eks_guard.assembly.load import load
from eks_guard.audit import Options, audit
from eks_guard.clock import ClockDay
from eks_guard.data import Tables
from eks_guard.model.outcome import Outcome
from eks_guard.model.version import Version
from eks_guard.policy import facts
from eks_guard.policy.ahead import at_versions
from eks_guard.policy.config import load_config
from eks_guard.policy.facts import FACTS, calendar, runtime
from eks_guard.policy.facts.fact import Context
from eks_guard.policy.packs import builtin_ids, load_builtin
from eks_guard.policy.selection import Wanted
from eks_guard.resolve import Knowledge, resolve
from eks_guard.upgrade.plan import Wish, make_plan

WRONG = ClockDay(1999, 12, 31)


def outcomes(path, today, **options):
    report = audit(Options(path=str(path), today=today, wanted=Wanted(packs=("deploy-safety", "baseline")), **options))
    return report, {finding.policy.id: finding.outcome for finding in report.findings}


def calendar_policies():
    by_day = {name for name, fact in FACTS.items() if fact.by_day}
    return {
        policy.id
        for policy in load_builtin(frozenset(builtin_ids()))
        if by_day & {getattr(line, "fact", None) for line in (*policy.expect, *policy.when)}
    }


def test_what_passes_by_the_calendar_today_is_unknown_by_a_clock_that_is_wrong():
    current = SAMPLES / "payment-current" / "cdk.out"
    _, right = outcomes(current, datetime.date(2026, 11, 24))
    report, wrong = outcomes(current, WRONG)
    passed = calendar_policies() & {policy for policy, outcome in right.items() if outcome is Outcome.PASS}
    assert "cluster-version-creatable" in passed
    assert {wrong[policy] for policy in passed} == {Outcome.UNKNOWN}
    assert {policy: wrong[policy] for policy in right if policy not in passed} == {
        policy: outcome for policy, outcome in right.items() if policy not in passed
    }
    (note,) = [note for note in report.notes if "clock" in note]
    assert note.startswith("the clock says 1999-12-31, before the day of the facts (20")


def test_what_had_ended_by_the_day_of_the_facts_fails_by_every_clock(write):
    template = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}}}
    _, found = outcomes(write("T.template.json", template), WRONG)
    assert found["cluster-version-creatable"] is Outcome.FAIL


def test_a_day_that_is_asked_for_is_judged_as_asked():
    report, found = outcomes(SAMPLES / "payment-fixed" / "cdk.out", datetime.date(2024, 6, 1))
    assert found["cluster-version-creatable"] is Outcome.PASS
    assert any(note.startswith("judged as of 2024-06-01, long before the day of the facts") for note in report.notes)


def test_a_waiver_that_had_ended_by_the_day_of_the_facts_waives_nothing(write, tmp_path):
    template = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}}}
    waiver = {"policy": "cluster-version-creatable", "subject": "**", "reason": "old", "expires": "2020-01-01"}
    (tmp_path / "eks-guard.yaml").write_text(json.dumps({"waivers": [waiver]}))
    report, _ = outcomes(write("T.template.json", template), WRONG, config=load_config(tmp_path / "eks-guard.yaml"))
    (finding,) = [finding for finding in report.findings if finding.policy.id == "cluster-version-creatable"]
    assert finding.outcome is Outcome.FAIL
    assert finding.waiver is None


def test_a_plan_is_made_as_of_the_day_of_the_facts():
    assembly, tables = load(str(SAMPLES / "payment-current" / "cdk.out")), Tables()
    estate = resolve(assembly, Knowledge(tables))
    plan = make_plan(assembly, estate, estate.clusters, tables, Wish(None, None, WRONG))
    assert plan.today == tables.used["eks_versions"]
    assert any("the clock says 1999-12-31" in note for note in plan.notes)


def test_only_the_machine_is_taken_to_be_wrong(monkeypatch):
    monkeypatch.setenv(clock.VARIABLE, "2019-12-31")
    assert not isinstance(clock.today(), ClockDay)
    assert not isinstance(clock.today("2019-12-31"), ClockDay)
    monkeypatch.delenv(clock.VARIABLE)
    assert isinstance(clock.today(), ClockDay)


def test_every_fact_that_reads_the_day_says_so():
    """`control_plane.py` takes the versions that EKS runs, where a version is not known; `calendar.py` asks for advice."""
    package = Path(facts.__file__).parent
    reading = {path.stem for path in package.glob("*.py") if "context.today" in path.read_text(encoding="utf-8")}
    assert reading == {"calendar", "runtime", "control_plane", "upgrade_advice"}
    assert all(fact.by_day for fact in (*calendar.FACTS, *runtime.FACTS))


def test_what_is_judged_ahead_has_the_same_clock():
    assembly, tables = load(str(SAMPLES / "payment-wrong-layer" / "cdk.out")), Tables()
    estate = resolve(assembly, Knowledge(tables))
    (cluster,) = estate.clusters
    context = Context(tables, tables.as_of()["eks_versions"], estate, early=True)
    assert at_versions(context, {cluster.resource: Version(1, 36)}).early
