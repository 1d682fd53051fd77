"""Which resources of a template CloudFormation deploys before another: `DependsOn`, and every reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.texts import split_sub
from eks_guard.model.resource import ResourceId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.stack import Resource, Stack


class Before:
    """What CloudFormation deploys before a resource of a stack; looked for when somebody asks."""

    def __init__(self, order: Order, resource: Resource) -> None:
        self._order = order
        self._resource = resource
        self._of = resource.id

    def __contains__(self, asked: object) -> bool:
        if not isinstance(asked, ResourceId) or asked.stack != self._of.stack or asked == self._of:
            return False
        return self._order.names(self._resource, asked.logical_id) or self._order.reaches(self._resource, asked)

    def isdisjoint(self, asked: frozenset[ResourceId]) -> bool:
        """Whether none of some resources is deployed before it."""
        return not self._order.reaches_any(self._resource, asked)


class Order:
    """The order of deployment in every template that was asked about; each resource is read once.

    What a resource reaches has a bit for each resource, as there may be thousands.
    """

    def __init__(self) -> None:
        self._needs: dict[Resource, dict[str, Resource]] = {}
        self._reached: dict[Resource, int] = {}
        self._numbers: dict[Stack, dict[str, int]] = {}
        self._masks: dict[tuple[Stack, frozenset[ResourceId]], int] = {}

    def before(self, resource: Resource) -> Before:
        """All that a resource waits for, directly or through others, without itself."""
        return Before(self, resource)

    def names(self, resource: Resource, logical_id: str) -> bool:
        """Whether a resource itself names one that it waits for, as most do that are asked about."""
        return logical_id in self._needed_by(resource)

    def reaches(self, resource: Resource, asked: ResourceId) -> bool:
        """Whether a resource waits for another of its stack, or is that and waits for what waits for it."""
        number = self._numbers_in(resource.stack).get(asked.logical_id)
        return number is not None and bool(self._reached_from(resource) >> number & 1)

    def reaches_any(self, resource: Resource, asked: frozenset[ResourceId]) -> bool:
        """Whether a resource waits for one of some others."""
        numbers = self._numbers_in(resource.stack)
        key = (resource.stack, asked)
        if key not in self._masks:
            here = (numbers.get(one.logical_id) for one in asked if one.stack == resource.stack.id)
            self._masks[key] = sum(1 << number for number in set(here) if number is not None)
        own = 1 << numbers[resource.logical_id]
        return bool(self._reached_from(resource) & self._masks[key] & ~own)

    def comes_first(self, one: Resource, other: Resource) -> bool:
        """Whether one resource is deployed before another of the same stack, or of one nested in it."""
        above = {found.stack: found for found in one.way_up()}
        met = next(found for found in other.way_up() if found.stack in above)
        return above[met.stack].id in self.before(met)

    def _reached_from(self, resource: Resource) -> int:
        if resource not in self._reached:
            self._reach(resource)
        return self._reached[resource]

    def _reach(self, first: Resource) -> None:
        """Find what a resource reaches, and all on the way: Tarjan's search for circles, each resource visited once."""
        met, lowest = {first: 0}, {first: 0}
        open_, walk = [first], [(first, iter(self._needed_by(first).values()))]
        while walk:
            resource, needs = walk[-1]
            for needed in needs:
                if needed in self._reached:
                    continue
                if needed not in met:
                    met[needed] = lowest[needed] = len(met)
                    open_.append(needed)
                    walk.append((needed, iter(self._needed_by(needed).values())))
                    break
                lowest[resource] = min(lowest[resource], met[needed])
            else:
                walk.pop()
                if walk:
                    lowest[walk[-1][0]] = min(lowest[walk[-1][0]], lowest[resource])
                if lowest[resource] == met[resource]:
                    self._settle(_taken_from(open_, resource))

    def _settle(self, circle: list[Resource]) -> None:
        """Note what a resource reaches, or all of a circle, once all that they need is settled."""
        reached, numbers = 0, self._numbers_in(circle[0].stack)
        for resource in circle:
            for needed in self._needed_by(resource).values():
                reached |= 1 << numbers[needed.logical_id] | self._reached.get(needed, 0)
        for resource in circle:
            self._reached[resource] = reached

    def _numbers_in(self, stack: Stack) -> dict[str, int]:
        if stack not in self._numbers:
            self._numbers[stack] = {logical_id: number for number, logical_id in enumerate(stack.declared)}
        return self._numbers[stack]

    def _needed_by(self, resource: Resource) -> dict[str, Resource]:
        if resource not in self._needs:
            resources = resource.stack.resources
            self._needs[resource] = {name: resources[name] for name in _named_in(resource.body) if name in resources}
        return self._needs[resource]


def _taken_from(open_: list[Resource], first: Resource) -> list[Resource]:
    """The resources of one circle, which lie on top of `open_`."""
    taken = [open_.pop()]
    while taken[-1] is not first:
        taken.append(open_.pop())
    return taken


def _named_in(body: dict[str, Any]) -> Iterator[str]:
    """What a resource names, in `DependsOn` or in a reference."""
    depends = body.get("DependsOn")
    yield from (name for name in (depends if isinstance(depends, list) else [depends]) if isinstance(name, str))
    pending: list[Any] = [body.get("Properties")]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            if len(node) == 1:  # as an intrinsic always is
                yield from _named(*next(iter(node.items())))
            node = node.values()
        elif not isinstance(node, list):
            continue
        pending += [inner for inner in node if isinstance(inner, dict | list)]


def _named(function: str, told: Any) -> Iterable[str]:
    """The resources that an intrinsic names."""
    if function == "Ref":
        return [told] if isinstance(told, str) else []
    if function not in ("Fn::GetAtt", "Fn::Sub"):
        return []
    text = told[0] if isinstance(told, list) and told else told
    if not isinstance(text, str):
        return []
    if function == "Fn::Sub":
        return (name.partition(".")[0] for _, name in split_sub(text) if name)
    return [text if isinstance(told, list) else text.partition(".")[0]]
