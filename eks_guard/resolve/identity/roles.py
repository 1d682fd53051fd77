"""The roles of an app, found by what names them: a reference, or an ARN that is spelled out."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from eks_guard.assembly.following.expressions import expression, same_arn
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal
from eks_guard.resolve.identity.permissions import ROLE
from eks_guard.resolve.site import resource_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.assembly.following.protocol import Assembly
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.resource import ResourceId


class Roles:
    """All roles of one assembly."""

    def __init__(self, assembly: Assembly) -> None:
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
        return tuple(resource_id(role) for role in self._named if same_arn(found, Attribute(role, "Arn")) is not False)

    def meant_by(self, found: Resolution) -> Resource | None:
        """The role of the app that an ARN means; None for another one, and where it is open."""
        if isinstance(found, Attribute):
            return found.resource if found.resource.type == ROLE and found.name == "Arn" else None
        text = found.node.raw if isinstance(found, Literal) else expression(found).text
        if isinstance(text, str) and text in self.by_arn:
            return self.by_arn[text]
        if isinstance(found, Absent):
            return None
        return next((role for role in self._named if same_arn(found, Attribute(role, "Arn"))), None)

    @cached_property
    def _named(self) -> tuple[Resource, ...]:
        """The roles with a name of their own; CloudFormation makes up that of another."""
        return tuple(r for r in self.by_id.values() if not isinstance(r.properties.dig("RoleName"), Absent))
