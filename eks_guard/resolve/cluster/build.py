"""Builds a cluster out of its settings and of all that belongs to it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.constructs import source_position
from eks_guard.assembly.following.resolution import Choice, reason_of
from eks_guard.assembly.stack import Resource
from eks_guard.model import asked
from eks_guard.model.cluster import Cluster, ClusterIdentity, Origin
from eks_guard.model.resource import Site
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.records import dataclass, field
from eks_guard.resolve.cluster.settings import settings_of, settings_of_another_app
from eks_guard.resolve.kubectl.consumers import target_of
from eks_guard.resolve.kubectl.handler import provider_functions
from eks_guard.resolve.kubectl.provider import Surroundings, provider_of
from eks_guard.resolve.nodes.fargate import Beside, fargate_of
from eks_guard.resolve.site import site_of
from eks_guard.resolve.spellings import BY_TYPE
from eks_guard.resolve.workloads.manifests import runs_workloads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from eks_guard.assembly.stack import Stack
    from eks_guard.model.declaration import Declarations
    from eks_guard.model.identity import OidcProvider, ServiceAccount, ServiceAccountRole
    from eks_guard.model.kubectl import KubectlProvider
    from eks_guard.model.resource import Owner, ResourceId
    from eks_guard.model.value import Place
    from eks_guard.model.version import Version
    from eks_guard.resolve.belongings import Belongings
    from eks_guard.resolve.cluster.groups import Group
    from eks_guard.resolve.cluster.settings import Settings
    from eks_guard.resolve.identity.providers import Identities
    from eks_guard.resolve.kubectl.consumers import Target
    from eks_guard.resolve.owned import ByOwner


@dataclass(frozen=True, slots=True)
class Builder:
    """What the clusters of one assembly are built from."""

    around: Surroundings
    identities: Identities
    declared: Declarations
    things: Belongings
    accounts: Mapping[ResourceId, tuple[ServiceAccount, ...]]
    roles_by_cluster: Mapping[Owner, Sequence[ServiceAccountRole]]
    providers: ByOwner[OidcProvider]
    imported: dict[Stack, frozenset[str]] = field(default_factory=dict)

    def cluster(self, group: Group) -> Cluster:
        """The cluster of a group, with all that belongs to it."""
        kubectl = self._kubectl(group)
        at = site_of(group.resource) if group.resource else self._site_of_another_app(group, kubectl)
        settings = self._settings(group)
        things, id_ = self.things, group.id
        addons = things.addons.of(id_)
        node_groups, self_managed = things.node_groups.of(id_), things.self_managed_groups.of(id_)
        manifests, charts, patches = things.manifests.of(id_), things.charts.of(id_), things.patches.of(id_)
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
            access_entries=things.access_entries.of(id_),
            addons=addons,
            capabilities=things.capabilities.of(id_),
            repeated=things.repeated.get(id_, ()),
            repeated_releases=things.repeated_releases.get(id_, ()),
            node_groups=node_groups,
            self_managed_groups=self_managed,
            fargate=fargate_of(things.fargate_profiles.of(id_), Beside(has_nodes, addons, manifests, charts, patches)),
            manifests=manifests,
            charts=charts,
            patches=patches,
            object_values=things.object_values.of(id_),
            runs_workloads=runs_workloads(manifests, charts),
            region=group.resource.stack.environment.region if group.resource else None,
            kubectl=kubectl,
            functions=provider_functions([*group.consumers, *([group.resource] if group.resource else [])]),
        )

    def _site_of_another_app(self, group: Group, kubectl: Iterable[KubectlProvider]) -> Site:
        """An imported cluster is nowhere in the app: its handler stands for it, else the first that talks to it."""
        first = group.first
        handler = next(
            (
                provider.handler.value
                for provider in kubectl
                if isinstance(provider.handler, Known) and first.id in provider.consumers
            ),
            None,
        )
        from eks_guard.resolve.kubectl.imported import imported_id  # noqa: PLC0415 (few apps import a cluster)

        return Site(
            first.id,
            imported_id(first, group.name, self.imported),
            first.stack.root.id,
            handler.place if handler else first.place,
            source_position(first),
            None,
        )

    def _settings(self, group: Group) -> Settings:
        if group.resource:
            return settings_of(group.resource, self.around.roles)
        place = group.name.place or group.first.place
        if isinstance(group.named, Choice):
            why = f"the cluster {reason_of(group.named).strip()}, so its settings are unknown"
            return settings_of_another_app(Unknown(why, place), place, Unknown(why, group.first.place))
        nowhere: Unknown[Any] = Unknown(
            "the cluster is imported, so its settings are not in the assembly", group.first.place
        )
        return settings_of_another_app(_declared_version(group.name, self.declared, place), place, nowhere)

    def _identity(self, group: Group) -> ClusterIdentity:
        id_ = group.id
        accounts = self.accounts[id_]
        associations = self.things.associations.of(id_)
        has_provider = self.identities.has_provider(id_ if group.resource else None, accounts, group.resource)
        place = associations[0].at.place if associations else None
        return ClusterIdentity(
            has_oidc_provider=has_provider,
            uses_pod_identity=Known(bool(associations), place),
            providers=self.providers.of(id_),
            roles=tuple(self.roles_by_cluster.get(id_, ())),
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
            for handler in self.around.frameworks.handlers_by_role(group.resource):
                by_target.setdefault(handler, (handler, []))
        providers = [
            provider_of(self.around, target, consumers, group.resource) for target, consumers in by_target.values()
        ]
        return tuple(sorted(providers, key=lambda provider: (not provider.used, provider.id)))


def _declared_version(name: Value[str | None], declared: Declarations, place: Place) -> Value[Version]:
    for pattern, version in declared.clusters:
        if isinstance(name, Known) and name.value and fnmatchcase(name.value, pattern):
            return Known(version, place)
    return Unknown(f"{asked.IMPORTED}; declare it under `declare.clusters` in eks-guard.yaml", place)
