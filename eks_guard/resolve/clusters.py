"""Finds the clusters of an assembly, in every spelling, and everything that talks to them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.metadata import source_position
from eks_guard.assembly.references import References
from eks_guard.assembly.resolution import Attribute, Literal
from eks_guard.assembly.stack import Resource
from eks_guard.model.cluster import AutoMode, Cluster, Endpoint, Origin
from eks_guard.model.declaration import NOTHING_DECLARED
from eks_guard.model.value import Known, Place, Unknown, Value
from eks_guard.model.version import Version
from eks_guard.resolve.compute import Computes
from eks_guard.resolve.evidence.memory import NO_MEMORY, Memory
from eks_guard.resolve.function import provider_functions
from eks_guard.resolve.handlers import handlers_by_role
from eks_guard.resolve.identity import ACCESS_ENTRY, POD_IDENTITY_AGENT, Identities
from eks_guard.resolve.imported import imported_id
from eks_guard.resolve.kubectl import CONSUMERS, cluster_of, provider_of, target_of
from eks_guard.resolve.layers import Layers
from eks_guard.resolve.network import Network
from eks_guard.resolve.order import Order
from eks_guard.resolve.settings import own_cluster
from eks_guard.resolve.spellings import BY_TYPE, CLUSTER_TYPES
from eks_guard.resolve.values import read, text
from eks_guard.resolve.workloads import Manifests, charts_of, deploys_workloads, manifests_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Stack
    from eks_guard.data import Tables
    from eks_guard.model.cluster import KubectlProvider
    from eks_guard.model.declaration import Declarations
    from eks_guard.resolve.kubectl import Target


@dataclass(slots=True)
class _Group:
    """What talks to one cluster. `resource` is None for a cluster of another app."""

    resource: Resource | None
    name: Value[str | None]
    consumers: list[Resource] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What is asked of the whole assembly, each part with a memory of what it found."""

    references: References
    layers: Layers
    network: Network
    manifests: Manifests
    identities: Identities
    computes: Computes
    order: Order
    declared: Declarations


def find_clusters(
    assembly: CloudAssembly,
    tables: Tables,
    declared: Declarations = NOTHING_DECLARED,
    memory: Memory = NO_MEMORY,
) -> tuple[Cluster, ...]:
    """The clusters of an assembly, ordered by id."""
    references = References(assembly)
    manifests = Manifests(references)
    sight = _Sight(
        references,
        Layers(references, tables, declared.layers, memory),
        Network(references, declared.subnets),
        manifests,
        Identities(manifests),
        Computes(manifests),
        Order(),
        declared,
    )
    groups = _groups(references, assembly)
    clusters = [_cluster(sight, group, groups) for group in groups]
    return tuple(sorted(clusters, key=lambda cluster: (cluster.id, cluster.place)))


def _groups(references: References, assembly: CloudAssembly) -> list[_Group]:
    """Every cluster with the custom resources that talk to it."""
    own = [_Group(resource, _name(references, resource)) for resource in assembly.resources(*CLUSTER_TYPES)]
    foreign: dict[str, _Group] = {}
    for consumer in assembly.resources(*CONSUMERS):
        target = cluster_of(references, consumer)
        group = _own_group(own, target, consumer.stack)
        if group is None:
            key, name = _foreign_name(target, consumer.stack)
            group = foreign.setdefault(key, _Group(None, name))
        group.consumers.append(consumer)
    return own + list(foreign.values())


def _own_group(own: Sequence[_Group], target: Resolution, stack: Stack) -> _Group | None:
    """The cluster of this app that a `ClusterName` means: by reference, or by its name in the same environment."""
    if isinstance(target, Attribute):
        return next((group for group in own if group.resource is target.resource), None)
    if not (isinstance(target, Literal) and isinstance(target.node.raw, str)):
        return None
    named = [
        group
        for group in own
        if isinstance(group.name, Known)
        and group.name.value == target.node.raw
        and group.resource
        and group.resource.stack.environment == stack.environment
    ]
    named = [group for group in named if group.resource and group.resource.stack.stage == stack.stage] or named
    return named[0] if len(named) == 1 else None


def _foreign_name(target: Resolution, stack: Stack) -> tuple[str, Value[str | None]]:
    """A key that is the same for all that talk to one imported cluster, and the cluster's name."""
    where = f"{stack.stage}\0{stack.environment.account}\0{stack.environment.region}\0"
    match target:
        case Literal(node) if isinstance(node.raw, str):
            return where + node.raw, Known(node.raw, node.place)
        case Attribute(resource, name):
            reason = f"{name} of {resource.logical_id} is known only after deployment"
            return f"{where}{resource.stack.id}\0{resource.logical_id}\0{name}", Unknown(reason, resource.place)
    node = target.node
    key = f"{where}{stack.root.id}\0{json.dumps(node.raw, sort_keys=True)}"
    return key, Unknown(getattr(target, "reason", "the name of the cluster is missing"), node.place)


