"""The fact about what gives an add-on its permissions in AWS: a role, an association, or the nodes that it runs on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.nodes import NodeGroup
from eks_guard.model.resource import Unowned
from eks_guard.model.value import Known, Unknown, Value, either, flatten, known_in, lift
from eks_guard.model.workloads import NODE_CLASS_KINDS
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.properties import in_each_branch, why_unknown
from eks_guard.policy.facts.service_trust import in_doubt
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.data.rows import AddonNeed
    from eks_guard.model.addons import Addon
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate
    from eks_guard.model.fix import Fix
    from eks_guard.model.nodes import SelfManagedGroup
    from eks_guard.model.resource import Target
    from eks_guard.model.workloads import Chart, Manifest

GROUPS = "AWS::AutoScaling::AutoScalingGroup"
KARPENTER = "karpenter"
_CREDENTIALS = regex(r"role|secret|credential|access.?key|serviceaccount|[$][{]", re.IGNORECASE)
"""What in the configuration of an add-on may name credentials."""


def _has_permissions(addon: Addon, context: Context) -> tuple[Observation, ...]:
    name = addon.name
    if isinstance(name, Unknown):
        needs = context.tables.addon_needs.values()
        surely = all(_granted(addon, need, context) == Known(value=True) for need in needs)
        value: Value[bool] = Known(value=True) if surely else Unknown(name.reason, name.place)
        return (Observation(value, name.reason, addon.at.place, if_unknown=why_unknown(value)),)
    need = context.tables.addon_needs.get(name.value or "")
    if need is None:
        return ()
    if _by_named_roles(addon, need, context) == Known(value=False):
        return (_of_empty_role(addon, name.value, need),)
    granted = _granted(addon, need, context)
    says = (
        f"{addon.at.id} installs {name.value} without the permissions to call AWS: it has no role, no association "
        f"covers {need.namespace}/{need.service_accounts[0]}, and no node role allows {need.actions[0]} or anything "
        f"else it needs: {need.without}"
    )
    if isinstance(granted, Unknown):
        says = f"unknown whether {name.value} has permissions to call AWS: {granted.reason}"
    steps = (
        Step(0, "addon", f"{name.value} with{'' if _named_roles(addon, context) else 'out'} a role", addon.at.place),
        *(
            Step(1, "nodes", group.at.resource.logical_id, group.at.place)
            for group in _nodes(context.cluster_of(addon.owner))
        ),
    )
    fix = None if granted == Known(value=True) else _fix(need, has_role=False)
    return (Observation(granted, says, addon.at.place, steps, fix),)


def _granted(addon: Addon, need: AddonNeed, context: Context) -> Value[bool]:
    """Whether an add-on may do what it needs. The pods of one that names a role leave the node's role alone."""
    named = _by_named_roles(addon, need, context)
    if named is not None and named != Known(value=True):
        return named
    return either([*_of_its_own(addon, need, context), *_of_nodes(addon, need, context)])


def _by_named_roles(addon: Addon, need: AddonNeed, context: Context) -> Value[bool] | None:
    """Whether one of the roles that an add-on names allows what it needs; None where it names none."""
    named = _named_roles(addon, context)
    allowed = either([_allows(role, need, context) for role in named])
    if named and allowed == Known(value=False) and isinstance(addon.associations, Unknown):
        return Unknown(addon.associations.reason, addon.associations.place)
    return allowed if named else None


def _named_roles(addon: Addon, context: Context) -> list[Value[Target | None]]:
    """The roles that an add-on names for its service accounts."""
    inside = [one.role for one in context.estate.associations if one.at.resource == addon.at.resource]
    return [role for role in (addon.role, *inside) if role is not None and role != Known(None)]


def _allows(role: Value[Target | None], need: AddonNeed, context: Context) -> Value[bool]:
    """Whether a role allows what an add-on needs; one of another app, or whose policies are open, is taken to."""
    found = _by_roles(lift(lambda target: (target,), role), need, context)
    refused = next(filter(None, (_refused(one, context) for one in known_in(role))), None)
    taken: Value[bool] = Unknown(refused, found.place) if refused else Known(value=True, place=found.place)
    if found == Known(value=False):
        return found
    if isinstance(role, Known) or not known_in(role):
        return taken
    answer = in_each_branch(role, lambda one: _allows(one, need, context))
    return answer if False in known_in(answer) else taken


def _refused(role: Target | None, context: Context) -> str | None:
    """Why CloudFormation cannot create a role of the app, which then gives nothing; None where it may."""
    found = context.estate.resources.role(role) if role is not None else None
    if found is None or not in_doubt(found, context.tables.managed_policies):
        return None
    from eks_guard.policy.facts.managed_policy import refusal  # noqa: PLC0415 (few roles leave a policy in doubt)

    return refusal(found, context)


def _of_empty_role(addon: Addon, name: str | None, need: AddonNeed) -> Observation:
    says = (
        f"{addon.at.id} installs {name} with a role that allows neither {need.actions[0]} nor anything else it "
        f"needs: {need.without}"
    )
    steps = (Step(0, "addon", f"{name} with a role", addon.at.place),)
    fix = _fix(need, has_role=True)
    return Observation(Known(value=False), says, addon.at.place, steps, fix=fix, remedy=f"{fix.title}.")


