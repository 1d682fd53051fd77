"""A policy asked of what a condition gives to a cluster of the app: once as its own, and once as nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model import asked
from eks_guard.model.describe import in_some
from eks_guard.model.outcome import Outcome
from eks_guard.model.value import Unknown, describe, joined_with
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.model.finding import Observation, Subject, Verdict
    from eks_guard.model.resource import OwnedIn


def in_both(subject: Subject, only: OwnedIn, judge: Callable[[Subject], Verdict]) -> Verdict:
    """Judge a subject as it is with its cluster and without one.

    What is wrong without a cluster fails wherever it is deployed; what is wrong beside the cluster is unknown.
    """
    thing = subject.thing
    elsewhere = replace(subject, thing=replace(thing, owner=only.otherwise), cluster=None, only_in=None)
    alone = judge(elsewhere)
    if alone.outcome is Outcome.FAIL:
        return alone
    cases = tuple(both for when in only.cases for both in joined_with(when, thing.at.cases))
    beside = judge(replace(subject, thing=replace(thing, at=replace(thing.at, cases=cases)), only_in=None))
    if beside.outcome is Outcome.FAIL:
        told = tuple(_in_cases(found, only) for found in beside.decisive)
        return replace(beside, outcome=Outcome.UNKNOWN, decisive=told)
    if beside.outcome is Outcome.UNKNOWN:
        return beside
    return alone if alone.outcome is Outcome.UNKNOWN or beside.outcome is Outcome.NOT_APPLICABLE else beside


def _in_cases(found: Observation, only: OwnedIn) -> Observation:
    """What is wrong in the cases in which a thing belongs to its cluster, as unknown."""
    names = " and ".join(dict.fromkeys(name for when in only.cases for name, _ in when))
    reason = f"{asked.BY_OWNER} {names}"
    where = in_some([describe(when) for when in only.cases])
    return replace(
        found, value=Unknown(reason, found.place), if_unknown=f"unknown: {reason}; it fails if {where}: {found.says}"
    )
