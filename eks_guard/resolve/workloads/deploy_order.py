"""Which resources of a template CloudFormation deploys before another: `DependsOn`, and every reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.assembly.following.texts import split_sub
from eks_guard.model.resource import ResourceId
from eks_guard.resolve.site import resource_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.assembly.stack import Resource, Stack


_Masks: TypeAlias = "dict[tuple[str, frozenset[ResourceId]], int]"


class Before:
    """What CloudFormation deploys before a resource of a stack: a bit for each resource, as there may be thousands."""

    def __init__(self, resource: Resource, numbers: Mapping[str, int], bits: int, masks: _Masks) -> None:
        self._of = resource_id(resource)
        self._numbers = numbers
        self._bits = bits
        self._masks = masks

    def __contains__(self, asked: object) -> bool:
        if not isinstance(asked, ResourceId) or asked.stack != self._of.stack or asked == self._of:
            return False
        number = self._numbers.get(asked.logical_id)
        return number is not None and bool(self._bits >> number & 1)

    def isdisjoint(self, asked: frozenset[ResourceId]) -> bool:
        """Whether none of some resources is deployed before it."""
        key = (self._of.stack, asked)
        if key not in self._masks:
            here = (self._numbers.get(one.logical_id) for one in asked if one.stack == self._of.stack)
            self._masks[key] = sum(1 << number for number in set(here) if number is not None)
        own = 1 << self._numbers[self._of.logical_id]
        return not self._bits & self._masks[key] & ~own


class Order:
    """The order of deployment in every template that was asked about; each resource is read once."""

    def __init__(self) -> None:
        self._needs: dict[Resource, tuple[Resource, ...]] = {}
        self._reached: dict[Resource, int] = {}
        self._numbers: dict[Stack, dict[str, int]] = {}
        self._masks: _Masks = {}

    def before(self, resource: Resource) -> Before:
        """All that a resource waits for, directly or through others, without itself."""
        if resource not in self._reached:
            self._reach(resource)
        return Before(resource, self._numbers[resource.stack], self._reached[resource], self._masks)

    def comes_first(self, one: Resource, other: Resource) -> bool:
        """Whether one resource is deployed before another of the same stack, or of one nested in it."""
        above = {found.stack: found for found in one.way_up()}
        met = next(found for found in other.way_up() if found.stack in above)
        return resource_id(above[met.stack]) in self.before(met)

    def _reach(self, first: Resource) -> None:
        """Find what a resource reaches, and all on the way: Tarjan's search for circles, each resource visited once."""
        met, lowest = {first: 0}, {first: 0}
        open_, walk = [first], [(first, iter(self._needed_by(first)))]
        while walk:
            resource, needs = walk[-1]
            for needed in needs:
                if needed in self._reached:
                    continue
                if needed not in met:
                    met[needed] = lowest[needed] = len(met)
                    open_.append(needed)
                    walk.append((needed, iter(self._needed_by(needed))))
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
        reached = 0
        for resource in circle:
            for needed in self._needed_by(resource):
                reached |= 1 << self._number(needed) | self._reached.get(needed, 0)
        for resource in circle:
            self._number(resource)
            self._reached[resource] = reached

    def _number(self, resource: Resource) -> int:
        numbers = self._numbers.setdefault(resource.stack, {})
        return numbers.setdefault(resource.logical_id, len(numbers))

    def _needed_by(self, resource: Resource) -> tuple[Resource, ...]:
        if resource not in self._needs:
            resources = resource.stack.resources
            names = dict.fromkeys(_named_in(resource.body))
            self._needs[resource] = tuple(resources[name] for name in names if name in resources)
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
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            if len(node) == 1:  # as an intrinsic always is
                yield from _named(node)
            pending.extend(node.values())


def _named(node: dict[str, Any]) -> Iterator[str]:
    """The resources that an intrinsic names."""
    match node:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::GetAtt": str(text)}:
            yield text.partition(".")[0]
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
            yield from (name.partition(".")[0] for _, name in split_sub(text) if name)
