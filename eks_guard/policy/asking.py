"""Asks one line of a policy of the subjects of a kind, in the deployments that are possible."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.outcome import Outcome
from eks_guard.model.policy import Absent, AnyOf
from eks_guard.model.value import MAX_CANDIDATES, Known, Unknown, lift, together, under
from eks_guard.model.workloads import Manifest
from eks_guard.policy.at_path import expected, met_at_path, observe_absence, observe_path, runs_no_pod
from eks_guard.policy.facts import FACTS
from eks_guard.policy.facts.fact import ABOUT_ANY, ABOUT_CLUSTER
from eks_guard.policy.kinds import CHANGE
from eks_guard.policy.operators import condition, meets
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from eks_guard.model.finding import Subject
    from eks_guard.model.policy import Expectation, Policy
    from eks_guard.model.value import Cases, Value
    from eks_guard.policy.facts.fact import AnyFact, Context

    Line: TypeAlias = Expectation | AnyOf
    Result: TypeAlias = tuple[Line, Outcome, Observation]
    Asker: TypeAlias = Callable[[Subject, Context, Cases], list[Result]]

PASS, FAIL, UNKNOWN, NOT_APPLICABLE = Outcome


def asker_of_all(lines: Sequence[Line], policy: Policy, kind: str) -> Asker:
    """What asks several lines, one after the other."""
    askers = [asker(line, policy, kind) for line in lines]
    if len(askers) == 1:  # as of most policies
        return askers[0]
    return lambda *given: [result for ask in askers for result in ask(*given)]


def asker(line: Line, policy: Policy, kind: str) -> Asker:
    """What asks a line of a subject, in one of some cases of a deployment: a result for every observation.

    Whatever is the same for all subjects of the kind is found here, once.
    """
    if isinstance(line, AnyOf):
        return partial(_ask_any, line, [asker(one, policy, kind) for one in line.alternatives])
    return _asker_of_fact(line, FACTS[line.fact], policy, kind) if line.fact else partial(_ask_path, line, policy)


def _asker_of_fact(line: Expectation, fact: AnyFact, policy: Policy, kind: str) -> Asker:
    asked_of = _asked_by(fact, kind)
    if asked_of is None:
        return lambda *_: []
    holds = condition(line.operator, line.operand)

    def ask(subject: Subject, context: Context, cases: Cases) -> list[Result]:
        asked = asked_of(subject)
        judged: list[Result] = [
            (line, PASS, one)
            if isinstance(one.value, Known) and holds(one.value.value)  # as most are
            else _judged(line, policy, where_deployed(one, cases, context))
            for one in (() if asked is None else _observed(fact, asked, context.where(cases)))
        ]
        return [_doubted(result) for result in judged] if fact.by_day and context.early else judged

    return ask


def _asked_by(fact: AnyFact, kind: str) -> Callable[[Subject], Any] | None:
    """What a fact is asked of: the change of a subject, its cluster, or the subject itself; None where of nothing."""
    if fact.match == ABOUT_ANY:
        return lambda subject: subject
    if fact.match == ABOUT_CLUSTER and not fact.name.startswith(CHANGE):
        return attrgetter("cluster")
    if kind not in fact.match:
        return None
    return attrgetter("change" if fact.name.startswith(CHANGE) else "thing")


def _observed(fact: AnyFact, asked: Any, context: Context) -> tuple[Observation, ...]:
    if context.cases and hasattr(asked, "at"):
        asked = context.within(asked)
    if isinstance(asked, Manifest) and asked.branches:
        from eks_guard.policy.branches import over_branches  # noqa: PLC0415 (few manifests have any)

        return over_branches(fact, asked, asked.branches, context)
    return fact.observe(asked, context)


def _ask_path(line: Expectation, policy: Policy, subject: Subject, *_: object) -> list[Result]:
    observations = observe_path(line, subject)
    if observations:
        return [_judged(line, policy, observation) for observation in observations]
    if line.absent is Absent.SKIP or runs_no_pod(line.path, subject):
        return []
    return [(line, PASS if line.absent is Absent.PASS else FAIL, observe_absence(line, subject))]


def _ask_any(line: AnyOf, askers: Sequence[Asker], subject: Subject, context: Context, cases: Cases) -> list[Result]:
    """A line with alternatives: one that holds is enough, and where one is open, so is the line."""
    asked = [found for ask in askers if (found := ask(subject, context, cases))]
    failed = [found for found in asked if of(found, FAIL)]
    holding = [found for found in asked if all(outcome is PASS for _, outcome, _ in found)]
    open_ = [found for found in asked if found not in failed and found not in holding]
    if holding:
        return [(line, PASS, observation) for _, _, observation in holding[0]]
    if open_:
        return [(line, UNKNOWN, observation) for found in open_ for _, observation in of(found, UNKNOWN)]
    reasons = [observation for found in failed for _, observation in of(found, FAIL)]
    return [(line, FAIL, _none_of(reasons))] if reasons else []


def _none_of(reasons: Sequence[Observation]) -> Observation:
    """Why none of some alternatives holds, as one observation with the proof of all."""
    says = f"none of the alternatives holds: {'; '.join(dict.fromkeys(reason.says for reason in reasons))}"
    trace = tuple(dict.fromkeys(step for reason in reasons for step in reason.trace))
    place = next((reason.place for reason in reasons if reason.place), None)
    return Observation(Known(value=False), says, place, trace)


def of(results: Iterable[Result], wanted: Outcome) -> list[tuple[Line, Observation]]:
    """The results with an outcome."""
    return [(line, observation) for line, outcome, observation in results if outcome is wanted]


def _judged(line: Expectation, policy: Policy, observation: Observation) -> Result:
    """An observation with its outcome; in a policy of the project's own, a failed fact says what was expected."""
    value = observation.value
    if line.fact and isinstance(value, Known):
        holds = meets(line.operator, line.operand, value.value)
    else:
        met = met_by_fact(line, value) if line.fact else met_at_path(line, value)
        if isinstance(met, Unknown):
            return line, UNKNOWN, observation
        holds = met.value
    if holds:
        return line, PASS, observation
    if line.fact and policy.file is not None:
        says = f"{observation.says}; {line.fact} is expected to {expected(line)}"
        observation = replace(observation, says=says)
    return line, FAIL, observation


