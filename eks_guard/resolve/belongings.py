"""What belongs to clusters: every resource about EKS, read by its wing and given its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Unresolved
from eks_guard.records import dataclass
from eks_guard.resolve.addons import ADDON, CAPABILITY, addon_of, associations_inside, capability_of
from eks_guard.resolve.identity.access import ACCESS_ENTRY, POD_IDENTITY, access_entry_of, association_of
from eks_guard.resolve.kubectl.consumers import HELM_CHART, MANIFEST, OBJECT_VALUE, PATCH, cluster_of
from eks_guard.resolve.nodes.fargate import PROFILES, cluster_key, fargate_profile_of
from eks_guard.resolve.nodes.launch import LaunchTemplates
from eks_guard.resolve.nodes.managed import NODE_GROUP, node_group_of
from eks_guard.resolve.nodes.self_managed import (
    SELF_MANAGED,
    cluster_name_of,
    joins_some_cluster,
    self_managed_group_of,
)
from eks_guard.resolve.owned import ByOwner
from eks_guard.resolve.spellings import CLUSTER_TYPES
from eks_guard.resolve.twice import repeated, repeated_releases
from eks_guard.resolve.workloads.charts import chart_of, object_value_of, patch_of
from eks_guard.resolve.workloads.manifests import manifest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.addons import Addon, Capability
    from eks_guard.model.cluster import Repeated
    from eks_guard.model.identity import AccessEntry, PodIdentityAssociation
    from eks_guard.model.nodes import FargateProfile, LaunchTemplate, NodeGroup, SelfManagedGroup
    from eks_guard.model.resource import OwnedIn, Owner, ResourceId
    from eks_guard.model.workloads import Chart, Manifest, ObjectValue, Patch
    from eks_guard.resolve.identity.roles import Roles
    from eks_guard.resolve.ownership import Owners
    from eks_guard.resolve.workloads.deploy_order import Order
    from eks_guard.resolve.workloads.manifests import Manifests

CLUSTER_NAME = "ClusterName"


@dataclass(frozen=True, slots=True)
class Belongings:
    """All things of an assembly, found by their owner.

    `has_stray_instances`: whether the app makes groups of instances that no tag gives to a cluster.
    """

    node_groups: ByOwner[NodeGroup]
    self_managed_groups: ByOwner[SelfManagedGroup]
    has_stray_instances: bool
    launch_templates: tuple[LaunchTemplate, ...]
    fargate_profiles: ByOwner[FargateProfile]
    addons: ByOwner[Addon]
    capabilities: ByOwner[Capability]
    repeated: Mapping[ResourceId, tuple[Repeated, ...]]
    repeated_releases: Mapping[ResourceId, tuple[Repeated, ...]]
    access_entries: ByOwner[AccessEntry]
    associations: ByOwner[PodIdentityAssociation]
    manifests: ByOwner[Manifest]
    charts: ByOwner[Chart]
    patches: ByOwner[Patch]
    object_values: ByOwner[ObjectValue]
    owned_in: tuple[OwnedIn, ...]


def read_belongings(  # noqa: PLR0913 (what all wings read with)
    assembly: CloudAssembly,
    manifests: Manifests,
    order: Order,
    owners: Owners,
    roles: Roles,
    namespace_of: Callable[[str], str | None],
) -> Belongings:
    """Read all things of an assembly; `namespace_of`: where EKS installs an add-on, None where that is not known."""
    launch = LaunchTemplates(assembly, roles)
    owned_in: dict[ResourceId, OwnedIn] = {}

    def named(resource: Resource) -> Owner:
        at = cluster_key(resource) if resource.type in PROFILES else (CLUSTER_NAME,)
        owner, only = owners.of_resource(resource.properties.dig(*at), resource)
        if only:
            owned_in[only.thing] = only
        return owner

    def talks_to(resource: Resource) -> Owner:
        return owners.of(cluster_of(resource), resource.stack)

    def every(kind: str, owner: Callable[[Resource], Owner]) -> Iterator[tuple[Resource, Owner]]:
        return ((resource, owner(resource)) for resource in assembly.resources(kind))

    groups = [(resource, cluster_name_of(resource)) for resource in assembly.resources(SELF_MANAGED)]
    addons = list(every(ADDON, named))
    inside = [found for resource, owner in addons for found in associations_inside(roles, resource, owner)]
    return Belongings(
        node_groups=ByOwner(node_group_of(launch, roles, *found) for found in every(NODE_GROUP, named)),
        self_managed_groups=ByOwner(
            self_managed_group_of(launch, resource, owners.of(name, resource.stack))
            for resource, name in groups
            if name and not (owners.are_none and isinstance(name, Unresolved) and not joins_some_cluster(resource))
        ),
        has_stray_instances=any(name is None or isinstance(name, Unresolved) for _, name in groups),
        launch_templates=launch.used,
        fargate_profiles=ByOwner(
            fargate_profile_of(roles, profile, named(profile)) for profile in assembly.resources(*PROFILES)
        ),
        addons=ByOwner(addon_of(roles, *found) for found in addons),
        capabilities=ByOwner(capability_of(roles, *found) for found in every(CAPABILITY, named)),
        repeated=_declared_twice(assembly, named, namespace_of),
        repeated_releases=repeated_releases(assembly.resources(HELM_CHART), talks_to),
        access_entries=ByOwner(access_entry_of(roles, *found) for found in every(ACCESS_ENTRY, named)),
        associations=ByOwner((*(association_of(roles, *found) for found in every(POD_IDENTITY, named)), *inside)),
        manifests=ByOwner(manifest_of(manifests, order, roles.of_arn, *found) for found in every(MANIFEST, talks_to)),
        charts=ByOwner(chart_of(order, *found) for found in every(HELM_CHART, talks_to)),
        patches=ByOwner(patch_of(*found) for found in every(PATCH, talks_to)),
        object_values=ByOwner(object_value_of(*found) for found in every(OBJECT_VALUE, talks_to)),
        owned_in=tuple(owned_in.values()),
    )


def _declared_twice(
    assembly: CloudAssembly, owner_of: Callable[[Resource], Owner], namespace_of: Callable[[str], str | None]
) -> Mapping[ResourceId, tuple[Repeated, ...]]:
    found = repeated(assembly, owner_of, namespace_of)
    clusters = tuple(assembly.resources(*CLUSTER_TYPES))
    if len(clusters) > 1:
        from eks_guard.resolve.namesakes import namesakes  # noqa: PLC0415 (most apps have one cluster)

        for second, pairs in namesakes(assembly, clusters).items():
            found[second] = (*pairs, *found.get(second, ()))
    return found
