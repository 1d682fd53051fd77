"""Which of two resources is deployed first, where they may stand in different stacks.

CDK deploys a stack after those that it depends on: https://docs.aws.amazon.com/cdk/v2/guide/stacks.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.resolve.site import resource_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.resolve.workloads.deploy_order import Order


def comes_first(one: Resource, other: Resource, order: Order, stacks: Iterable[Stack]) -> bool | None:
    """Return whether one resource surely is deployed before another; None between stacks that nothing orders.

    `stacks` are those that are deployed on their own.
    """
    above = {found.stack: found for found in _with_parents(one)}
    for found in _with_parents(other):
        if found.stack in above:
            return resource_id(above[found.stack]) in order.before(found)
    needs = {stack.id: stack.dependencies for stack in stacks}
    first, then = one.stack.root.id, other.stack.root.id
    if first in _needed_by(then, needs):
        return True
    return False if then in _needed_by(first, needs) else None


def _with_parents(resource: Resource) -> Iterator[Resource]:
    """A resource, the nested stack that holds it, the one that holds that."""
    found: Resource | None = resource
    while found:
        yield found
        found = found.stack.parent


def _needed_by(stack: str, needs: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The ids of the stacks that are deployed before one."""
    needed, pending = set[str](), [stack]
    while pending:
        new = set(needs.get(pending.pop(), ())) - needed
        needed |= new
        pending += new
    return needed
