"""The handlers of a cluster that nothing uses yet: CDK makes one for every cluster, asked for or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute, Literal
from eks_guard.model.value import Unknown
from eks_guard.resolve.identity.documents import entries_of, statements_of
from eks_guard.resolve.identity.permissions import attached
from eks_guard.resolve.kubectl.handler import LAMBDA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource

DESCRIBE = "eks:DescribeCluster"
"""What a kubectl handler needs to find its cluster, and is granted on that cluster alone."""
ON_EVENT = "USER_ON_EVENT_FUNCTION_ARN"
"""Where CDK's provider framework is told which function to call."""


def handlers_by_role(cluster: Resource) -> Iterator[Resource]:
    """The functions behind a provider framework whose role may describe exactly this cluster."""
    family = cluster.stack.assembly.family
    describing = family(cluster.stack, lambda document: document.mentions(DESCRIBE))
    roles = {role for stack in describing for role, policy in attached(stack) if _describes(policy, cluster)}
    if not roles:
        return
    for stack in family(cluster.stack, lambda document: document.mentions(ON_EVENT)):
        for framework in stack.of_type(LAMBDA):
            found = framework.properties.dig("Environment", "Variables", ON_EVENT)
            if isinstance(found, Attribute) and found.resource.type == LAMBDA:
                role = found.resource.properties.dig("Role")
                if isinstance(role, Attribute) and role.resource in roles:
                    yield found.resource


def _describes(policy: Node, cluster: Resource) -> bool:
    """Whether a policy lets its role describe exactly this cluster."""
    allowed = (one for one in statements_of(policy) if not isinstance(one, Unknown) and one.allows)
    return any(
        _has(entries_of(statement.node, "Action"), _is_describe)
        and _has(entries_of(statement.node, "Resource"), lambda entry: _is_cluster(entry, cluster))
        for statement in allowed
    )


def _has(entries: tuple[Resolution, ...], is_it: Callable[[Resolution], bool]) -> bool:
    return any(is_it(entry) for entry in entries)


def _is_describe(entry: Resolution) -> bool:
    return isinstance(entry, Literal) and entry.node.raw == DESCRIBE


def _is_cluster(entry: Resolution, cluster: Resource) -> bool:
    return isinstance(entry, Attribute) and entry.resource is cluster
