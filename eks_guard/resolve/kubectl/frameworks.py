"""The provider frameworks of an app, which call a handler each; CDK makes one for every cluster, asked for or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute, Literal
from eks_guard.model.value import Unknown
from eks_guard.resolve.identity.documents import entries_of, statements_of
from eks_guard.resolve.identity.permissions import attached
from eks_guard.resolve.kubectl.handler import LAMBDA, ON_EVENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource, Stack

DESCRIBE = "eks:DescribeCluster"
"""What a kubectl handler needs to find its cluster, and is granted on that cluster alone."""


class Frameworks:
    """The frameworks of an app; each family of stacks is looked through once, however many clusters ask."""

    def __init__(self) -> None:
        self._called: dict[Stack, tuple[Resource, ...]] = {}
        self._handlers: dict[Stack, dict[Resource, list[Resource]]] = {}

    def call(self, function: Resource) -> bool:
        """Whether a framework calls a function."""
        return function in self._called_in(function.stack)

    def handlers_by_role(self, cluster: Resource) -> list[Resource]:
        """The functions behind a framework whose role may describe exactly this cluster, used or not."""
        root = cluster.stack.root
        if root not in self._handlers:
            self._handlers[root] = self._by_cluster(cluster.stack)
        return self._handlers[root].get(cluster, [])

    def _called_in(self, stack: Stack) -> tuple[Resource, ...]:
        if stack.root not in self._called:
            calling = stack.assembly.family(stack, lambda document: document.mentions(ON_EVENT))
            self._called[stack.root] = tuple(dict.fromkeys(called for one in calling for called in _called_by(one)))
        return self._called[stack.root]

    def _by_cluster(self, stack: Stack) -> dict[Resource, list[Resource]]:
        found: dict[Resource, list[Resource]] = {}
        given = bool(stack.assembly.given)
        describing = stack.assembly.family(stack, lambda document: given or document.mentions(DESCRIBE))
        described: dict[Resource, dict[Resource, None]] = {}
        for role, policy in (pair for one in describing for pair in attached(one)):
            described.setdefault(role, {}).update(dict.fromkeys(_described(policy)))
        for handler in self._called_in(stack) if described else ():
            named = handler.properties.dig("Role")
            for cluster in described.get(named.resource, ()) if isinstance(named, Attribute) else ():
                found.setdefault(cluster, []).append(handler)
        return found


def _called_by(stack: Stack) -> Iterator[Resource]:
    for framework in stack.of_type(LAMBDA):
        found = framework.properties.dig("Environment", "Variables", ON_EVENT)
        if isinstance(found, Attribute) and found.resource.type == LAMBDA:
            yield found.resource


def _described(policy: Node) -> Iterator[Resource]:
    """The resources that a policy lets its role describe as clusters, one by one."""
    for statement in statements_of(policy):
        if isinstance(statement, Unknown) or not statement.allows:
            continue
        if any(map(_is_describe, entries_of(statement.node, "Action"))):
            entries = entries_of(statement.node, "Resource")
            yield from (entry.resource for entry in entries if isinstance(entry, Attribute))


def _is_describe(entry: Resolution) -> bool:
    return isinstance(entry, Literal) and entry.node.raw == DESCRIBE
