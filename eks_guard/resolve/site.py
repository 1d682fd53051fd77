"""Where a resource is declared, in the words of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.constructs import construct_path, source_position
from eks_guard.assembly.following.conditions import cases_of
from eks_guard.model.resource import Link, ResourceId, Site

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Attribute
    from eks_guard.assembly.stack import Resource


def construct_id(resource: Resource) -> str:
    """The construct path, or `Stack/LogicalId` where the assembly does not give one."""
    return construct_path(resource) or f"{resource.stack.id}/{resource.logical_id}"


def site_of(resource: Resource) -> Site:
    """Where a resource is declared."""
    written = resource.body.get("Condition")
    condition = written if isinstance(written, str) else None
    return Site(
        resource.id,
        construct_id(resource),
        resource.stack.root.id,
        resource.place,
        source_position(resource),
        ResourceId(resource.stack.id, condition) if condition else None,
        cases_of(resource),
    )


def link_to(found: Attribute) -> Link:
    """An attribute of a resource, in the words of the model."""
    return Link(found.resource.id, found.resource.type, found.name)
