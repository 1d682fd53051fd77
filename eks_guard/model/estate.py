"""Everything about EKS in an assembly: each thing read once, typed, and given to a cluster or named as left over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from eks_guard.model.resource import Link, Unowned
from eks_guard.records import cached_property, dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from eks_guard.model.addons import Addon, Capability
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.identity import (
        AccessEntry,
        NamedPolicy,
        OidcProvider,
        PodIdentityAssociation,
        Role,
        ServiceAccountRole,
    )
    from eks_guard.model.network import SecurityGroup, Subnet
    from eks_guard.model.nodes import FargateProfile, LaunchTemplate, NodeGroup, SelfManagedGroup
    from eks_guard.model.properties import Setting
    from eks_guard.model.resource import DeployedStack, OwnedIn, Owner, ResourceId, Site, Target
    from eks_guard.model.value import Cases, Value, When
    from eks_guard.model.workloads import Chart, Manifest, ObjectValue, Patch

    Thing: TypeAlias = (
        NodeGroup
        | SelfManagedGroup
        | FargateProfile
        | Addon
        | Capability
        | Manifest
        | Chart
        | Patch
        | ObjectValue
        | AccessEntry
        | PodIdentityAssociation
        | OidcProvider
    )
    """What has one owner."""


@dataclass(frozen=True, slots=True)
class RawResource:
    """A resource as policies by JSONPath see it."""

    at: Site
    type: str
    body: dict[str, Any] = field(compare=False)


class Resources(Protocol):
    """The resources of an assembly by type, with their references followed; read when a policy asks by JSONPath."""

    def of_types(self, *types: str) -> tuple[RawResource, ...]:
        """The resources of these CloudFormation types."""

    def body(self, resource: ResourceId) -> dict[str, Any]:
        """One resource; unknowns stand in place of what a deployment decides, absent properties are left out."""

    def settings(self, resource: ResourceId) -> tuple[Setting, ...]:
        """The properties of a resource that an update can touch; none for a type that the table does not list."""

    def trusts(self, role: Target, principals: tuple[str, ...], taken: ResourceId) -> Value[bool] | None:
        """Whether a role trusts a service that has one of some names and takes it for a resource.

        None for a role of another app.
        """

    def together(self, one: ResourceId, other: ResourceId) -> bool | None:
        """Whether a deployment that makes either of two resources makes both; False if none does, None where open."""

    def made_with(self, one: ResourceId, others: tuple[ResourceId, ...], when: When = ()) -> bool | None:
        """Whether each deployment that makes one makes at least one of the others; False if none, None where open.

        `when`: answers that the deployments which are looked at give.
        """

    def is_made(self, one: ResourceId) -> Value[bool]:
        """Whether deployments make a resource."""

    def possible(self, when: When) -> bool:
        """Whether a deployment may give all of some answers to what values depend on; True where that is open."""

    def count(self, things: Sequence[tuple[Cases, int]], cases: Cases) -> tuple[int, int]:
        """The least and the most of some things that one deployment has; each is there in some cases, so many times.

        `cases`: those of the deployments that are looked at, empty for all.
        """

    def comes_first(self, one: ResourceId, other: ResourceId) -> bool | None:
        """Whether one resource surely is deployed before another; None between stacks that nothing orders."""

    def allows(self, role: Target, actions: tuple[str, ...], managed: Mapping[str, tuple[str, ...]]) -> Value[bool]:
        """Whether a role may do any of some actions; `managed` are the actions of AWS's managed policies."""

    def role(self, named: Target) -> Role | None:
        """The role of the app that something names; None for another one."""

    def roles_called(self, text: str) -> tuple[ResourceId, ...]:
        """The roles of the app that a text of a manifest may name."""

    def managed_policies(self, role: ResourceId) -> tuple[NamedPolicy, ...]:
        """What a role names as policies by texts, or may name."""

    def zones(self, subnets: tuple[Target, ...]) -> Value[int]:
        """How many availability zones some subnets are in."""

    def is_public(self, subnet: ResourceId) -> Value[bool]:
        """Whether a subnet's route table leads to an internet gateway; the place is that of the route."""

    def role_name(self, role: Target) -> Value[str | None]:
        """The name of a role, without its path; None where CloudFormation makes one."""

    def package_of(self, resource: ResourceId) -> str | None:
        """The package whose construct made a resource, as `aws-cdk-lib`; None where the assembly does not tell."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something about EKS that is in the assembly and was not understood: its resource, its type, and why."""

    at: Site
    type: str
    reason: str


