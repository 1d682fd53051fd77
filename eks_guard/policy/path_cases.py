"""A policy asked by JSONPath in each case of a deployment that decides what its paths find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.model.describe import in_some
from eks_guard.model.outcome import Outcome
from eks_guard.model.value import MAX_CANDIDATES, Candidate, Unknown, describe, joined_with, together
from eks_guard.policy.paths import open_values, with_values
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from eks_guard.model.finding import Observation, Subject, Verdict
    from eks_guard.model.policy import Policy
    from eks_guard.model.value import Cases, When
    from eks_guard.policy.paths import Segments

    Judge: TypeAlias = Callable[[Subject, Cases], Verdict]
    Body: TypeAlias = dict[str, Any]


def in_each_case(
    policy: Policy, subject: Subject, deployed: Cases, possible: Callable[[When], bool], judge: Judge
) -> Verdict:
    """Judge a subject as it is in each case, and tell what follows for all of them.

    `deployed` are the cases in which the subject is there, `possible` says whether a deployment gives some answers.
    """
    paths = tuple(dict.fromkeys(line.path for line in policy.lines if line.path))
    first = next(open_values(paths, subject.body), None)
    bodies = _bodies(paths, subject.body, lambda when: any(map(possible, joined_with(when, deployed)))) if first else ()
    if first is None or not bodies:
        return judge(subject, deployed)
    verdicts = [(when, judge(replace(subject, body=body), tuple(joined_with(when, deployed)))) for when, body in bodies]
    return _of_all(verdicts, first[1])


def _bodies(paths: Sequence[str], body: Body, allowed: Callable[[When], bool]) -> list[tuple[When, Body]]:
    """What a resource may be, as far as its paths see it; empty where that is more than is worth telling apart."""
    pending: list[tuple[When, Body]] = [((), body)]
    done: list[tuple[When, Body]] = []
    while pending:
        when, now = pending.pop(0)
        found = list(open_values(paths, now))
        if not found:
            done.append((when, now))
            continue
        (at, first), *others = found
        for one in first.candidates:
            both = together(when, one.when)
            if both is not None and allowed(both):
                pending.append((both, with_values(now, [*_decided(others, both), (at, one.value)])))
        if len(pending) + len(done) > MAX_CANDIDATES:
            return []
    return done


def _decided(found: Sequence[tuple[Segments, Unknown[Any]]], when: When) -> Iterator[tuple[Segments, Any]]:
    """What some answers decide of all open values, so that one condition around many entries is asked once."""
    for at, unknown in found:
        left = [one.value for one in unknown.candidates if together(when, one.when) is not None]
        if len(left) == 1:
            yield at, left[0]


def _of_all(verdicts: Sequence[tuple[When, Verdict]], decided: Unknown[Any]) -> Verdict:
    """What fails in each case fails; what fails in some is unknown, and says in which."""
    asked = [(when, one) for when, one in verdicts if one.outcome is not Outcome.NOT_APPLICABLE]
    failed = [(when, one) for when, one in asked if one.outcome is Outcome.FAIL]
    open_ = [one for _, one in asked if one.outcome is Outcome.UNKNOWN]
    if failed and len(failed) == len(verdicts):
        gravest = max((one for _, one in failed), key=lambda one: one.severity)
        return replace(gravest, decisive=_told_by_case(failed))
    if failed or open_:
        doubts = dict.fromkeys((*_where_wrong(verdicts, decided), *(found for one in open_ for found in one.decisive)))
        return replace((open_ or [failed[0][1]])[0], outcome=Outcome.UNKNOWN, decisive=tuple(doubts))
    if not asked:
        return verdicts[0][1]
    return replace(asked[0][1], decisive=tuple(dict.fromkeys(found for _, one in asked for found in one.decisive)))


def _told_by_case(failed: Sequence[tuple[When, Verdict]]) -> tuple[Observation, ...]:
    """What is wrong, with its case where another is wrong in another way."""
    first = failed[0][1].decisive
    says = [found.says for found in first]
    if all([found.says for found in one.decisive] == says for _, one in failed):
        return first
    return tuple(
        replace(found, says=f"if {describe(when)}, {found.says}") if when else found
        for when, one in failed
        for found in one.decisive
    )


def _where_wrong(verdicts: Sequence[tuple[When, Verdict]], decided: Unknown[Any]) -> list[Observation]:
    """What is wrong in some cases, as unknown."""
    cases: dict[str, list[When]] = {}
    first: dict[str, Observation] = {}
    for when, one in verdicts:
        for found in one.decisive if one.outcome is Outcome.FAIL else ():
            cases.setdefault(found.says, []).append(when)
            first.setdefault(found.says, found)
    passes = tuple(Candidate(one.outcome is not Outcome.FAIL, when) for when, one in verdicts)
    return [
        replace(
            found,
            value=Unknown(decided.reason, found.place, passes),
            if_unknown=f"unknown: {decided.reason}; if {in_some(cases[says])}, {says}",
        )
        for says, found in first.items()
    ]
