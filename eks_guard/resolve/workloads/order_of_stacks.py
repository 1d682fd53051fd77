"""Which of two resources is deployed first, where they may stand in different stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.stack_order import StackOrder
from eks_guard.resolve.site import resource_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.resolve.workloads.deploy_order import Order


class AcrossStacks:
    """The order of all resources of an app. `inside` is that of each template, `stacks` are deployed on their own."""

    def __init__(self, inside: Order, stacks: Iterable[Stack]) -> None:
        self._inside = inside
        self._stacks = StackOrder(stacks)

    def comes_first(self, one: Resource, other: Resource) -> bool | None:
        """Whether one resource surely is deployed before another; None between stacks that nothing orders."""
        above = {found.stack: found for found in _with_parents(one)}
        for found in _with_parents(other):
            if found.stack in above:
                return resource_id(above[found.stack]) in self._inside.before(found)
        first, then = one.stack.root, other.stack.root
        if self._stacks.is_before(first, then):
            return True
        return False if self._stacks.is_before(then, first) else None


def _with_parents(resource: Resource) -> Iterator[Resource]:
    """A resource, the nested stack that holds it, the one that holds that."""
    found: Resource | None = resource
    while found:
        yield found
        found = found.stack.parent
