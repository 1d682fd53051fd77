"""The fact about what gives nodes a network: EKS's default add-ons, managed ones, or something of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.finding import Observation
from eks_guard.model.fix import Fix
from eks_guard.model.kubectl import Step
from eks_guard.model.value import OPEN_PART, Known, Unknown, Value, both, either, flatten, known_in, lift, under
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.properties import settled, why_unknown
from eks_guard.policy.operators import BOOLEAN
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.addons import Addon
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.nodes import NodeGroup
    from eks_guard.model.workloads import Manifest

VPC_CNI, KUBE_PROXY = "vpc-cni", "kube-proxy"
VENDORS = "_"
"""In the names of add-ons of the AWS Marketplace, such as `isovalent_cilium`, and in none of AWS's own."""

NOT_INITIALIZED = '"cni plugin not initialized"'
UNHEALTHY = '"NodeCreationFailure: Unhealthy nodes in the kubernetes cluster"'
ORDER_FIX = Fix.of(
    "Install the network plugin before the node group, not after it",
    typescript="nodes.node.addDependency(vpcCni);  // the node group; the add-on does not depend on it",
    python="nodes.node.add_dependency(vpc_cni)  # the node group; the add-on does not depend on it",
    cloudformation="DependsOn: VpcCni  # beside the Properties of the node group; without DependsOn in the add-on",
)


