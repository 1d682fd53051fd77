"""Attributes that a template decides although they belong to a resource: explicit names, and ARNs made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.environment import partition_of
from eks_guard.change.paths import is_set
from eks_guard.model.properties import Property

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.assembly.following.resolution import Attribute
    from eks_guard.assembly.stack import Node, Resource

    At: TypeAlias = Callable[[Resource, Property], Node]
    """Gives what a resource says of a property."""

ROLE = "AWS::IAM::Role"
NAMED = (ROLE, "AWS::EKS::Cluster", "Custom::AWSCDK-EKS-Cluster")
"""The types of which `Ref` gives the name."""


def computed(found: Attribute, at: At) -> str | None:
    """The text of an attribute where the template decides it, else None."""
    resource = found.resource
    name = explicit_name(resource, at)
    if name is None:
        return None
    if found.name == "Ref":
        return name
    account, region = resource.stack.environment.account, resource.stack.environment.region
    if found.name != "Arn" or account is None or region is None:
        return None
    partition = partition_of(region)
    if partition is None:
        return None
    if resource.type == ROLE:
        written = at(resource, Property.PATH)
        path = written.text() if is_set(written) else "/"
        return f"arn:{partition}:iam::{account}:role{path}{name}" if path else None
    return f"arn:{partition}:eks:{region}:{account}:cluster/{name}"


def explicit_name(resource: Resource, at: At) -> str | None:
    """The name that the template gives a resource; None where it gives none, or leaves it open."""
    return at(resource, Property.NAME).text() if resource.type in NAMED else None
