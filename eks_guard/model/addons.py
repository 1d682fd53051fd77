"""What EKS installs on a cluster or runs for it: add-ons and capabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.resource import Link
from eks_guard.model.value import Known, known_in
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from eks_guard.model.resource import Owner, ResourceId, Site, Target
    from eks_guard.model.value import Value


ROLE = "AWS::IAM::Role"
POD_IDENTITY_AGENT = "eks-pod-identity-agent"
"""The add-on that hands out the credentials of Pod Identity."""


@dataclass(frozen=True, slots=True)
class Addon:
    """An add-on that EKS installs on a cluster. `version` is None where EKS picks its default.

    `role` is that of its service account, and `takes_role` is whether it is written at all; `associations` are the
    service accounts of its Pod Identity associations.
    """

    at: Site
    owner: Owner
    name: Value[str | None]
    version: Value[str | None]
    role: Value[Target | None]
    takes_role: Value[bool]
    associations: Value[tuple[str, ...]]
    configuration: Value[str | None]
    resolves_conflicts: Value[str | None]
    preserves_on_delete: Value[bool]

    @property
    def token_roles(self) -> tuple[ResourceId, ...]:
        """The roles of the app that its pods take with a web identity token, as those without an association do.

        Several where a condition decides which of them it is.
        """
        links = (
            [role for role in known_in(self.role) if isinstance(role, Link)] if self.associations == Known(()) else []
        )
        return tuple(role.resource for role in links if role.type == ROLE and role.attribute == "Arn")

    @property
    def is_pod_identity_agent(self) -> bool | None:
        """Whether it is the agent of Pod Identity; None where its name is open and may be the agent's."""
        if isinstance(self.name, Known):
            return self.name.value == POD_IDENTITY_AGENT
        may_be = not self.name.candidates or POD_IDENTITY_AGENT in [found.value for found in self.name.candidates]
        return None if may_be else False


@dataclass(frozen=True, slots=True)
class Capability:
    """A tool that EKS runs for a cluster outside of it: `kind` is `ACK`, `ARGOCD` or `KRO`; it works with `role`.

    https://docs.aws.amazon.com/eks/latest/userguide/capabilities.html
    """

    at: Site
    owner: Owner
    name: Value[str | None]
    kind: Value[str | None]
    role: Value[Target | None]