def _have_network(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    """One observation where EKS may leave its default add-ons out of a cluster with nodes."""
    left_out = lift(lambda brings: brings is False, cluster.self_managed_addons)
    nodes = [*(group.at for group in cluster.node_groups), *(group.at for group in cluster.self_managed_groups)]
    auto = lift(bool, cluster.auto_mode.compute)
    if not nodes or left_out == Known(value=False) or auto == Known(value=True):
        return ()
    needless = either([lift(lambda found: not found, left_out), auto])
    cases = () if any(not at.cases for at in nodes) else tuple(case for at in nodes for case in at.cases)
    has = under(either([needless, _routed(cluster, context)]), cases, context.estate.resources.possible)
    place = cluster.self_managed_addons.place or cluster.place
    late = list(_late(cluster, needless, context))
    if late:
        return (next((one for one in late if one.value == Known(value=False)), late[0]),)
    orders = (context.estate.resources.comes_first(cluster.resource, at.resource) for at in nodes)
    if False in known_in(has) and all(order is None for order in orders):
        reason = "another tool may install a network plugin before the stack with the nodes is deployed"
        has = settled(lift(lambda found: found or None, has), reason)
    says = (
        "bootstrapSelfManagedAddons is false, and no add-on, manifest or chart of the app installs a network plugin: "
        f"the nodes stay NotReady with {NOT_INITIALIZED}, and a managed node group fails after half an hour with "
        f"{UNHEALTHY}"
    )
    steps = (
        Step(0, "cluster", "bootstrapSelfManagedAddons: false", place),
        *(Step(1, "nodes", at.resource.logical_id, at.place) for at in nodes),
    )
    return (Observation(has, says, place, steps, if_unknown=why_unknown(has)),)


def _late(cluster: Cluster, needless: Value[bool], context: Context) -> Iterator[Observation]:
    """What is wrong where the plugin waits for a managed group, which waits for nodes that are ready."""
    comes_first = context.estate.resources.comes_first
    plugins = [addon.at for addon in cluster.addons if addon.name == Known(VPC_CNI)]
    for nodes in cluster.node_groups:
        group = nodes.at
        after = [at for at in plugins if comes_first(group.resource, at.resource)]
        if not after:
            continue
        others = [_is_there(addon, VPC_CNI, context) for addon in cluster.addons if addon.at not in after]
        empty = lift(lambda waits: not waits, _waits_for_nodes(nodes))
        in_time = either([needless, empty, *others, *_others(cluster)])
        in_time = under(in_time, group.cases, context.estate.resources.possible)
        if in_time == Known(value=True):
            continue
        says = (
            f"{after[0].id} installs the network plugin only after {group.id}, whose nodes are not ready without it: "
            f"they stay NotReady with {NOT_INITIALIZED}, and the node group fails after half an hour with {UNHEALTHY}"
        )
        steps = (
            Step(0, "cluster", "bootstrapSelfManagedAddons: false", cluster.self_managed_addons.place),
            Step(1, "nodes", group.resource.logical_id, group.place),
            Step(2, "addon", f"{after[0].resource.logical_id} depends on the nodes", after[0].place),
        )
        why = why_unknown(in_time)
        observed = Observation(in_time, says, after[0].place, steps, fix=ORDER_FIX, if_unknown=why)
        yield replace(observed, remedy=f"{ORDER_FIX.title}.")


def _waits_for_nodes(group: NodeGroup) -> Value[bool]:
    """Whether a managed group starts nodes when it is created: EKS starts two where no size is written."""
    unsized = group.min_size == group.max_size == Known(None)
    return lift(lambda desired: unsized if desired is None else desired != 0, group.desired_size)


def _is_there(addon: Addon, wanted: str, context: Context) -> Value[bool]:
    """Whether an add-on is the one of a name, and deployments make it."""
    found = lift(lambda name: name == wanted, addon.name)
    return found if found == Known(value=False) else both([found, context.estate.resources.is_made(addon.at.resource)])


def _others(cluster: Cluster) -> Iterator[Value[bool]]:
    """Whether each other thing of the app brings a network plugin; a chart may hold anything."""
    for addon in cluster.addons:
        if _is_of_a_vendor(addon):
            yield Unknown(f"the add-on {addon.at.id} may install a network plugin", addon.at.place)
    for chart in cluster.charts:
        yield Unknown(f"the chart {chart.at.id} may install a network plugin", chart.at.place)
    for manifest in cluster.manifests:
        if _may_hold_a_plugin(manifest):
            yield Unknown(f"the manifest {manifest.at.id} may install a network plugin", manifest.at.place)


def _is_of_a_vendor(addon: Addon) -> bool:
    """Whether it is, or may be: a name that is open may be any."""
    if isinstance(addon.name, Known):
        return VENDORS in (addon.name.value or "")
    return not addon.name.candidates or any(VENDORS in (one.value or "") for one in addon.name.candidates)


def _may_hold_a_plugin(manifest: Manifest) -> bool:
    """What sets up the network of a node has to run in it, not in one of its own."""
    if isinstance(manifest.objects, Unknown):
        return True
    return any(_is_in_network_of_node(item.body) for item in manifest.objects.value)


def _is_in_network_of_node(body: Any) -> bool:
    if isinstance(body, dict):
        asked = body.get("hostNetwork")
        open_ = isinstance(asked, str) and OPEN_PART in asked
        return asked is True or open_ or any(_is_in_network_of_node(inner) for inner in body.values())
    return isinstance(body, list) and any(_is_in_network_of_node(inner) for inner in body)


def _routed(cluster: Cluster, context: Context) -> Value[bool]:
    """Whether there is a plugin. The VPC CNI needs kube-proxy, unless something else of the app routes services."""
    others = tuple(_others(cluster))
    plugin = either([*(_is_there(addon, VPC_CNI, context) for addon in cluster.addons), *others])
    proxy = either([_is_there(addon, KUBE_PROXY, context) for addon in cluster.addons])
    reason = "the app installs vpc-cni but not kube-proxy: nothing in the app routes service addresses"
    elsewhere = either(others)
    unrouted = elsewhere if isinstance(elsewhere, Unknown) else Unknown[bool](reason, plugin.place)
    if isinstance(proxy, Unknown) and not (proxy.candidates or proxy.branches):
        return plugin
    return flatten(lift(lambda has, routes: unrouted if has and not routes else Known(has), plugin, proxy))


FACTS = (
    Fact(
        "nodes.have_network",
        BOOLEAN,
        "Whether a network plugin and kube-proxy are installed when EKS omits its default add-ons.",
        "true",
        _have_network,
    ),
)
