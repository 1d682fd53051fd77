"""How many of some claims hold at once, where conditions decide some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.value import Known, lift, possible

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from eks_guard.model.value import Value


def how_many(claims: Sequence[Value[bool]]) -> tuple[int, int]:
    """The least and the most of the claims that can hold at once.

    Claims that nothing common decides are bounded apart: fifty conditions have too many combinations to try.
    """
    certain = sum(claim.value for claim in claims if isinstance(claim, Known))
    bounds = [_bounds(group) for group in _apart([claim for claim in claims if not isinstance(claim, Known)])]
    return certain + sum(least for least, _ in bounds), certain + sum(most for _, most in bounds)


def _bounds(group: Sequence[Value[bool]]) -> tuple[int, int]:
    counts = possible(lift(lambda *holds: sum(holds), *group))
    if counts:
        return min(counts), max(counts)
    each = [possible(claim) or (False, True) for claim in group]
    return sum(map(min, each)), sum(map(max, each))


def _apart(claims: Sequence[Value[bool]]) -> Iterable[list[Value[bool]]]:
    """The claims in groups of which no two depend on an answer to the same question."""
    above: dict[Hashable, Hashable] = {}

    def first_of(question: Hashable) -> Hashable:
        while above.setdefault(question, question) != question:
            above[question] = above[above[question]]
            question = above[question]
        return question

    asked = [_questions(claim) or (number,) for number, claim in enumerate(claims)]
    for first, *others in asked:
        for other in others:
            above[first_of(other)] = first_of(first)
    groups: dict[Hashable, list[Value[bool]]] = {}
    for (first, *_), claim in zip(asked, claims, strict=True):
        groups.setdefault(first_of(first), []).append(claim)
    return groups.values()


def _questions(claim: Value[bool]) -> tuple[Hashable, ...]:
    candidates = () if isinstance(claim, Known) else claim.candidates
    return tuple(dict.fromkeys(name for one in candidates for name, _ in one.when))
