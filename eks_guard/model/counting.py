"""How many of some claims hold at once, where conditions decide some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.value import Known, lift, possible

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def _apart(claims: Sequence[Value[bool]]) -> list[list[Value[bool]]]:
    """The claims in groups of which no two depend on an answer to the same question."""
    groups: list[tuple[set[str], list[Value[bool]]]] = []
    for claim in claims:
        asked, found = _questions(claim), [claim]
        apart = []
        for questions, group in groups:
            if questions & asked:
                asked |= questions
                found = [*group, *found]
            else:
                apart.append((questions, group))
        groups = [*apart, (asked, found)]
    return [group for _, group in groups]


def _questions(claim: Value[bool]) -> set[str]:
    return set() if isinstance(claim, Known) else {name for one in claim.candidates for name, _ in one.when}