def _fix(need: AddonNeed, *, has_role: bool) -> Fix:
    from eks_guard.policy.facts.addon_role import with_policy, with_role  # noqa: PLC0415 (few add-ons need one)

    return with_policy(need) if has_role else with_role(need)


def _of_its_own(addon: Addon, need: AddonNeed, context: Context) -> Iterator[Value[bool]]:
    """By what is meant for the add-on alone."""
    yield addon.takes_role
    yield lift(lambda names: any(name in need.service_accounts for name in names), addon.associations)
    yield _by_associations(addon, need, context)
    configuration = addon.configuration
    if isinstance(configuration, Unknown) or _CREDENTIALS.search(configuration.value or ""):
        yield Unknown(f"the configuration of {addon.at.id} may give it credentials", configuration.place)
    cluster = context.cluster_of(addon.owner)
    if cluster:
        yield from _by_objects(cluster, need)


def _by_associations(addon: Addon, need: AddonNeed, context: Context) -> Value[bool]:
    """By associations that stand for themselves; those in an add-on have no namespace."""
    found = []
    for one in context.estate.associations:
        if one.owner != addon.owner and not isinstance(one.owner, Unowned):
            continue
        meant = lift(
            lambda space, account: space == need.namespace and account in need.service_accounts,
            one.namespace,
            one.service_account,
        )
        if meant == Known(value=False):
            continue
        if isinstance(meant, Unknown) or isinstance(one.owner, Unowned):
            return Unknown(f"the association {one.at.id} may cover it", one.at.place)
        found.append(one.at.resource)
    together = context.made_with(addon.at.resource, tuple(found)) if found else False
    return Unknown("conditions decide whether its association is created") if together is None else Known(together)


def _by_objects(cluster: Cluster, need: AddonNeed) -> Iterator[Value[bool]]:
    """By what manifests and patches make of its service account, or of its pods."""
    for account in cluster.identity.accounts:
        if account.namespace == need.namespace and account.name in need.service_accounts:
            yield Unknown(f"the service account {account.name} of the app may give it a role", account.place)
    stems = [account.partition("-")[0] for account in need.service_accounts]
    for patch in cluster.patches:
        target = patch.target
        if isinstance(target, Unknown) or any(stem in (target.value or "") for stem in stems):
            yield Unknown(f"the patch {patch.at.id} may give it credentials", patch.at.place)


def _of_nodes(addon: Addon, need: AddonNeed, context: Context) -> Iterator[Value[bool]]:
    """By the roles of the nodes, which pods may use where nothing keeps them from it."""
    cluster = context.cluster_of(addon.owner)
    nodes = _nodes(cluster)
    if cluster is None or not nodes:
        yield Unknown(
            "the app declares no nodes for its cluster, so the permissions of their roles are unknown", addon.at.place
        )
        return
    for group in nodes:
        yield _by_roles(_roles(group), need, context)
    for group in _nodes(context.estate):
        if isinstance(group.owner, Unowned) and _by_roles(_roles(group), need, context) != Known(value=False):
            yield Unknown(f"{group.at.id} may belong to the cluster", group.at.place)
    if len(context.estate.resources.of_types(GROUPS)) > len(context.estate.self_managed_groups):
        yield Unknown("an Auto Scaling group without a cluster tag may belong to this cluster", addon.at.place)
    if lift(bool, cluster.auto_mode.compute) != Known(value=False):
        yield Unknown("EKS Auto Mode creates nodes that the app does not declare", cluster.auto_mode.compute.place)
    yield from (_other_nodes(found) for found in cluster.manifests if _may_make_nodes(found))
    yield from (_other_nodes(found) for found in cluster.charts if _may_be_karpenter(found))


def _nodes(of: Cluster | Estate | None) -> tuple[NodeGroup | SelfManagedGroup, ...]:
    return (*of.node_groups, *of.self_managed_groups) if of else ()


def _other_nodes(maker: Manifest | Chart) -> Value[bool]:
    return Unknown(f"{maker.at.id} may add nodes with other roles", maker.at.place)


def _may_make_nodes(manifest: Manifest) -> bool:
    if isinstance(manifest.objects, Unknown):
        return True
    return any(item.kind in NODE_CLASS_KINDS for item in manifest.objects.value)


def _may_be_karpenter(chart: Chart) -> bool:
    """A chart of a public repository is what its name says; one from elsewhere may hold anything."""
    if not (isinstance(chart.chart, Known) and chart.chart.value and isinstance(chart.repository, Known)):
        return True
    return KARPENTER in chart.chart.value or not (chart.repository.value or "").startswith("https://")


def _roles(group: NodeGroup | SelfManagedGroup) -> Value[tuple[Target | None, ...]]:
    return lift(lambda role: (role,), group.role) if isinstance(group, NodeGroup) else lift(tuple, group.roles)


def _by_roles(roles: Value[tuple[Target | None, ...]], need: AddonNeed, context: Context) -> Value[bool]:
    policies = context.tables.managed_policies

    def one(role: Target | None) -> Value[bool]:
        if role is None:
            return Unknown("a node group has no role")
        return context.estate.resources.allows(role, need.actions, policies)

    return flatten(lift(lambda targets: either([one(target) for target in targets]), roles))


FACTS = (
    Fact(
        "addon.has_permissions",
        BOOLEAN,
        "Whether an add-on that calls AWS has permissions: through a role, an association, or the roles of all nodes.",
        "true",
        _has_permissions,
        match=("addon",),
    ),
)
