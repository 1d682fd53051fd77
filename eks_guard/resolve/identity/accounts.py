"""The service accounts that an app declares in manifests, each with the way in which it gets AWS credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute
from eks_guard.model.identity import Identity, ServiceAccount
from eks_guard.model.value import Known, Place
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.model.identity import PodIdentityAssociation
    from eks_guard.model.resource import ResourceId
    from eks_guard.resolve.identity.roles import Roles
    from eks_guard.resolve.workloads.manifests import Manifests
    from eks_guard.resolve.workloads.objects import KubernetesObject

ROLE_ANNOTATION = "eks.amazonaws.com/role-arn"
AUDIENCE_ANNOTATION = "eks.amazonaws.com/audience"


def service_accounts(
    manifests: Manifests,
    applied: Iterable[Resource],
    associations: Iterable[PodIdentityAssociation],
    roles: Roles,
) -> tuple[ServiceAccount, ...]:
    """The ServiceAccount objects in the manifests of a cluster, by namespace and name."""
    associated = {
        (found.namespace.value, found.service_account.value)
        for found in associations
        if isinstance(found.namespace, Known) and isinstance(found.service_account, Known)
    }
    accounts = [account for manifest in applied for account in _declared(manifests, manifest, associated, roles)]
    return tuple(sorted(accounts, key=lambda account: (account.namespace, account.name, account.manifest)))


def _declared(
    manifests: Manifests,
    manifest: Resource,
    associated: set[tuple[str | None, str | None]],
    roles: Roles,
) -> Iterator[ServiceAccount]:
    branches = [
        [_account(manifest, item, associated, roles) for item in objects if item.kind == "ServiceAccount"]
        for objects in manifests.objects_by_branch(manifest)
    ]
    for account in dict.fromkeys(account for branch in branches for account in branch):
        yield account if all(account in branch for branch in branches) else replace(account, perhaps=True)


def _account(
    manifest: Resource, item: KubernetesObject, associated: set[tuple[str | None, str | None]], roles: Roles
) -> ServiceAccount:
    identity = Identity.IRSA if item.annotations.get(ROLE_ANNOTATION) else None
    if (item.namespace, item.name) in associated:  # CDK annotates these, too
        identity = Identity.POD_IDENTITY
    audience = item.annotations.get(AUDIENCE_ANNOTATION)
    return ServiceAccount(
        manifest.id,
        item.namespace,
        item.name,
        identity,
        Place(manifest.place.template, f"{manifest.place.pointer}/Properties/Manifest"),
        _role_of(item, roles),
        str(audience) if audience else None,
    )


def _role_of(item: KubernetesObject, roles: Roles) -> ResourceId | None:
    """The role of the app that a service account names, by a reference or by its ARN."""
    written = item.annotations.get(ROLE_ANNOTATION)
    if not written:
        return None
    named, made = item.open_parts.get(str(written)), item.spelled(str(written))
    role = named.resource if isinstance(named, Attribute) else roles.meant_by(made) if made else None
    return role.id if role else None
