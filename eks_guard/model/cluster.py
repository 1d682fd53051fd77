"""EKS clusters as they will be deployed: one shape for every way in which CDK spells them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from eks_guard.model.value import Known
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from eks_guard.model.addons import Addon, Capability
    from eks_guard.model.identity import (
        AccessEntry,
        OidcProvider,
        PodIdentityAssociation,
        ServiceAccount,
        ServiceAccountRole,
    )
    from eks_guard.model.kubectl import KubectlProvider, ProviderFunction
    from eks_guard.model.nodes import FargateProfile, NodeGroup, SelfManagedGroup
    from eks_guard.model.resource import ResourceId, Site, SourcePosition, Target
    from eks_guard.model.value import Place, Value
    from eks_guard.model.version import Version
    from eks_guard.model.workloads import Chart, Manifest, ObjectValue, Patch


class Origin(StrEnum):
    """How the assembly spells a cluster."""

    CUSTOM_RESOURCE = "custom-resource"
    CLOUDFORMATION = "cloudformation"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Who reaches the Kubernetes API, with EKS's defaults filled in.

    `public_cidrs` are the networks that the public endpoint is open to, none while it is off. `networks` are those that
    are written, each known or not on its own.
    """

    public: Value[bool]
    private: Value[bool]
    public_cidrs: Value[tuple[str, ...]]
    networks: Value[tuple[Value[str], ...]]

    @property
    def doors(self) -> tuple[str, ...] | None:
        """Which of `public` and `private` are open; None where one of them is not known."""
        if not isinstance(self.public, Known) or not isinstance(self.private, Known):
            return None
        ways = (("public", self.public.value), ("private", self.private.value))
        return tuple(word for word, is_open in ways if is_open)


@dataclass(frozen=True, slots=True)
class Access:
    """Who is let in: the authentication mode, and whether whoever creates the cluster becomes its admin.

    `creator` is the role that CDK's custom resource makes the cluster with, None where CloudFormation makes it.
    """

    mode: Value[str]
    creator_is_admin: Value[bool | None]
    creator: Value[Target | None]
    role: Value[Target | None]


@dataclass(frozen=True, slots=True)
class ClusterNetwork:
    """Where the control plane is attached, and the addresses of services and of nodes outside AWS.

    None for what is not written: EKS then chooses.
    """

    subnets: Value[tuple[Target, ...]]
    security_groups: Value[tuple[Target, ...]]
    ip_family: Value[str | None]
    service_cidr: Value[str | None]
    has_remote_networks: Value[bool]
    on_outpost: Value[bool]


@dataclass(frozen=True, slots=True)
class AutoMode:
    """The three switches of EKS Auto Mode, which must agree; None where one is not written.

    `pools` are the built-in node pools, `node_role` the role of their nodes.
    """

    compute: Value[bool | None]
    storage: Value[bool | None]
    load_balancing: Value[bool | None]
    pools: Value[tuple[str, ...]]
    node_role: Value[Target | None]


@dataclass(frozen=True, slots=True)
class Protection:
    """What keeps a cluster from being deleted: EKS's own switch, and CloudFormation's two policies for the resource."""

    enabled: Value[bool]
    retained_on_delete: Value[bool]
    retained_on_replace: Value[bool]


@dataclass(frozen=True, slots=True)
class Fargate:
    """The Fargate profiles of a cluster, whether it has nothing but them, and whether CoreDNS runs there."""

    profiles: tuple[FargateProfile, ...]
    alone: Value[bool]
    runs_coredns: Value[bool]


@dataclass(frozen=True, slots=True)
class ClusterIdentity:
    """How pods of a cluster get roles: whether IAM trusts its issuer, whether Pod Identity is used, and by whom."""

    has_oidc_provider: Value[bool]
    uses_pod_identity: Value[bool]
    providers: tuple[OidcProvider, ...]
    roles: tuple[ServiceAccountRole, ...]
    accounts: tuple[ServiceAccount, ...]
    associations: tuple[PodIdentityAssociation, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """Two resources that declare the same of a cluster, which takes it once; unknown where only some deployments do.

    `what` names it, such as `add-on vpc-cni`.
    """

    one: Site
    other: Site
    what: str
    same: Value[bool]


@dataclass(frozen=True, slots=True)
class Cluster:
    """An EKS cluster that the app creates, or that it only talks to (`Origin.IMPORTED`).

    `version_place` is where its version is written or would be, `has_default_version` whether none is, so that EKS
    chooses; `malformed_version` says what is wrong with the way it is written. `functions` are those of CDK's that its
    custom resources run; `runs_workloads` whether the app puts pods on it. `support_type` is STANDARD or EXTENDED.
    `self_managed_addons`: whether EKS brings its default add-ons along, None where nothing is written. `region` is
    where the app makes it, None where that is open.
    """

    at: Site
    origin: Origin
    name: Value[str | None]
    version: Value[Version]
    version_place: Place = field(compare=False)
    has_default_version: bool
    malformed_version: str | None
    endpoint: Endpoint
    logging: Value[tuple[str, ...]]
    secrets_key: Value[bool]
    access: Access
    network: ClusterNetwork
    protection: Protection
    support_type: Value[str]
    auto_mode: AutoMode
    self_managed_addons: Value[bool | None]
    tags: Value[tuple[tuple[str, str], ...]]
    identity: ClusterIdentity
    access_entries: tuple[AccessEntry, ...]
    addons: tuple[Addon, ...]
    capabilities: tuple[Capability, ...]
    repeated: tuple[Repeated, ...]
    repeated_releases: tuple[Repeated, ...]
    node_groups: tuple[NodeGroup, ...]
    self_managed_groups: tuple[SelfManagedGroup, ...]
    fargate: Fargate
    manifests: tuple[Manifest, ...]
    charts: tuple[Chart, ...]
    patches: tuple[Patch, ...]
    object_values: tuple[ObjectValue, ...]
    runs_workloads: Value[bool]
    region: str | None
    kubectl: tuple[KubectlProvider, ...]
    functions: tuple[ProviderFunction, ...]

    @property
    def id(self) -> str:
        """Its construct path, or `Stack/LogicalId`."""
        return self.at.id

    @property
    def resource(self) -> ResourceId:
        """What identifies it; of an imported cluster, the first resource that talks to it."""
        return self.at.resource

    @property
    def stack(self) -> str:
        """The stack that is deployed on its own and holds it, or talks to it."""
        return self.at.stack

    @property
    def place(self) -> Place:
        """Where to point when nothing narrower is known."""
        return self.at.place

    @property
    def source(self) -> SourcePosition | None:
        """The line of the user's code that created it."""
        return self.at.source
