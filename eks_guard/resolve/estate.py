"""Puts the estate together: each wing reads its things once, and each thing goes to the cluster that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from eks_guard.model.declaration import NOTHING_DECLARED, Declarations
from eks_guard.model.estate import Estate
from eks_guard.model.identity import Identity
from eks_guard.model.resource import Sited
from eks_guard.records import dataclass, field
from eks_guard.resolve.belongings import Belongings, read_belongings
from eks_guard.resolve.bodies import Bodies
from eks_guard.resolve.cluster.build import Builder
from eks_guard.resolve.cluster.groups import find_groups
from eks_guard.resolve.identity.accounts import service_accounts
from eks_guard.resolve.identity.grants import Grants
from eks_guard.resolve.identity.providers import Identities
from eks_guard.resolve.identity.roles import Roles
from eks_guard.resolve.kubectl.consumers import MANIFEST
from eks_guard.resolve.kubectl.evidence.memory import Memory
from eks_guard.resolve.kubectl.frameworks import Frameworks
from eks_guard.resolve.kubectl.layers import Layers
from eks_guard.resolve.kubectl.provider import Surroundings
from eks_guard.resolve.left_out import left_out
from eks_guard.resolve.network.attached import security_groups_of, subnets_of
from eks_guard.resolve.network.egress import Network
from eks_guard.resolve.network.uses import group_lists, subnet_lists
from eks_guard.resolve.owned import ByOwner
from eks_guard.resolve.stacks import deployed_stack
from eks_guard.resolve.workloads.deploy_order import Order
from eks_guard.resolve.workloads.manifests import Manifests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.data import Tables
    from eks_guard.model.addons import Addon
    from eks_guard.model.identity import ServiceAccount, ServiceAccountRole
    from eks_guard.model.resource import Owner, ResourceId
    from eks_guard.resolve.cluster.groups import Group
    from eks_guard.resolve.network.uses import Nodes

T = TypeVar("T", bound=Sited)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known besides the assembly: dated tables, what the project declares, what was found out before."""

    tables: Tables
    declared: Declarations = NOTHING_DECLARED
    memory: Memory = field(default_factory=Memory)


def resolve(assembly: CloudAssembly, knowledge: Knowledge) -> Estate:
    """Everything about EKS in an assembly. What could not be read is in `assembly.problems` afterwards."""
    manifests, order = Manifests(), Order()
    groups, owners = find_groups(assembly)
    assembly.root.budget.meet(len(groups))
    app_roles = Roles(assembly)
    grants = Grants(assembly, app_roles)
    things = read_belongings(assembly, manifests, order, owners, app_roles, knowledge.tables.addon_namespace)
    identities = Identities(assembly, owners, app_roles)
    accounts = _accounts(manifests, groups, things, app_roles)
    named = {cluster: _roles_by_token(declared, things.addons.of(cluster)) for cluster, declared in accounts.items()}
    roles = identities.roles(named)
    builder = Builder(
        around=Surroundings(
            Layers(knowledge.tables, knowledge.declared.layers, knowledge.memory),
            Network(assembly, knowledge.declared.subnets),
            Frameworks(),
            app_roles,
            grants,
        ),
        identities=identities,
        declared=knowledge.declared,
        things=things,
        accounts=accounts,
        roles_by_cluster=_by_cluster(roles),
        providers=ByOwner(identities.providers()),
    )
    clusters = tuple(
        sorted(map(builder.cluster, groups), key=lambda cluster: (cluster.id, cluster.place, cluster.resource))
    )
    nodes: tuple[Nodes, ...] = (*things.node_groups, *things.self_managed_groups, *things.fargate_profiles)
    return Estate(
        stacks=tuple(map(deployed_stack, assembly.stacks)),
        clusters=clusters,
        node_groups=_ordered(things.node_groups),
        self_managed_groups=_ordered(things.self_managed_groups),
        fargate_profiles=_ordered(things.fargate_profiles),
        launch_templates=_ordered(things.launch_templates),
        addons=_ordered(things.addons),
        capabilities=_ordered(things.capabilities),
        manifests=_ordered(things.manifests),
        charts=_ordered(things.charts),
        patches=_ordered(things.patches),
        object_values=_ordered(things.object_values),
        access_entries=_ordered(things.access_entries),
        associations=_ordered(things.associations),
        oidc_providers=_ordered(builder.providers),
        roles=_ordered(roles),
        subnets=_ordered(subnets_of(assembly, subnet_lists(clusters, nodes))),
        security_groups=_ordered(security_groups_of(assembly, group_lists(clusters, nodes))),
        left_out=_ordered(left_out(assembly)),
        owned_in=tuple(sorted(things.owned_in, key=lambda only: only.thing)),
        resources=Bodies(assembly, knowledge.tables, grants, order),
    )


def _accounts(
    manifests: Manifests, groups: Iterable[Group], things: Belongings, roles: Roles
) -> Mapping[ResourceId, tuple[ServiceAccount, ...]]:
    return {
        group.id: service_accounts(
            manifests,
            group.of_type(MANIFEST),
            things.associations.of(group.id),
            roles,
        )
        for group in groups
    }


def _roles_by_token(accounts: Iterable[ServiceAccount], addons: Iterable[Addon]) -> list[ResourceId]:
    """Return the roles that service accounts and add-ons name and take with a web identity token.

    CDK annotates the accounts of Pod Identity with their roles, too; the agent assumes those.
    """
    of_addons = [role for addon in addons for role in addon.token_roles]
    return [
        *(found.role for found in accounts if found.role and found.identity is not Identity.POD_IDENTITY),
        *of_addons,
    ]


def _by_cluster(roles: Iterable[ServiceAccountRole]) -> Mapping[Owner, list[ServiceAccountRole]]:
    found: dict[Owner, list[ServiceAccountRole]] = {}
    for role in roles:
        for owner in role.owners:
            found.setdefault(owner, []).append(role)
    return found


def _ordered(things: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(things, key=lambda thing: (thing.at.id, thing.at.resource)))