@dataclass(frozen=True)
class Estate:
    """The clusters of an assembly and all that belongs to them, or to none.

    Each tuple is ordered by id. Every thing carries its owner; a cluster holds its own things, too. `owned_in` names
    those that a condition gives to their cluster.
    """

    stacks: tuple[DeployedStack, ...]
    clusters: tuple[Cluster, ...]
    node_groups: tuple[NodeGroup, ...]
    self_managed_groups: tuple[SelfManagedGroup, ...]
    fargate_profiles: tuple[FargateProfile, ...]
    launch_templates: tuple[LaunchTemplate, ...]
    addons: tuple[Addon, ...]
    capabilities: tuple[Capability, ...]
    manifests: tuple[Manifest, ...]
    charts: tuple[Chart, ...]
    patches: tuple[Patch, ...]
    object_values: tuple[ObjectValue, ...]
    access_entries: tuple[AccessEntry, ...]
    associations: tuple[PodIdentityAssociation, ...]
    oidc_providers: tuple[OidcProvider, ...]
    roles: tuple[ServiceAccountRole, ...]
    subnets: tuple[Subnet, ...]
    security_groups: tuple[SecurityGroup, ...]
    left_out: tuple[LeftOut, ...]
    owned_in: tuple[OwnedIn, ...]
    resources: Resources = field(compare=False)

    @cached_property
    def _by_resource(self) -> Mapping[ResourceId, Cluster]:
        return {cluster.resource: cluster for cluster in self.clusters}

    @cached_property
    def _subnets(self) -> Mapping[ResourceId, Subnet]:
        return {subnet.at.resource: subnet for subnet in self.subnets}

    @cached_property
    def _owned_in(self) -> Mapping[ResourceId, OwnedIn]:
        return {only.thing: only for only in self.owned_in}

    def only_in(self, thing: Thing) -> OwnedIn | None:
        """In which cases alone a thing belongs to its cluster; None where it does in all, or in none."""
        return self._owned_in.get(thing.at.resource)

    def subnet(self, target: Target) -> Subnet | None:
        """The subnet of the app that a list names; None for one of another app, and for an open one."""
        return self._subnets.get(target.resource) if isinstance(target, Link) else None

    def subnets_in(self, *lists: Iterable[Target]) -> tuple[Subnet, ...]:
        """The subnets of the app that lists name, each once; not those of another app, nor open ones."""
        named = dict.fromkeys(target.resource for listed in lists for target in listed if isinstance(target, Link))
        return tuple(self._subnets[one] for one in named if one in self._subnets)

    def stack(self, name: str) -> DeployedStack | None:
        """The stack of an id that is deployed on its own; None where there is none."""
        return next((stack for stack in self.stacks if stack.id == name), None)

    def cluster(self, owner: Owner) -> Cluster | None:
        """The cluster that an owner names; None for what belongs to none."""
        return None if isinstance(owner, Unowned) else self._by_resource.get(owner)

    @property
    def things(self) -> tuple[Thing, ...]:
        """All that has one owner."""
        return (
            *self.node_groups,
            *self.self_managed_groups,
            *self.fargate_profiles,
            *self.addons,
            *self.capabilities,
            *self.manifests,
            *self.charts,
            *self.patches,
            *self.object_values,
            *self.access_entries,
            *self.associations,
            *self.oidc_providers,
        )

    @property
    def attached(self) -> tuple[Subnet | SecurityGroup, ...]:
        """All that several clusters may use."""
        return (*self.subnets, *self.security_groups)

    @property
    def unowned(self) -> tuple[Thing, ...]:
        """What belongs to no cluster that is known here; each says why."""
        return tuple(thing for thing in self.things if isinstance(thing.owner, Unowned))
