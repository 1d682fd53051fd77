"""A policy asked of what a condition gives to a cluster of the app: once as its own, and once as nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model import asked
from eks_guard.model.describe import in_some
from eks_guard.model.outcome import Outcome
from eks_guard.model.value import Unknown, joined_with
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    open_ = alone.decisive if alone.outcome is Outcome.UNKNOWN else ()
    if beside.outcome is Outcome.FAIL:
        told = [_in_cases(found, only) for found in beside.decisive]
    elif beside.outcome is Outcome.UNKNOWN:
        told = [found if _is_in(found, open_) else _doubted_in_cases(found, only) for found in beside.decisive]
    else:
        return alone if open_ or beside.outcome is Outcome.NOT_APPLICABLE else beside
    also = (found for found in open_ if not _is_in(found, told))
    return replace(beside, outcome=Outcome.UNKNOWN, decisive=(*told, *also))


def _is_in(found: Observation, others: Sequence[Observation]) -> bool:
    """Whether others say the same: what is as open without the cluster does not hang on which one it is."""
    return any((found.if_unknown or found.says) == (one.if_unknown or one.says) for one in others)


def _in_cases(found: Observation, only: OwnedIn) -> Observation:
    """What is wrong in the cases in which a thing belongs to its cluster, as unknown."""
    reason = _depends(only)
    told = f"unknown: {reason}; it fails if {_where(only)}: {found.says}"
    return replace(found, value=Unknown(reason, found.place), if_unknown=told)


def _doubted_in_cases(found: Observation, only: OwnedIn) -> Observation:
    """What is open in the cases in which a thing belongs to its cluster."""
    doubt = (found.if_unknown or found.says).removeprefix("unknown: ")
    return replace(found, if_unknown=f"unknown: {_depends(only)}; if {_where(only)}: {doubt}")


def _depends(only: OwnedIn) -> str:
    return f"{asked.BY_OWNER} {' and '.join(dict.fromkeys(name for when in only.cases for name, _ in when))}"


def _where(only: OwnedIn) -> str:
    return in_some(only.cases)
