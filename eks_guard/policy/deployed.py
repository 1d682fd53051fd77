"""What an observation is in the deployments that are possible, and in which of them a policy applies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.describe import in_words
from eks_guard.model.policy import AnyOf
from eks_guard.model.value import MAX_CANDIDATES, Known, Unknown, lift, together, under
from eks_guard.policy.facts import FACTS
from eks_guard.policy.operators import meets
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.finding import Observation, Subject
    from eks_guard.model.policy import Expectation
    from eks_guard.model.value import Cases, Value
    from eks_guard.policy.facts.fact import Context


def cases_of(subject: Subject) -> Cases:
    """The cases in which a subject is deployed."""
    return subject.thing.at.cases if hasattr(subject.thing, "at") else ()


def where_it_applies(doubts: Sequence[tuple[Expectation | AnyOf, Observation]], cases: Cases) -> Cases:
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
