"""The handlers of a cluster that nothing uses yet: CDK makes one for every cluster, asked for or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.references import Attribute, Literal
from eks_guard.resolve.function import LAMBDA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.references import References
    from eks_guard.assembly.stack import Node, Resource, Stack

POLICY = "AWS::IAM::Policy"
ROLE = "AWS::IAM::Role"
DESCRIBE = "eks:DescribeCluster"
"""What a kubectl handler needs to find its cluster, and is granted on that cluster alone."""


def handlers_by_role(references: References, cluster: Resource) -> Iterator[Resource]:
    """The functions behind a provider framework whose role may describe exactly this cluster."""
    roles = {
        role
        for stack in references.assembly.family(cluster.stack)
        if DESCRIBE.encode() in stack.document.content
        for role in _roles_that_describe(references, stack, cluster)
    }
    if not roles:
        return
    for stack in references.assembly.family(cluster.stack):
        if b"USER_ON_EVENT_FUNCTION_ARN" not in stack.document.content:
            continue
        for framework in stack.of_type(LAMBDA):
            found = references.dig(framework.properties, "Environment", "Variables", "USER_ON_EVENT_FUNCTION_ARN")
            if isinstance(found, Attribute) and found.resource.type == LAMBDA:
                role = references.dig(found.resource.properties, "Role")
                if isinstance(role, Attribute) and role.resource in roles:
                    yield found.resource


def _roles_that_describe(references: References, stack: Stack, cluster: Resource) -> Iterator[Resource]:
    for policy in stack.of_type(POLICY):
        if _describes(references, policy.properties, cluster):
            roles = references.dig(policy.properties, "Roles")
            entries = roles.node.raw if isinstance(roles, Literal) and isinstance(roles.node.raw, list) else []
            for index in range(len(entries)):
                found = references.dig(policy.properties, "Roles", index)
                if isinstance(found, Attribute):
                    yield found.resource
    for role in stack.of_type(ROLE):
        inline = references.dig(role.properties, "Policies")
        if isinstance(inline, Literal) and isinstance(inline.node.raw, list):
            nodes = (inline.node.child(index, raw) for index, raw in enumerate(inline.node.raw))
            if any(_describes(references, node, cluster) for node in nodes):
                yield role


def _describes(references: References, policy: Node, cluster: Resource) -> bool:
    statements = references.dig(policy, "PolicyDocument", "Statement")
    if not (isinstance(statements, Literal) and isinstance(statements.node.raw, list)):
        return False
    for index, statement in enumerate(statements.node.raw):
        if isinstance(statement, dict) and DESCRIBE in _listed(statement.get("Action")):
            resources = statement.get("Resource")
            at = statements.node.child(index, statement).child("Resource", resources)
            nodes = [at.child(i, raw) for i, raw in enumerate(resources)] if isinstance(resources, list) else [at]
            for node in nodes:
                found = references.follow(node)
                if isinstance(found, Attribute) and found.resource is cluster:
                    return True
    return False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
