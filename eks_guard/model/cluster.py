"""EKS clusters as they will be deployed: one shape for every way in which CDK spells them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from eks_guard.model.identity import IrsaRole, ServiceAccount
    from eks_guard.model.manifest_text import ManifestText
    from eks_guard.model.value import Place, Value
    from eks_guard.model.version import Version


NOT_READ: Value[ManifestText] = Unknown("the manifest was not read")
VALIDATED: Value[bool] = Known(value=False)


class Origin(StrEnum):
    """How the assembly spells a cluster."""

    CUSTOM_RESOURCE = "custom-resource"
    CLOUDFORMATION = "cloudformation"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """The line of the user's CDK code that created a construct; file relative to the project."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a proof: what was read, and where. `depth` nests a hop below the one it follows from."""

    depth: int
    kind: str
    says: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one witness says a layer carries. A binary of None: the witness says that there is none.

    `helm` is None as well where the witness does not speak about Helm.
    """

    source: str
    kubectl: Version | None
    helm: Version | None
    detail: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """A Lambda layer of a handler that carries kubectl, or may."""

    id: str
    place: Place
    asset_hash: str | None
    kubectl: Value[Version | None]
    helm: Value[Version | None]
    evidence: tuple[Evidence, ...] = ()
    source: SourcePosition | None = None


@dataclass(frozen=True, slots=True)
class Handler:
    """The Lambda function that runs kubectl. `runtime` is Lambda's name, such as `python3.13`.

    `memory` is in MiB, `timeout` in seconds. `unreachable` names the AWS services that it, or the function that
    calls it, cannot call. `takes_oci_charts`: whether its code can give an `oci://` chart to Helm 4.
    """

    place: Place
    runtime: Value[str]
    in_vpc: Value[bool]
    architecture: Value[str]
    memory: Value[int]
    timeout: Value[int]
    aws_cli: Value[bool]
    unreachable: Value[tuple[str, ...]]
    takes_oci_charts: Value[bool]


@dataclass(frozen=True, slots=True)
class ProviderFunction:
    """A function of CDK's that the custom resources of a cluster run, the handler among them."""

    id: str
    place: Place
    runtime: Value[str]


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A role of the app that a handler is told to use: whether it trusts the handler, and the handler may take it."""

    name: str
    place: Place
    trusts_handler: Value[bool]
    handler_may: Value[bool]


@dataclass(frozen=True, slots=True)
class KubectlProvider:
    """A handler that runs kubectl against a cluster, with the layers that decide which kubectl.

    `handler` is unknown where the assembly does not hold it: a missing nested template, a provider
    from elsewhere. `consumers` are the custom resources that lead to it.
    """

    id: str
    handler: Value[Handler]
    consumers: tuple[Place, ...]
    layers: tuple[Layer, ...]
    kubectl: Value[Version | None]
    helm: Value[Version | None]
    prunes: Value[bool]
    roles: tuple[AssumedRole, ...] = ()
    trace: tuple[Step, ...] = ()

    @property
    def used(self) -> bool:
        """Whether anything in the assembly makes the handler run."""
        return bool(self.consumers)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Who reaches the Kubernetes API, with EKS's defaults filled in."""

    public: Value[bool]
    private: Value[bool]
    public_cidrs: Value[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ManifestObject:
    """A Kubernetes object in a manifest. `open` if only the deployment knows its name or namespace."""

    api_version: str
    kind: str
    namespace: str | None
    name: str
    open: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one custom resource applies to a cluster. `after` are the resources that are deployed before it.

    `condition` names the condition of its template that it is deployed under.
    """

    id: str
    place: Place
    objects: Value[tuple[ManifestObject, ...]]
    overwrites: Value[bool]
    after: frozenset[Place]
    condition: str | None = None
    text: Value[ManifestText] = NOT_READ
    skips_validation: Value[bool] = VALIDATED


@dataclass(frozen=True, slots=True)
class Chart:
    """A Helm chart, the namespace that it goes to, and whether Helm makes that; `after` as of a manifest."""

    place: Place
    namespace: Value[str | None]
    creates_namespace: Value[bool]
    after: frozenset[Place]


@dataclass(frozen=True, slots=True)
class AutoMode:
    """The three switches of EKS Auto Mode, which must agree; None where one is not written."""

    compute: Value[bool | None]
    storage: Value[bool | None]
    load_balancing: Value[bool | None]


@dataclass(frozen=True, slots=True)
class Fargate:
    """The Fargate profiles of a cluster, whether it has nothing but them, and whether CoreDNS runs there."""

    profiles: tuple[Place, ...]
    alone: Value[bool]
    runs_coredns: Value[bool]


@dataclass(frozen=True, slots=True)
class Cluster:
    """An EKS cluster that the app creates, or that it only talks to (`Origin.IMPORTED`)."""

    id: str
    origin: Origin
    stack: str
    place: Place
    version_place: Place
    name: Value[str | None]
    version: Value[Version]
    endpoint: Endpoint
    logging: Value[tuple[str, ...]]
    secrets_key: Value[bool]
    authentication_mode: Value[str]
    oidc_provider: Value[bool]
    pod_identity: Value[bool]
    deletion_protection: Value[bool]
    support_type: Value[str]
    auto_mode: AutoMode
    deploys_workloads: Value[bool]
    fargate: Fargate
    service_accounts: tuple[ServiceAccount, ...] = ()
    irsa_roles: tuple[IrsaRole, ...] = ()
    oidc_providers: tuple[Place, ...] = ()
    pod_identity_agents: tuple[Place, ...] = ()
    access_entries: tuple[Place, ...] = ()
    manifests: tuple[Manifest, ...] = ()
    charts: tuple[Chart, ...] = ()
    kubectl: tuple[KubectlProvider, ...] = ()
    functions: tuple[ProviderFunction, ...] = ()
    source: SourcePosition | None = None
    malformed_version: str | None = None
