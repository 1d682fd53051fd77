"""Judges a policy on a subject. Any failed observation decides; else any unknown one; else it passes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eks_guard.model.finding import Observation
from eks_guard.model.outcome import Outcome, Severity
from eks_guard.model.policy import NO_DEFAULT, Absent, OnUnknown, Operator
from eks_guard.model.value import Known, Place, Unknown, Value, lift
from eks_guard.policy.facts import FACTS
from eks_guard.policy.facts.fact import ABOUT_ANY, ABOUT_CLUSTER
from eks_guard.policy.kinds import CHANGE
from eks_guard.policy.operators import meets, meets_as_written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.model.finding import Subject
    from eks_guard.model.policy import Expectation, Policy
    from eks_guard.policy.facts.fact import AnyFact, Context


OBJECT = "object"
LONGEST_VALUE = 80
"""Of a value that a path finds, no more characters than this are shown."""

POD = ("$.pod", "$.containers")
"""Begin the paths into what every workload has under one name."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a policy on a subject, with the observations that decided it, the gravest first."""

    outcome: Outcome
    severity: Severity
    decisive: tuple[Observation, ...] = ()


def judge(policy: Policy, subject: Subject, context: Context) -> Verdict:
    """Ask one policy of one subject. Never raises: a policy and a subject that exist are valid."""
    if policy.kinds and subject.body.get("kind") not in policy.kinds:
        return Verdict(Outcome.NOT_APPLICABLE, policy.severity)
    applies = [result for expectation in policy.when for result in _ask(expectation, subject, context)]
    if policy.when and not applies:
        return Verdict(Outcome.NOT_APPLICABLE, policy.severity)
    if any(outcome is Outcome.FAIL for _, outcome, _ in applies):
        return Verdict(Outcome.NOT_APPLICABLE, policy.severity)
    asked = [result for expectation in policy.expect for result in _ask(expectation, subject, context)]
    if not asked:
        return Verdict(Outcome.NOT_APPLICABLE, policy.severity)
    open_ = _of(applies, Outcome.UNKNOWN)
    failed = _of(asked, Outcome.FAIL)
    if failed and not open_:
        gravest_first = sorted(failed, key=lambda pair: -_severity(policy, pair[0]))
        severity = _severity(policy, gravest_first[0][0])
        return Verdict(Outcome.FAIL, severity, tuple(observation for _, observation in gravest_first))
    unknown = _of(asked, Outcome.UNKNOWN)
    if unknown or failed:  # a failure that may not apply is unknown
        return _of_unknown(policy, tuple(observation for _, observation in (open_ or unknown)))
    return Verdict(Outcome.PASS, policy.severity, tuple(observation for _, _, observation in asked))


def _severity(policy: Policy, expectation: Expectation) -> Severity:
    return policy.severity if expectation.severity is None else expectation.severity


def _of_unknown(policy: Policy, decisive: tuple[Observation, ...]) -> Verdict:
    outcome = {OnUnknown.FAIL: Outcome.FAIL, OnUnknown.PASS: Outcome.PASS}.get(policy.unknown, Outcome.UNKNOWN)
    return Verdict(outcome, policy.severity, decisive)


def _of(
    results: Iterable[tuple[Expectation, Outcome, Observation]], wanted: Outcome
) -> list[tuple[Expectation, Observation]]:
    return [(expectation, observation) for expectation, outcome, observation in results if outcome is wanted]


def _ask(
    expectation: Expectation, subject: Subject, context: Context
) -> list[tuple[Expectation, Outcome, Observation]]:
    """One expectation, for every observation."""
    if expectation.fact:
        fact = FACTS[expectation.fact]
        asked = _asked(fact, subject)
        observations = fact.observe(asked, context) if asked else ()
    else:
        observations = tuple(_at_path(expectation, subject))
        if not observations:
            return [] if _runs_no_pod(expectation.path, subject) else _absent(expectation, subject)
    return [(expectation, _outcome(expectation, observation.value), observation) for observation in observations]