def _cluster(sight: _Sight, group: _Group, groups: Sequence[_Group]) -> Cluster:
    references, identities = sight.references, sight.identities

    def belongs(found: Resolution) -> bool:
        """Whether a `ClusterName` elsewhere means this cluster."""
        if isinstance(found, Attribute):
            return found.resource is group.resource
        named = isinstance(found, Literal) and isinstance(group.name, Known) and found.node.raw == group.name.value
        return named and sum(other.name == group.name for other in groups) == 1

    accounts = identities.service_accounts(group.consumers, belongs)
    shared: dict[str, Any] = {
        "name": group.name,
        "kubectl": _providers(sight, group),
        "service_accounts": accounts,
        "irsa_roles": identities.irsa_roles(group.resource, accounts),
        "oidc_providers": identities.oidc_providers(group.resource),
        "pod_identity_agents": identities.belonging(POD_IDENTITY_AGENT, belongs),
        "access_entries": identities.belonging(ACCESS_ENTRY, belongs),
        "manifests": manifests_of(sight.manifests, sight.order, group.consumers),
        "charts": charts_of(references, sight.order, group.consumers),
        "oidc_provider": identities.oidc_provider(group.resource, accounts),
        "pod_identity": identities.pod_identity(belongs),
        "deploys_workloads": deploys_workloads(sight.manifests, group.consumers),
        "functions": provider_functions(references, [*group.consumers, *([group.resource] if group.resource else [])]),
        "fargate": sight.computes.fargate(group.consumers, belongs),
    }
    if group.resource:
        return own_cluster(references, group.resource, shared)
    return _imported_cluster(group, sight.declared, shared)


def _providers(sight: _Sight, group: _Group) -> tuple[KubectlProvider, ...]:
    """One provider for each handler that runs kubectl against the cluster, used or not."""
    by_target: dict[Any, tuple[Target, list[Resource]]] = {}
    for consumer in group.consumers:
        target = target_of(sight.references, consumer)
        key = target if isinstance(target, Resource) else (target.node.place, target.reason)
        by_target.setdefault(key, (target, []))[1].append(consumer)
    if group.resource:
        for handler in handlers_by_role(sight.references, group.resource):
            by_target.setdefault(handler, (handler, []))
    providers = [
        provider_of(sight.references, sight.layers, sight.network, target, consumers)
        for target, consumers in by_target.values()
    ]
    return tuple(sorted(providers, key=lambda provider: (not provider.used, provider.id)))


def _imported_cluster(group: _Group, declared: Declarations, shared: dict[str, Any]) -> Cluster:
    """A cluster of another app, known only through what talks to it."""
    consumers = sorted(group.consumers, key=lambda consumer: consumer.place)
    first = consumers[0]
    providers: tuple[KubectlProvider, ...] = shared["kubectl"]
    handler = next(
        (p.handler.value for p in providers if isinstance(p.handler, Known) and first.place in p.consumers),
        None,
    )
    place = handler.place if handler else first.place
    reason = "the cluster is imported: what it is like is not in the assembly"
    nowhere: Unknown[Any] = Unknown(reason, first.place)
    name_place = group.name.place or first.place
    return Cluster(
        id=imported_id(consumers, group.name),
        origin=Origin.IMPORTED,
        stack=first.stack.root.id,
        place=place,
        version_place=name_place,
        version=_declared_version(group.name, declared, name_place),
        endpoint=Endpoint(nowhere, nowhere, nowhere),
        logging=nowhere,
        secrets_key=nowhere,
        authentication_mode=nowhere,
        deletion_protection=nowhere,
        support_type=nowhere,
        auto_mode=AutoMode(nowhere, nowhere, nowhere),
        source=source_position(first),
        **shared,
    )


def _declared_version(name: Value[str | None], declared: Declarations, place: Place) -> Value[Version]:
    for pattern, version in declared.clusters:
        if isinstance(name, Known) and name.value and fnmatchcase(name.value, pattern):
            return Known(version, place)
    return Unknown(
        "the cluster is imported, so its version is not in the assembly; "
        "declare it under `declare.clusters` in eks-guard.yaml",
        place,
    )


def _name(references: References, resource: Resource) -> Value[str | None]:
    return read(references, resource.properties, *BY_TYPE[resource.type].keys("name"), parse=text, absent=None)
