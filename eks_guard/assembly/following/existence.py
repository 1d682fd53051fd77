"""Which resources exist together in one deployment, by their conditions and by the rules of the template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.value import joined_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.value import Cases, When


def exists(resource: Resource) -> bool | None:
    """Return whether every deployment makes a resource; False if none does, None if it depends on conditions."""
    return can_both_exist(resource, resource)


def can_both_exist(one: Resource, other: Resource) -> bool | None:
    """Return True if every deployment makes both resources, False if none does, None if it depends on conditions."""
    met = combinations(one, other)
    answers = {all(made) for made in met} if met is not None else set()
    return answers.pop() if len(answers) == 1 else None


def made_together(one: Resource, other: Resource) -> bool | None:
    """Return True if a deployment that makes either makes both, False if none does, None where that is open."""
    if one.stack is other.stack and one.condition == other.condition:
        return can_both_exist(one, other) is not False
    met = combinations(one, other)
    if met is None or (True, True) not in met:
        return None if met is None else False
    return None if {(True, False), (False, True)} & met else True


def made_with(one: Resource, others: Sequence[Resource], when: When = ()) -> bool | None:
    """Return True if every deployment that makes one makes at least one of the others, False if none does, else None.

    `when`: answers that the deployments which are looked at give. A resource that none of them makes is made with
    whatever is asked for.
    """
    met = combinations(one, *others, when=when)
    if met is None:
        return None
    answers = {any(made) for first, *made in met if first}
    return answers.pop() if len(answers) == 1 else None if answers else True


def combinations(*resources: Resource, when: When = ()) -> frozenset[tuple[bool, ...]] | None:
    """Return which of some resources deployments make, as all that occurs; None if there is too much to try."""
    if not any(above.condition for one in resources for above in one.way_up()):
        return frozenset([(True,) * len(resources)])
    from eks_guard.assembly.following.deployments import made_under  # noqa: PLC0415 (not every app has conditions)

    return made_under(resources, when)


def meeting(follow: Follow, when: When, cases: Cases) -> Iterator[When]:
    """Yield some answers together with those of each case that a deployment may give with them; alone without cases.

    For when the whole assembly has been read, as the rules of all nested stacks count.
    """
    for both in joined_with(when, cases):
        if len(both) > 1:
            from eks_guard.assembly.following.deployments import possible  # noqa: PLC0415 (few conditions meet)

            if not possible(follow, both):
                continue
        yield both
