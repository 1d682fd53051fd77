"""Judges a policy on a subject. Any failed observation decides; else any unknown one; else it passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.describe import in_some, in_words
from eks_guard.model.finding import Observation, Verdict
from eks_guard.model.policy import AnyOf, OnUnknown
from eks_guard.model.value import Known, Unknown, branches_of, known_in
from eks_guard.policy.asking import (
    FAIL,
    NOT_APPLICABLE,
    PASS,
    UNKNOWN,
    asker_of_all,
    cases_of,
    met_by_fact,
    of,
    where_it_applies,
)
from eks_guard.policy.facts import FACTS
from eks_guard.policy.facts.properties import why_unknown
from eks_guard.policy.kinds import asks_by_path
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.model.finding import Subject
    from eks_guard.model.outcome import Severity
    from eks_guard.model.policy import Policy
    from eks_guard.model.value import Cases, When
    from eks_guard.policy.asking import Line, Result
    from eks_guard.policy.facts.fact import Context


def judge(policy: Policy, subject: Subject, context: Context) -> Verdict:
    """Ask one policy of one subject. Never raises: a policy and a subject that exist are valid."""
    return Question(policy, subject.kind).judge(subject, context)


def judge_each(
    policy: Policy, kind: str, subjects: Sequence[Subject], context: Context
) -> Iterator[tuple[Subject, Verdict]]:
    """Ask one policy of all subjects of a kind."""
    if subjects:
        question = Question(policy, kind)
        for subject in subjects:
            yield subject, question.judge(subject, context)


class Question:
    """A policy as it is asked of the subjects of one kind; what that takes of it is found once for all of them."""

    def __init__(self, policy: Policy, kind: str) -> None:
        self._policy = policy
        self._when = asker_of_all(policy.when, policy, kind)
        self._expect = asker_of_all(policy.expect, policy, kind)
        self._by_path = asks_by_path(policy)
        self._is_for_all = not policy.kinds and not policy.when
        self._not_applicable = Verdict(NOT_APPLICABLE, policy.severity)

    def judge(self, subject: Subject, context: Context) -> Verdict:
        """Ask it of one subject."""
        if subject.only_in is None:
            return self._in_all_cases(subject, context)
        from eks_guard.policy.ownership import in_both  # noqa: PLC0415 (few things belong to a cluster by a condition)

        return self._decided(in_both(subject, subject.only_in, lambda one: self._in_all_cases(one, context)))

    def _in_all_cases(self, subject: Subject, context: Context) -> Verdict:
        """Ask it of a subject that belongs to its cluster wherever it is deployed, or to none."""
        deployed = cases_of(subject)
        if not self._by_path or not subject.body:
            return self._judge(subject, context, deployed)
        from eks_guard.policy.path_cases import in_each_case  # noqa: PLC0415 (most policies have no path)

        def judge_one(one: Subject, cases: Cases) -> Verdict:
            return self._judge(one, context, cases)

        possible = context.estate.resources.possible
        return self._decided(in_each_case(self._policy, subject, deployed, possible, judge_one))

    def _judge(self, subject: Subject, context: Context, deployed: Cases) -> Verdict:
        """Ask it of a subject in some cases of a deployment."""
        conditions = [] if self._is_for_all else self.conditions(subject, context, deployed)
        if conditions is None:
            return self._not_applicable
        open_ = of(conditions, UNKNOWN) if conditions else []
        cases = where_it_applies(open_, deployed) if open_ else deployed
        asked = self._expect(subject, context, cases)
        if not asked:
            return self._not_applicable
        policy = self._policy
        if not open_ and all(outcome is PASS for _, outcome, _ in asked):  # as most do
            return Verdict(PASS, policy.severity, tuple([observation for _, _, observation in asked]))
        failed = of(asked, FAIL)
        if failed and not open_:
            gravest_first = sorted(failed, key=lambda pair: -_severity(policy, pair[0]))
            severity = _severity(policy, gravest_first[0][0])
            return Verdict(FAIL, severity, tuple(observation for _, observation in gravest_first))
        unknown = of(asked, UNKNOWN)
        if unknown or failed:  # a failure that may not apply is unknown
            doubts = [_told_apart(*doubt, applies=bool(open_)) for doubt in open_ or unknown]
            return self._of_unknown(tuple(doubts))
        return Verdict(PASS, policy.severity, tuple(observation for _, _, observation in asked))

    def conditions(self, subject: Subject, context: Context, cases: Cases) -> list[Result] | None:
        """What `when` finds in some cases of a deployment; None where the policy does not apply."""
        kinds = self._policy.kinds
        if kinds and subject.body.get("kind") not in kinds:
            return None
        if not self._policy.when:
            return []
        found = self._when(subject, context, cases)
        return None if not found or any(outcome is FAIL for _, outcome, _ in found) else found

    def _decided(self, verdict: Verdict) -> Verdict:
        """A verdict, with what the policy makes of an unknown one."""
        return self._of_unknown(verdict.decisive) if verdict.outcome is UNKNOWN else verdict

    def _of_unknown(self, decisive: tuple[Observation, ...]) -> Verdict:
        outcome = {OnUnknown.FAIL: FAIL, OnUnknown.PASS: PASS}.get(self._policy.unknown, UNKNOWN)
        return Verdict(outcome, self._policy.severity, decisive)


def may_apply(policy: Policy, subject: Subject, context: Context) -> bool:
    """Whether a policy is for a subject, or may be: its `kinds` and its `when` let it in."""
    return Question(policy, subject.kind).conditions(subject, context, cases_of(subject)) is not None


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