def _asked(fact: AnyFact, subject: Subject) -> Any:
    """What a fact is asked of: the change of a subject, its cluster, or the subject itself; None where it is not."""
    if fact.name.startswith(CHANGE):
        return subject.change if subject.kind in fact.match else None
    if fact.match == ABOUT_ANY:
        return subject
    if fact.match == ABOUT_CLUSTER:
        return subject.cluster
    return subject.thing if subject.kind in fact.match else None


def _outcome(expectation: Expectation, value: Value[Any]) -> Outcome:
    compare = meets if expectation.fact else meets_as_written
    met = lift(lambda found: compare(expectation.operator, expectation.operand, found), value)
    if isinstance(met, Unknown):
        return Outcome.UNKNOWN
    return Outcome.PASS if met.value else Outcome.FAIL


def _at_path(expectation: Expectation, subject: Subject) -> list[Observation]:
    """What stands at a JSONPath of the resource; `exists` is asked once, everything else of each match."""
    from eks_guard.policy.paths import find  # noqa: PLC0415 (most policies have no path)

    assert expectation.path, "an expectation has a fact or a path"
    found = find(expectation.path, subject.body)
    if expectation.operator is Operator.EXISTS:
        return [_existence(expectation, subject, found)]
    if not found and expectation.default is not NO_DEFAULT:
        says = f"{expectation.path} is not set, which means {expectation.default!r}"
        return [Observation(Known(expectation.default), says, subject.place)]
    return [
        Observation(_value(item.value), _says(expectation, item.value), _place(subject, item.pointer)) for item in found
    ]


def _runs_no_pod(path: str | None, subject: Subject) -> bool:
    """Whether a path into the pod of an object is asked of one that runs none, such as a Service."""
    return subject.kind == "object" and str(path).startswith(POD) and "pod" not in subject.body


def _absent(expectation: Expectation, subject: Subject) -> list[tuple[Expectation, Outcome, Observation]]:
    """A property that is not there: its line fails, unless the author said otherwise."""
    if expectation.absent is Absent.SKIP:
        return []
    outcome = Outcome.PASS if expectation.absent is Absent.PASS else Outcome.FAIL
    says = f"{expectation.path} is not set, which is expected to {_expected(expectation)}"
    return [(expectation, outcome, Observation(Known(None), says, subject.place))]


def _expected(expectation: Expectation) -> str:
    """Operator and operand as a sentence ends with them."""
    operand = expectation.operand
    shown = getattr(operand, "pattern", list(operand) if isinstance(operand, tuple) else operand)
    words = {
        Operator.EQUALS: "be",
        Operator.ONE_OF: "be one of",
        Operator.CONTAINS: "contain",
        Operator.EXCLUDES: "contain none of",
        Operator.AT_LEAST: "be at least",
        Operator.AT_MOST: "be at most",
        Operator.BETWEEN: "be within",
        Operator.MATCHES: "match",
        Operator.EXISTS: "exist:",
    }
    return f"{words[expectation.operator]} {json.dumps(shown, default=str, ensure_ascii=False)}"


def _existence(expectation: Expectation, subject: Subject, found: list[Any]) -> Observation:
    """A reference that only a deployment resolves exists all the same, unless a condition may remove it."""
    if not found:
        return Observation(Known(None), f"{expectation.path} is not set", subject.place)
    first = found[0]
    place = _place(subject, first.pointer)
    if isinstance(first.value, Unknown) and (first.hidden or first.value.candidates):
        return Observation(first.value, f"whether {expectation.path} is set is not known: {first.value.reason}", place)
    return Observation(Known(value=True), f"{expectation.path} is set", place)


def _value(raw: Any) -> Value[Any]:
    return raw if isinstance(raw, Unknown) else Known(raw)


def _says(expectation: Expectation, raw: Any) -> str:
    return (
        f"{expectation.path} is not known: {raw.reason}"
        if isinstance(raw, Unknown)
        else f"{expectation.path} is {_excerpt(raw)}, which is expected to {_expected(expectation)}"
    )


def _excerpt(raw: Any) -> str:
    """A value as the template has it; a long one, such as a whole manifest with its secrets, only in part."""
    text = json.dumps(raw, default=str, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _place(subject: Subject, pointer: str) -> Place:
    if subject.kind == OBJECT:  # it is text in the template, into which no pointer leads
        return subject.place
    return Place(subject.place.template, f"{subject.place.pointer}{pointer}")
