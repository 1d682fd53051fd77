"""Builds a cluster out of its settings and of all that belongs to it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypeVar

from eks_guard.assembly.constructs import source_position
from eks_guard.assembly.following.resolution import Choice, reason_of
from eks_guard.assembly.stack import Resource
from eks_guard.model.cluster import Cluster, ClusterIdentity, Origin
from eks_guard.model.resource import Site
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.records import dataclass
from eks_guard.resolve.cluster.settings import settings_of, settings_of_another_app
from eks_guard.resolve.kubectl.consumers import target_of
from eks_guard.resolve.kubectl.handler import provider_functions
from eks_guard.resolve.kubectl.imported import imported_id
from eks_guard.resolve.kubectl.provider import provider_of
from eks_guard.resolve.kubectl.unused_handlers import handlers_by_role
from eks_guard.resolve.nodes.fargate import Beside, fargate_of
from eks_guard.resolve.site import resource_id, site_of
from eks_guard.resolve.spellings import BY_TYPE
from eks_guard.resolve.workloads.manifests import runs_workloads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eks_guard.model.declaration import Declarations
    from eks_guard.model.identity import OidcProvider, ServiceAccount, ServiceAccountRole
    from eks_guard.model.kubectl import KubectlProvider
    from eks_guard.model.resource import Owned, ResourceId
    from eks_guard.model.value import Place
    from eks_guard.model.version import Version
    from eks_guard.resolve.belongings import Belongings
    from eks_guard.resolve.cluster.groups import Group
    from eks_guard.resolve.cluster.settings import Settings
    from eks_guard.resolve.identity.providers import Identities
    from eks_guard.resolve.kubectl.consumers import Target
    from eks_guard.resolve.kubectl.layers import Layers
    from eks_guard.resolve.network.egress import Network

T = TypeVar("T", bound="Owned")


@dataclass(frozen=True, slots=True)
class Builder:
    """What the clusters of one assembly are built from."""

    layers: Layers
    network: Network
    identities: Identities
    declared: Declarations
    things: Belongings
    accounts: Mapping[ResourceId, tuple[ServiceAccount, ...]]
    roles: tuple[ServiceAccountRole, ...]
    providers: tuple[OidcProvider, ...]

    def cluster(self, group: Group) -> Cluster:
        """The cluster of a group, with all that belongs to it."""
        kubectl = self._kubectl(group)
        at = site_of(group.resource) if group.resource else _site_of_another_app(group, kubectl)
        settings = self._settings(group)
        things = self.things
        addons = _of(group, things.addons)
        node_groups, self_managed = _of(group, things.node_groups), _of(group, things.self_managed_groups)
        manifests, charts, patches = (
            _of(group, things.manifests),
            _of(group, things.charts),
            _of(group, things.patches),
        )
        has_nodes = bool(node_groups or self_managed or things.has_stray_instances)
        return Cluster(
            at=at,
            origin=BY_TYPE[group.resource.type].origin if group.resource else Origin.IMPORTED,
            name=group.name,
            version=settings.version,
            version_place=settings.version_place,
            has_default_version=settings.has_default_version,
            malformed_version=settings.malformed_version,
            endpoint=settings.endpoint,
            logging=settings.logging,
            secrets_key=settings.secrets_key,
            access=settings.access,
            network=settings.network,
            protection=settings.protection,
            support_type=settings.support_type,
            auto_mode=settings.auto_mode,
            self_managed_addons=settings.self_managed_addons,
            tags=settings.tags,
            identity=self._identity(group),
            access_entries=_of(group, things.access_entries),
            addons=addons,
            repeated=things.repeated.get(group.id, ()),
            repeated_releases=things.repeated_releases.get(group.id, ()),
            node_groups=node_groups,
            self_managed_groups=self_managed,
            fargate=fargate_of(
                _of(group, things.fargate_profiles), Beside(has_nodes, addons, manifests, charts, patches)
            ),
            manifests=manifests,
            charts=charts,
            patches=patches,
            object_values=_of(group, things.object_values),
            runs_workloads=runs_workloads(manifests, charts),
            region=group.resource.stack.environment.region if group.resource else None,
            kubectl=kubectl,
            functions=provider_functions([*group.consumers, *([group.resource] if group.resource else [])]),
        )

    def _settings(self, group: Group) -> Settings:
        if group.resource:
            return settings_of(group.resource)
        place = group.name.place or group.first.place
        if isinstance(group.named, Choice):
            why = f"the cluster {reason_of(group.named).strip()}, so its settings are unknown"
            return settings_of_another_app(Unknown(why, place), place, Unknown(why, group.first.place))
        nowhere: Unknown[Any] = Unknown(
            "the cluster is imported, so its settings are not in the assembly", group.first.place
        )
        return settings_of_another_app(_declared_version(group.name, self.declared, place), place, nowhere)

    def _identity(self, group: Group) -> ClusterIdentity:
        accounts = self.accounts[group.id]
        associations = _of(group, self.things.associations)
        has_provider = self.identities.has_provider(group.id if group.resource else None, accounts, group.resource)
        place = associations[0].at.place if associations else None
        return ClusterIdentity(
            has_oidc_provider=has_provider,
            uses_pod_identity=Known(bool(associations), place),
            providers=_of(group, self.providers),
            roles=tuple(role for role in self.roles if group.id in role.owners),
            accounts=accounts,
            associations=associations,
        )

    def _kubectl(self, group: Group) -> tuple[KubectlProvider, ...]:
        """One provider for each handler that runs kubectl against the cluster, used or not."""
        by_target: dict[Any, tuple[Target, list[Resource]]] = {}
        for consumer in group.consumers:
            target = target_of(consumer)
            key = target if isinstance(target, Resource) else (target.node.stack.id, target.node.pointer, target.reason)
            by_target.setdefault(key, (target, []))[1].append(consumer)
        if group.resource:
            for handler in handlers_by_role(group.resource):
                by_target.setdefault(handler, (handler, []))
        providers = [
            provider_of(self.layers, self.network, target, consumers, group.resource)
            for target, consumers in by_target.values()
        ]
        return tuple(sorted(providers, key=lambda provider: (not provider.used, provider.id)))


def _of(group: Group, things: Iterable[T]) -> tuple[T, ...]:
    """The things of a cluster, in the order of the templates."""
    cluster = group.id
    mine = (thing for thing in things if thing.owner == cluster)
    return tuple(sorted(mine, key=lambda thing: (thing.at.place, thing.at.resource)))


def _site_of_another_app(group: Group, kubectl: Iterable[KubectlProvider]) -> Site:
    """An imported cluster is nowhere in the app: its handler stands for it, else the first that talks to it."""
    first = group.first
    handler = next(
        (
            provider.handler.value
            for provider in kubectl
            if isinstance(provider.handler, Known) and resource_id(first) in provider.consumers
        ),
        None,
    )
    return Site(
        resource_id(first),
        imported_id(sorted(group.consumers, key=lambda consumer: (consumer.place, resource_id(consumer))), group.name),
        first.stack.root.id,
        handler.place if handler else first.place,
        source_position(first),
        None,
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
