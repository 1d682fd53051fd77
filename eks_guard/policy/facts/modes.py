"""Facts about the modes of a cluster, which must agree with what the app makes: access, and EKS Auto Mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.value import Known, Value, both, lift, under
from eks_guard.policy.facts.cluster import on_or_off, one, setting
from eks_guard.policy.facts.fact import Context, Fact, later
from eks_guard.policy.facts.fixes import without_auto_mode_fix
from eks_guard.policy.operators import BOOLEAN
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.model.addons import Capability
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.model.identity import AccessEntry
    from eks_guard.model.workloads import Manifest

CONFIG_MAP = "CONFIG_MAP"
ADDONS_MUST_BE_OFF = '"When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false."'
CREATOR = '"bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP"'
ADDONS_OFF = Fix.of(
    "Leave the default add-ons off: EKS Auto Mode brings its own",
    typescript="bootstrapSelfManagedAddons: false",
    python="bootstrap_self_managed_addons=False",
    cloudformation="BootstrapSelfManagedAddons: false",
)
NODE_ROLE = Fix.of(
    "Give the node pools a role for their nodes",
    typescript="nodeRoleArn: nodeRole.roleArn,  // in computeConfig",
    python="node_role_arn=node_role.role_arn,  # in compute_config",
    cloudformation="ComputeConfig:  # keep the rest of it\n  NodeRoleArn: !GetAtt NodeRole.Arn",
)
NODE_POOLS = Fix.of(
    "Name the node pools that use the role",
    typescript="nodePools: ['system', 'general-purpose'],  // in computeConfig",
    python='node_pools=["system", "general-purpose"],  # in compute_config',
    cloudformation="ComputeConfig:  # keep the rest of it\n  NodePools: [system, general-purpose]",
)


def _auto_mode_agrees(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    """The switches are all on or all off, and with them on EKS takes nothing that contradicts them."""
    mode = cluster.auto_mode
    switches = {"compute": mode.compute, "block storage": mode.storage, "load balancing": mode.load_balancing}
    if all(isinstance(switch, Known) and switch.value is None for switch in switches.values()):
        return ()
    agrees = lift(lambda *on: len({bool(switch) for switch in on}) == 1, *switches.values())
    words = ", ".join(f"{name} {on_or_off(switch)}" for name, switch in switches.items())
    says = (
        f"the switches of EKS Auto Mode disagree ({words}): the deploy will fail, because EKS requires compute, "
        "block storage and load balancing all on or all off"
    )
    found = (*one(cluster, agrees, says, words), *_beside_auto_mode(cluster))
    override = without_auto_mode_fix(cluster)
    return tuple(replace(each, fix=override) for each in found) if override else found


def _beside_auto_mode(cluster: Cluster) -> Iterator[Observation]:
    mode, addons = cluster.auto_mode, cluster.self_managed_addons
    if addons != Known(None):
        fits = lift(lambda on, brings: not on or not brings, mode.compute, addons)
        says = (
            "EKS Auto Mode is on and bootstrapSelfManagedAddons is true: the deploy will fail with "
            f"{ADDONS_MUST_BE_OFF}"
        )
        yield from _with(
            ADDONS_OFF, one(cluster, _at(fits, addons), says, setting("bootstrapSelfManagedAddons", addons))
        )
    fits = lift(
        lambda on, pools, role: not on or not pools or role is not None, mode.compute, mode.pools, mode.node_role
    )
    if mode.pools != Known(()):
        pools = in_branches(mode.pools)
        says = f"EKS Auto Mode has the node pools {pools} but no node role: EKS refuses one without the other"
        pools_only = one(cluster, _at(fits, mode.pools), says, f"nodePools: {in_branches(mode.pools)}")
        yield from _with(NODE_ROLE, pools_only)
    if mode.node_role != Known(None):
        fits = lift(
            lambda on, pools, role: not on or role is None or bool(pools), mode.compute, mode.pools, mode.node_role
        )
        says = "EKS Auto Mode has a node role but no node pools: EKS refuses one without the other"
        role_only = one(cluster, _at(fits, mode.node_role), says, f"nodeRoleArn: {in_branches(mode.node_role)}")
        yield from _with(NODE_POOLS, role_only)


def _with(fix: Fix, observations: tuple[Observation, ...]) -> Iterator[Observation]:
    return (replace(found, fix=fix, remedy=f"{fix.title}.") for found in observations)


def _access_fits_mode(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    return tuple(
        observation
        for fits, says in _asked_of_mode(cluster, context)
        for observation in one(cluster, fits, says, setting("authenticationMode", cluster.access.mode))
    )


def _asked_of_mode(cluster: Cluster, context: Context) -> Iterator[tuple[Value[bool], str]]:
    """What the app needs of the authentication mode, and what follows where it is another."""
    access, mode = cluster.access, in_branches(cluster.access.mode)
    if cluster.access_entries:
        count = len(cluster.access_entries)
        entries = f"{count} access entries" if count > 1 else "an access entry"
        fits = _is_not(CONFIG_MAP, cluster, cluster.access_entries, context)
        yield (
            fits,
            f"the app creates {entries}, but the authentication mode is {mode}: EKS refuses access entries",
        )
    if cluster.capabilities:
        fits = _is_not(CONFIG_MAP, cluster, cluster.capabilities, context)
        says = f"the app creates a capability, but the authentication mode is {mode}"
        yield fits, f"{says}: EKS refuses it, because capabilities need access entries"
    written = tuple(filter(_is_aws_auth, cluster.manifests))
    if written:
        fits = _is_not("API", cluster, written, context)
        yield fits, "the app writes the aws-auth ConfigMap, but the authentication mode is API: EKS ignores it"
    if access.creator_is_admin not in (Known(None), Known(value=True)):
        fits = lift(
            lambda found, admin: found != CONFIG_MAP or admin is not False, access.mode, access.creator_is_admin
        )
        says = f"the cluster's creator is not made an admin, but the authentication mode is {mode}"
        yield fits, f"{says}: the deploy will fail with {CREATOR}"
    remote = cluster.network.has_remote_networks
    if remote != Known(value=False):
        fits = lift(lambda found, has: found != CONFIG_MAP or not has, access.mode, remote)
        says = f"the cluster has remote networks for hybrid nodes, but the authentication mode is {mode}"
        yield fits, f"{says}: EKS refuses it, because hybrid nodes need access entries"


def _is_not(
    refused: str, cluster: Cluster, things: Iterable[AccessEntry | Capability | Manifest], context: Context
) -> Value[bool]:
    """Whether the mode is another than one wherever a deployment makes one of some things."""
    fits = lift(lambda found: found != refused, cluster.access.mode)
    return both([under(fits, thing.at.cases, context.estate.resources.possible) for thing in things])


def _is_aws_auth(manifest: Manifest) -> bool:
    objects = manifest.objects.value if isinstance(manifest.objects, Known) else ()
    return any((item.kind, item.namespace, item.name) == ("ConfigMap", "kube-system", "aws-auth") for item in objects)


def _at(value: Value[bool], deciding: Value[Any]) -> Value[bool]:
    """The value at the place of what decides it."""
    place = deciding.place
    return replace(value, place=place)


FACTS = (
    Fact(
        "auto_mode.agrees",
        BOOLEAN,
        (
            "Whether the switches of EKS Auto Mode are consistent with each other and with node pools, node role and "
            "default add-ons."
        ),
        "true",
        _auto_mode_agrees,
    ),
    Fact(
        "access.fits_mode",
        BOOLEAN,
        "Whether access entries, capabilities, aws-auth, the creator's access and remote networks fit the mode.",
        "true",
        _access_fits_mode,
    ),
    Fact(
        "entry.accepted",
        BOOLEAN,
        "Whether EKS accepts the groups, the type and the access policies of an access entry.",
        "true",
        later("eks_guard.policy.facts.entry_accepted", "accepted"),
        match=("access-entry",),
    ),
)
