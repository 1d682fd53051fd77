"""The roles of an app, found by what names them: a reference, or an ARN that is spelled out."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from eks_guard.assembly.following.expressions import expression, same
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal
from eks_guard.resolve.identity.permissions import ROLE
from eks_guard.resolve.site import resource_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.resource import ResourceId


class Roles:
    """All roles of one assembly."""

    def __init__(self, assembly: CloudAssembly) -> None:
        self._assembly = assembly

    @cached_property
    def by_id(self) -> Mapping[ResourceId, Resource]:
        """The roles by what identifies them."""
        return {resource_id(role): role for role in self._assembly.resources(ROLE)}

    @cached_property
    def by_arn(self) -> Mapping[str, Resource]:
        """The roles whose ARN follows from what is written: account, path and name are literal."""
        arns = ((role, expression(Attribute(role, "Arn")).text) for role in self.by_id.values())
        return {arn: role for role, arn in arns if arn}

    def perhaps_meant_by(self, found: Resolution) -> tuple[ResourceId, ...]:
        """The roles with a name of their own that a text may turn out to name, where an account is open."""
        if isinstance(found, Attribute):
            return ()
        named = (role for role in self.by_id.values() if not isinstance(role.properties.dig("RoleName"), Absent))
        return tuple(resource_id(role) for role in named if same(found, Attribute(role, "Arn")) is not False)

    def meant_by(self, found: Resolution) -> Resource | None:
        """The role of the app that an ARN means; None for another one, and where it is open."""
        if isinstance(found, Attribute):
            return found.resource if found.resource.type == ROLE and found.name == "Arn" else None
        if isinstance(found, Literal):
            return self.by_arn.get(found.node.raw) if isinstance(found.node.raw, str) else None
        text = expression(found).text
        return self.by_arn.get(text) if text else None
