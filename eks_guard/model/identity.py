"""Who may do what on a cluster, and how its pods get AWS credentials."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eks_guard.model.resource import Owner, ResourceId, Site, Target
    from eks_guard.model.value import Place, Value


class Identity(StrEnum):
    """How a Kubernetes service account gets its AWS credentials."""

    IRSA = "irsa"
    POD_IDENTITY = "pod-identity"


@dataclass(frozen=True, slots=True)
class TrustCondition:
    """One comparison of a trust policy: `operator` on the claim `sub` or `aud` of an issuer (`$` for open parts)."""

    operator: str
    issuer: str
    claim: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrustStatement:
    """A statement that lets service accounts take a role; all its conditions must hold."""

    place: Place = field(compare=False)
    conditions: Value[tuple[TrustCondition, ...]]


@dataclass(frozen=True, slots=True)
class ServiceAccountRole:
    """A role of the app that service accounts take with a web identity token (IRSA).

    `owners` are the clusters whose provider it trusts or whose service accounts name it, several where it is shared.
    """

    at: Site
    owners: tuple[Owner, ...]
    statements: tuple[TrustStatement, ...]


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A ServiceAccount object that one of the app's manifests declares. `role` is the one of the app that it names."""

    manifest: ResourceId
    namespace: str
    name: str
    identity: Identity | None
    place: Place = field(compare=False)
    role: ResourceId | None = None


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """An IAM provider for an issuer of tokens. `audiences` are its client ids, None where it says nothing of them."""

    at: Site
    owner: Owner
    audiences: Value[tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """Access of an IAM principal to a cluster; `kind` is `STANDARD` unless said otherwise."""

    at: Site
    owner: Owner
    principal: Value[Target]
    kind: Value[str]
    policies: Value[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PodIdentityAssociation:
    """A role that EKS Pod Identity gives to the pods of a service account, declared alone or inside an add-on."""

    at: Site
    owner: Owner
    namespace: Value[str | None]
    service_account: Value[str | None]
    role: Value[Target | None]
