"""EKS add-ons and capabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from eks_guard.assembly.following.resolution import Literal, alternatives
from eks_guard.model.addons import Addon, Capability
from eks_guard.model.describe import as_written
from eks_guard.model.identity import PodIdentityAssociation
from eks_guard.model.value import Known, Unknown, lift
from eks_guard.resolve.identity.pod_conditions import CLUSTER
from eks_guard.resolve.identity.pod_trust import pod_trust_of
from eks_guard.resolve.read import flag, is_given, read, read_pieces, read_text
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.resource import Owner
    from eks_guard.model.value import Value, When
    from eks_guard.resolve.identity.roles import Roles

ADDON = "AWS::EKS::Addon"
CAPABILITY = "AWS::EKS::Capability"
NO_ACCOUNTS: tuple[str, ...] = ()


def addon_of(roles: Roles, resource: Resource, owner: Owner) -> Addon:
    """An add-on of a cluster."""
    properties = resource.properties
    return Addon(
        at=site_of(resource),
        owner=owner,
        name=read_text(properties, "AddonName"),
        version=read_text(properties, "AddonVersion"),
        role=roles.read(properties, "ServiceAccountRoleArn"),
        takes_role=is_given(properties, "ServiceAccountRoleArn"),
        associations=read(properties, "PodIdentityAssociations", parse=_service_accounts, absent=NO_ACCOUNTS),
        configuration=read_pieces(properties, "ConfigurationValues"),
        resolves_conflicts=read_text(properties, "ResolveConflicts"),
        preserves_on_delete=read(properties, "PreserveOnDelete", parse=flag, absent=False),
    )


def capability_of(roles: Roles, resource: Resource, owner: Owner) -> Capability:
    """A capability of a cluster."""
    properties = resource.properties
    return Capability(
        at=site_of(resource),
        owner=owner,
        name=read_text(properties, "CapabilityName"),
        kind=read_text(properties, "Type"),
        role=roles.read(properties, "RoleArn"),
    )


def associations_inside(roles: Roles, addon: Resource, owner: Owner) -> tuple[PodIdentityAssociation, ...]:
    """The Pod Identity associations that are written inside an add-on; its namespace is the add-on's own.

    One that several branches of a condition repeat is there once.
    """
    entries = association_entries(addon.properties)
    return tuple(dict.fromkeys(_association(roles, addon, entry, owner) for _, entry in entries))


def _association(roles: Roles, addon: Resource, entry: Node, owner: Owner) -> PodIdentityAssociation:
    sent = {
        "kubernetes-service-account": entry.dig("ServiceAccount"),
        CLUSTER: addon.properties.dig("ClusterName"),
    }
    return PodIdentityAssociation(
        at=site_of(addon),
        owner=owner,
        namespace=Known(None, entry.place),
        service_account=read_text(entry, "ServiceAccount"),
        role=roles.read(entry, "RoleArn"),
        trust=pod_trust_of(entry.dig("RoleArn"), roles, sent),
    )


def _service_accounts(listed: Node) -> Value[tuple[str, ...]]:
    entries = listed.items()
    if entries is None or not isinstance(listed.raw, list):
        return Unknown(f"found {as_written(listed.raw)}, expected a list of associations", listed.place)
    found = [read_text(entry, "ServiceAccount") for entry in entries]
    return lift(lambda *names: tuple(name for name in names if name), *found)


def association_entries(properties: Node) -> list[tuple[When, Node]]:
    """The Pod Identity associations that are written inside an add-on, each with the branch of a condition it is in."""
    lists = [
        (when, found) for when, found in alternatives(properties.dig("PodIdentityAssociations")) if _is_list(found)
    ]
    return [(when, entry) for when, found in lists for entry in found.node.items() or () if isinstance(entry.raw, dict)]


def _is_list(found: Resolution) -> TypeGuard[Literal]:
    return isinstance(found, Literal) and isinstance(found.node.raw, list)
