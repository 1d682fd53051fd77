"""EKS add-ons."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from eks_guard.assembly.following.resolution import Literal, alternatives
from eks_guard.model.addons import Addon
from eks_guard.model.describe import as_written
from eks_guard.model.identity import PodIdentityAssociation
from eks_guard.model.value import Known, Unknown, lift
from eks_guard.resolve.identity.pod_conditions import CLUSTER
from eks_guard.resolve.identity.pod_trust import pod_trust_of
from eks_guard.resolve.read import flag, is_given, read, read_pieces, read_target, read_text
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.resource import Owner
    from eks_guard.model.value import Value
    from eks_guard.resolve.identity.roles import Roles

ADDON = "AWS::EKS::Addon"
NO_ACCOUNTS: tuple[str, ...] = ()


def addon_of(resource: Resource, owner: Owner) -> Addon:
    """An add-on of a cluster."""
    properties = resource.properties
    return Addon(
        at=site_of(resource),
        owner=owner,
        name=read_text(properties, "AddonName"),
        version=read_text(properties, "AddonVersion"),
        role=read_target(properties, "ServiceAccountRoleArn"),
        takes_role=is_given(properties, "ServiceAccountRoleArn"),
        associations=read(properties, "PodIdentityAssociations", parse=_service_accounts, absent=NO_ACCOUNTS),
        configuration=read_pieces(properties, "ConfigurationValues"),
        resolves_conflicts=read_text(properties, "ResolveConflicts"),
        preserves_on_delete=read(properties, "PreserveOnDelete", parse=flag, absent=False),
    )


def associations_inside(roles: Roles, addon: Resource, owner: Owner) -> Iterator[PodIdentityAssociation]:
    """The Pod Identity associations that are written inside an add-on; its namespace is the add-on's own."""
    cluster = addon.properties.dig("ClusterName")
    for entry in association_entries(addon.properties):
        sent = {"kubernetes-service-account": entry.dig("ServiceAccount"), CLUSTER: cluster}
        yield PodIdentityAssociation(
            at=site_of(addon),
            owner=owner,
            namespace=Known(None, entry.place),
            service_account=read_text(entry, "ServiceAccount"),
            role=read_target(entry, "RoleArn"),
            trust=pod_trust_of(entry.dig("RoleArn"), roles, sent),
        )


def _service_accounts(listed: Node) -> Value[tuple[str, ...]]:
    entries = listed.items()
    if entries is None or not isinstance(listed.raw, list):
        return Unknown(f"found {as_written(listed.raw)}, expected a list of associations", listed.place)
    found = [read_text(entry, "ServiceAccount") for entry in entries]
    return lift(lambda *names: tuple(name for name in names if name), *found)


def association_entries(properties: Node) -> list[Node]:
    """The Pod Identity associations that are written inside an add-on, those of each branch of a condition."""
    lists = (found.node for _, found in alternatives(properties.dig("PodIdentityAssociations")) if _is_list(found))
    return [node.child(index, raw) for node in lists for index, raw in enumerate(node.raw) if isinstance(raw, dict)]


def _is_list(found: Resolution) -> TypeGuard[Literal]:
    return isinstance(found, Literal) and isinstance(found.node.raw, list)
