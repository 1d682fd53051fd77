"""Judges a policy on a subject. Any failed observation decides; else any unknown one; else it passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.model.describe import in_some, in_words
from eks_guard.model.finding import Observation, Verdict
from eks_guard.model.outcome import Outcome
from eks_guard.model.policy import Absent, AnyOf, OnUnknown
from eks_guard.model.value import Known, Unknown, branches_of, known_in
from eks_guard.model.workloads import Manifest
from eks_guard.policy.at_path import expected, met_at_path, observe_absence, observe_path, runs_no_pod
from eks_guard.policy.deployed import cases_of, met_by_fact, where_deployed, where_it_applies
from eks_guard.policy.facts import FACTS
from eks_guard.policy.facts.fact import ABOUT_ANY, ABOUT_CLUSTER
from eks_guard.policy.facts.properties import why_unknown
from eks_guard.policy.kinds import CHANGE, asks_by_path
from eks_guard.policy.operators import meets
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eks_guard.model.finding import Subject
    from eks_guard.model.outcome import Severity
    from eks_guard.model.policy import Expectation, Policy
    from eks_guard.model.value import Cases, Value, When
    from eks_guard.policy.facts.fact import AnyFact, Context

    Line: TypeAlias = Expectation | AnyOf
    Result: TypeAlias = tuple[Line, Outcome, Observation]


def judge(policy: Policy, subject: Subject, context: Context) -> Verdict:
    """Ask one policy of one subject. Never raises: a policy and a subject that exist are valid."""
    if subject.only_in:
        from eks_guard.policy.ownership import in_both  # noqa: PLC0415 (few things belong to a cluster by a condition)

        verdict = in_both(subject, subject.only_in, lambda one: _in_all_cases(policy, one, context))
        return _of_unknown(policy, verdict.decisive) if verdict.outcome is Outcome.UNKNOWN else verdict
    return _in_all_cases(policy, subject, context)


def _in_all_cases(policy: Policy, subject: Subject, context: Context) -> Verdict:
    """Ask a policy of a subject that belongs to its cluster wherever it is deployed, or to none."""
    deployed = cases_of(subject)
    if not subject.body or not asks_by_path(policy):
        return _judge(policy, subject, context, deployed)
    from eks_guard.policy.path_cases import in_each_case  # noqa: PLC0415 (most policies have no path)

    possible = context.estate.resources.possible
    verdict = in_each_case(policy, subject, deployed, possible, lambda one, cases: _judge(policy, one, context, cases))
    return _of_unknown(policy, verdict.decisive) if verdict.outcome is Outcome.UNKNOWN else verdict


def _judge(policy: Policy, subject: Subject, context: Context, deployed: Cases) -> Verdict:
    """Ask a policy of a subject in some cases of a deployment."""
    conditions = _conditions(policy, subject, context, deployed)
    if conditions is None:
        return Verdict(Outcome.NOT_APPLICABLE, policy.severity)
    open_ = _of(conditions, Outcome.UNKNOWN)
    cases = where_it_applies(open_, deployed) if open_ else deployed
    asked = _ask_all(policy.expect, policy, subject, context, cases)
    if not asked:
        return Verdict(Outcome.NOT_APPLICABLE, policy.severity)
    if not open_ and all(outcome is Outcome.PASS for _, outcome, _ in asked):  # as most do
        return Verdict(Outcome.PASS, policy.severity, tuple([observation for _, _, observation in asked]))
    failed = _of(asked, Outcome.FAIL)
    if failed and not open_:
        gravest_first = sorted(failed, key=lambda pair: -_severity(policy, pair[0]))
        severity = _severity(policy, gravest_first[0][0])
        return Verdict(Outcome.FAIL, severity, tuple(observation for _, observation in gravest_first))
    unknown = _of(asked, Outcome.UNKNOWN)
    if unknown or failed:  # a failure that may not apply is unknown
        doubts = [_told_apart(*doubt, applies=bool(open_)) for doubt in open_ or unknown]
        return _of_unknown(policy, tuple(doubts))
    return Verdict(Outcome.PASS, policy.severity, tuple(observation for _, _, observation in asked))


def may_apply(policy: Policy, subject: Subject, context: Context) -> bool:
    """Whether a policy is for a subject, or may be: its `kinds` and its `when` let it in."""
    return _conditions(policy, subject, context, cases_of(subject)) is not None


def _conditions(policy: Policy, subject: Subject, context: Context, cases: Cases) -> list[Result] | None:
    """What `when` finds in some cases of a deployment; None where the policy does not apply."""
    if policy.kinds and subject.body.get("kind") not in policy.kinds:
        return None
    if not policy.when:
        return []
    found = _ask_all(policy.when, policy, subject, context, cases)
    return None if not found or any(outcome is Outcome.FAIL for _, outcome, _ in found) else found


def _told_apart(line: Line, observation: Observation, *, applies: bool) -> Observation:
    """An open yes or no with the branches of a deployment in which a line fails, or `applies` where it is of `when`.

    So is any value of which some branches are open, for no sentence lists those. An observation that has a sentence of
    its own for that keeps it.
    """
    value = observation.value
    if isinstance(line, AnyOf) or not line.fact or not isinstance(value, Unknown) or (applies and value.branches):
        return observation
    found, begins = known_in(value), _begins(observation, value)
    is_told = applies or value.branches or FACTS[line.fact].of_written or all(isinstance(one, bool) for one in found)
    if begins is None or not is_told:
        return observation
    met = branches_of(met_by_fact(line, value))
    branches = [when for when, one in met if when and one == Known(applies)]
    return replace(observation, if_unknown=f"{begins}; {_in_some(branches, applies)}") if branches else observation


def _begins(observation: Observation, value: Unknown[Any]) -> str | None:
    """The sentence about an open value that the branches follow; None where it says more than why it is open."""
    why = why_unknown(value)
    if observation.if_unknown in (why, f"unknown: {in_words(value)}"):
        return why
    is_doubt = observation.says.startswith("unknown w") and observation.says.endswith(f": {value.reason}")
    return observation.says if is_doubt and observation.if_unknown is None else None


def _in_some(branches: Sequence[When], applies: bool) -> str:
    return f"it {'applies only' if applies else 'fails'} if {in_some(branches)}"


def _severity(policy: Policy, line: Line) -> Severity:
    return policy.severity if line.severity is None else line.severity


def _of_unknown(policy: Policy, decisive: tuple[Observation, ...]) -> Verdict:
    outcome = {OnUnknown.FAIL: Outcome.FAIL, OnUnknown.PASS: Outcome.PASS}.get(policy.unknown, Outcome.UNKNOWN)
    return Verdict(outcome, policy.severity, decisive)


def _of(results: Iterable[Result], wanted: Outcome) -> list[tuple[Line, Observation]]:
    return [(line, observation) for line, outcome, observation in results if outcome is wanted]


def _ask_all(lines: Sequence[Line], policy: Policy, subject: Subject, context: Context, cases: Cases) -> list[Result]:
    """All lines, one after the other."""
    if len(lines) == 1:  # as most policies have
        return _ask(lines[0], policy, subject, context, cases)
    return [result for line in lines for result in _ask(line, policy, subject, context, cases)]


def _ask(line: Line, policy: Policy, subject: Subject, context: Context, cases: Cases) -> list[Result]:
    """One line, for every observation, in one of some cases of a deployment."""
    if isinstance(line, AnyOf):
        return _ask_any(line, policy, subject, context, cases)
    if line.fact:
        fact = FACTS[line.fact]
        observed = _observed(fact, subject, context.where(cases))
        judged = [_judged(line, policy, where_deployed(one, cases, context)) for one in observed]
        return [_doubted(result) for result in judged] if fact.by_day and context.early else judged
    observations = observe_path(line, subject)
    if observations:
        return [_judged(line, policy, observation) for observation in observations]
    if line.absent is Absent.SKIP or runs_no_pod(line.path, subject):
        return []
    outcome = Outcome.PASS if line.absent is Absent.PASS else Outcome.FAIL
    return [(line, outcome, observe_absence(line, subject))]


def _ask_any(line: AnyOf, policy: Policy, subject: Subject, context: Context, cases: Cases) -> list[Result]:
    """A line with alternatives: one that holds is enough, and where one is open, so is the line."""
    asked = [found for one in line.alternatives if (found := _ask(one, policy, subject, context, cases))]
    failed = [found for found in asked if _of(found, Outcome.FAIL)]
    holding = [found for found in asked if all(outcome is Outcome.PASS for _, outcome, _ in found)]
    open_ = [found for found in asked if found not in failed and found not in holding]
    if holding:
        return [(line, Outcome.PASS, observation) for _, _, observation in holding[0]]
    if open_:
        return [
            (line, Outcome.UNKNOWN, observation) for found in open_ for _, observation in _of(found, Outcome.UNKNOWN)
        ]
    reasons = [observation for found in failed for _, observation in _of(found, Outcome.FAIL)]
    return [(line, Outcome.FAIL, _none_of(reasons))] if reasons else []


def _none_of(reasons: Sequence[Observation]) -> Observation:
    """Why none of some alternatives holds, as one observation with the proof of all."""
    says = f"none of the alternatives holds: {'; '.join(dict.fromkeys(reason.says for reason in reasons))}"
    trace = tuple(dict.fromkeys(step for reason in reasons for step in reason.trace))
    place = next((reason.place for reason in reasons if reason.place), None)
    return Observation(Known(value=False), says, place, trace)


def _observed(fact: AnyFact, subject: Subject, context: Context) -> tuple[Observation, ...]:
    asked = _asked(fact, subject)
    if asked is None:
        return ()
    if context.cases and hasattr(asked, "at"):
        asked = context.within(asked)
    if isinstance(asked, Manifest) and asked.branches:
        from eks_guard.policy.branches import over_branches  # noqa: PLC0415 (few manifests have any)

        return over_branches(fact, asked, asked.branches, context)
    return fact.observe(asked, context)


def _asked(fact: AnyFact, subject: Subject) -> Any:
    """What a fact is asked of: the change of a subject, its cluster, or the subject itself; None where it is not."""
    if fact.name.startswith(CHANGE):
        return subject.change if subject.kind in fact.match else None
    if fact.match == ABOUT_ANY:
        return subject
    if fact.match == ABOUT_CLUSTER:
        return subject.cluster
    return subject.thing if subject.kind in fact.match else None


def _judged(line: Expectation, policy: Policy, observation: Observation) -> Result:
    """An observation with its outcome; in a policy of the project's own, a failed fact says what was expected."""
    value = observation.value
    if line.fact and isinstance(value, Known):  # as most are
        holds = meets(line.operator, line.operand, value.value)
    else:
        met = met_by_fact(line, value) if line.fact else met_at_path(line, value)
        if isinstance(met, Unknown):
            return line, Outcome.UNKNOWN, observation
        holds = met.value
    if holds:
        return line, Outcome.PASS, observation
    if line.fact and policy.file is not None:
        says = f"{observation.says}; {line.fact} is expected to {expected(line)}"
        observation = replace(observation, says=says)
    return line, Outcome.FAIL, observation


def _doubted(result: Result) -> Result:
    """What passes by the calendar, where the clock is wrong: unknown, for the time that really is may be later."""
    line, outcome, observation = result
    if outcome is not Outcome.PASS:
        return result
    reason = "the clock is earlier than the date of the facts, so the current day is unknown"
    value: Value[Any] = Unknown(reason, observation.place)
    return line, Outcome.UNKNOWN, replace(observation, value=value, if_unknown=f"{observation.says}, but {reason}")
