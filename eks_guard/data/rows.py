"""Rows of the tables, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.records import dataclass

if TYPE_CHECKING:
    import datetime

    from eks_guard.model.version import Version


@dataclass(frozen=True, slots=True)
class PublishedLayer:
    """A kubectl layer that somebody published: a name, and what is inside. `kubectl` is None where there is none."""

    kubectl: Version | None
    helm: Version | None
    name: str


@dataclass(frozen=True, slots=True)
class LayerPackage:
    """The package that holds the layer for one Kubernetes minor; `npm` is None where it is for Python only."""

    minor: Version
    class_name: str
    npm: str | None
    pypi: str
    python_module: str


@dataclass(frozen=True, slots=True)
class HandlerCode:
    """What the code of a kubectl handler does: whether it can give Helm 4 an `oci://` chart, and needs a `RoleArn`."""

    takes_oci_charts: bool
    reads_role: bool | None


@dataclass(frozen=True, slots=True)
class Support:
    """When EKS released a minor and when its support ends; None for what AWS has not published."""

    released: datetime.date | None
    end_of_standard: datetime.date | None
    end_of_extended: datetime.date | None


@dataclass(frozen=True, slots=True)
class AddonVersions:
    """The versions of an add-on that EKS lists for one minor; `every` is empty where only the newest is known."""

    newest: str
    every: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddonNeed:
    """What the pods of an add-on do in AWS: as which service accounts, by which actions; `policy` allows them all.

    `without` is a clause that says what becomes of an add-on that may do none of it.
    """

    namespace: str
    service_accounts: tuple[str, ...]
    actions: tuple[str, ...]
    policy: str
    without: str


@dataclass(frozen=True, slots=True)
class WrittenProperty:
    """Where a type of CloudFormation writes a property, and of what kind it is, such as text, flag or targets."""

    path: tuple[str, ...]
    kind: str
