"""The handlers of a cluster that nothing uses yet: CDK makes one for every cluster, asked for or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute
from eks_guard.resolve.identity.permissions import attached, entries, statements
from eks_guard.resolve.kubectl.handler import LAMBDA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Node, Resource

DESCRIBE = "eks:DescribeCluster"
"""What a kubectl handler needs to find its cluster, and is granted on that cluster alone."""
ON_EVENT = "USER_ON_EVENT_FUNCTION_ARN"
"""Where CDK's provider framework is told which function to call."""


def handlers_by_role(cluster: Resource) -> Iterator[Resource]:
    """The functions behind a provider framework whose role may describe exactly this cluster."""
    roles = {
        role
        for stack in cluster.stack.assembly.family(cluster.stack, DESCRIBE)
        for role, policy in attached(stack)
        if _describes(policy, cluster)
    }
    if not roles:
        return
    for stack in cluster.stack.assembly.family(cluster.stack, ON_EVENT):
        for framework in stack.of_type(LAMBDA):
            found = framework.properties.dig("Environment", "Variables", ON_EVENT)
            if isinstance(found, Attribute) and found.resource.type == LAMBDA:
                role = found.resource.properties.dig("Role")
                if isinstance(role, Attribute) and role.resource in roles:
                    yield found.resource


def _describes(policy: Node, cluster: Resource) -> bool:
    for statement in statements(policy):
        if any(entry.raw == DESCRIBE for entry in entries(statement, "Action")):
            found = (entry.follow() for entry in entries(statement, "Resource"))
            if any(isinstance(item, Attribute) and item.resource is cluster for item in found):
                return True
    return False
