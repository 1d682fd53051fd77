"""How much of what conditions decide is there at once in one deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.deployments import occurring
from eks_guard.assembly.following.formulas import all_of, any_of
from eks_guard.assembly.following.holding import Holding
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from eks_guard.assembly.following.formulas import Formula
    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.stack import Stack
    from eks_guard.model.value import Cases

    Weighed: TypeAlias = tuple[Formula, int]


def bounds(follow: Follow, things: Sequence[tuple[Cases, int]], cases: Cases) -> tuple[int, int]:
    """Return the least and the most of some things that one deployment has; each is there in some cases, so many times.

    `cases`: those of the deployments that are looked at, empty for all. Things that nothing common decides are bounded
    apart, and so are those of which there is too much to try.
    """
    apart = 0, sum(count for _, count in things)
    try:
        holding = Holding(follow)
        looked_at = any_of([holding.answered(when) for when in cases]) if cases else all_of([])
        weighed = [(any_of([holding.answered(when) for when in held]), count) for held, count in things]
    except TemplateError:
        return apart
    asked = (question for held, _ in things for when in held for question, _ in when)
    stacks = dict.fromkeys(follow.memory.asked[question][0] for question in asked if question in follow.memory.asked)
    least = most = 0
    for group in _groups(weighed):
        found = _of_group(group, looked_at, tuple(stacks))
        if found is None:
            return apart
        least, most = least + min(found), most + max(found)
    return least, most


def _of_group(group: Sequence[Weighed], looked_at: Formula, stacks: Sequence[Stack]) -> set[int] | None:
    """How many of a group there may be; None for too much to try."""
    if len(group) == 1 and not looked_at.domains and group[0][0].domains:
        return {0, group[0][1]}
    met = occurring(stacks, [*(formula for formula, _ in group), looked_at])
    sums = {
        sum(count for (_, count), there in zip(group, held, strict=False) if there) for held in met or () if held[-1]
    }
    return sums or None


def _groups(weighed: Iterable[Weighed]) -> Iterable[list[Weighed]]:
    """Formulas in groups of which no two depend on one variable."""
    above: dict[Hashable, Hashable] = {}

    def first_of(variable: Hashable) -> Hashable:
        while above.setdefault(variable, variable) != variable:
            above[variable] = above[above[variable]]
            variable = above[variable]
        return variable

    several = list(weighed)
    asked = [tuple(formula.domains) or (object(),) for formula, _ in several]
    for first, *others in asked:
        for other in others:
            above[first_of(other)] = first_of(first)
    groups: dict[Hashable, list[Weighed]] = {}
    for (first, *_), one in zip(asked, several, strict=True):
        groups.setdefault(first_of(first), []).append(one)
    return groups.values()