def _doubted(result: Result) -> Result:
    """What passes by the calendar, where the clock is wrong: unknown, for the time that really is may be later."""
    line, outcome, observation = result
    if outcome is not PASS:
        return result
    reason = "the clock is earlier than the date of the facts, so the current day is unknown"
    value: Value[Any] = Unknown(reason, observation.place)
    return line, UNKNOWN, replace(observation, value=value, if_unknown=f"{observation.says}, but {reason}")


def cases_of(subject: Subject) -> Cases:
    """The cases in which a subject is deployed."""
    return subject.thing.at.cases if hasattr(subject.thing, "at") else ()


def where_it_applies(doubts: Sequence[tuple[Line, Observation]], cases: Cases) -> Cases:
    """The cases among some in which what `when` leaves open lets a policy apply."""
    for line, observation in doubts:
        met = None if isinstance(line, AnyOf) or not line.fact else met_by_fact(line, observation.value)
        if isinstance(met, Unknown) and met.candidates:
            letting = [one.when for one in met.candidates if one.value]
            joined = [both for case in cases or ((),) for when in letting if (both := together(case, when)) is not None]
            cases = tuple(joined) if len(joined) <= MAX_CANDIDATES else cases
    return cases


def where_deployed(observation: Observation, cases: Cases, context: Context) -> Observation:
    """An observation without what no deployment has in one of some cases."""
    before = observation.value
    if isinstance(before, Known):
        return observation
    value = under(before, cases, context.estate.resources.possible)
    if value is before:
        return observation
    plain = observation.if_unknown == f"unknown: {in_words(before)}"
    return replace(
        observation, value=value, if_unknown=f"unknown: {in_words(value)}" if plain else observation.if_unknown
    )


def met_by_fact(line: Expectation, value: Value[Any]) -> Value[bool]:
    """Whether what a fact found meets a line; a branch in which it finds nothing to ask about does."""
    unasked = FACTS[line.fact].of_written if line.fact else False
    return lift(lambda found: (unasked and found is None) or meets(line.operator, line.operand, found), value)
