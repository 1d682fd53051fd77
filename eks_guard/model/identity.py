"""How pods of a cluster get AWS credentials: service accounts, and the roles that trust them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

    place: Place
    conditions: Value[tuple[TrustCondition, ...]]


@dataclass(frozen=True, slots=True)
class IrsaRole:
    """A role of the app for service accounts of a cluster."""

    id: str
    place: Place
    statements: tuple[TrustStatement, ...]


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A ServiceAccount object that one of the app's manifests declares. `role` is the one of the app that it names."""

    namespace: str
    name: str
    identity: Identity | None
    place: Place
    role: Place | None = None
