"""Facts about what the pods of a cluster run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.resource import made_together
from eks_guard.model.value import Known, Unknown, Value, either, known_in, lift
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.properties import in_each_branch, why_unknown
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.nodes import FargateProfile
    from eks_guard.model.resource import Target


def _alone(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    """Auto Mode brings nodes of its own."""
    alone = lift(lambda only, auto: only and not auto, cluster.fargate.alone, cluster.auto_mode.compute)
    makes_nodes = isinstance(cluster.auto_mode.compute, Known) and cluster.auto_mode.compute.value
    if not makes_nodes and _may_lack_nodes(cluster, context):
        alone = Unknown("conditions decide whether the cluster has nodes beside its Fargate profiles", cluster.place)
    if cluster.network.has_remote_networks != Known(value=False) and alone != Known(value=False):
        alone = Unknown("the cluster has remote networks, for hybrid nodes that appear in no template", cluster.place)
    return _about(cluster, alone, "the cluster has Fargate profiles and no nodes")


def _may_lack_nodes(cluster: Cluster, context: Context) -> bool:
    """Whether a deployment may make a profile without any of the groups of nodes."""
    groups = (*(group.at for group in cluster.node_groups), *(group.at for group in cluster.self_managed_groups))
    nodes = tuple(at[0].resource for at in made_together(groups))
    profiles = (at[0].resource for at in made_together(profile.at for profile in cluster.fargate.profiles))
    return bool(nodes) and any(context.made_with(one, nodes) is not True for one in profiles)


def _runs_coredns(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    says = (
        "the cluster has Fargate profiles and no nodes, but CoreDNS cannot run on Fargate: no profile selects its pods "
        "in kube-system, or a setting keeps them on EC2. They stay Pending, and pods cannot resolve names"
    )
    return _about(cluster, cluster.fargate.runs_coredns, says)


def _in_private_subnets(profile: FargateProfile, context: Context) -> tuple[Observation, ...]:
    """One observation where the app makes subnets of the profile; those of another app may be of any kind."""
    made = context.estate.subnets_in(*known_in(profile.subnets))
    if not made:
        return ()
    public = in_each_branch(profile.subnets, lambda subnets: _any_public(subnets, context))
    private = lift(lambda found: not found, public)
    says = (
        "a subnet of the profile is public: its route table leads to an internet gateway. EKS refuses the profile with "
        '"provided in Fargate Profile is not a private subnet"'
    )
    steps = [Step(0, "profile", profile.at.resource.logical_id, profile.at.place)]
    steps += [Step(1, "subnet", subnet.at.resource.logical_id, subnet.at.place) for subnet in made]
    if private == Known(value=False) and private.place:
        steps.append(Step(1, "route", "to an internet gateway", private.place))
    place = profile.subnets.place or profile.at.place
    return (Observation(private, says, place, tuple(steps), if_unknown=why_unknown(private)),)


def _any_public(subnets: Value[tuple[Target, ...]], context: Context) -> Value[bool]:
    made = context.estate.subnets_in(*known_in(subnets))
    return either([context.estate.resources.is_public(subnet.at.resource) for subnet in made])


def _about(cluster: Cluster, value: Value[bool], says: str) -> tuple[Observation, ...]:
    if not cluster.fargate.profiles:
        return ()
    sentence = says if isinstance(value, Known) else f"unknown: {in_words(value)}"
    sites = [profile.at for profile in cluster.fargate.profiles]
    steps = tuple(Step(0, "profile", at.resource.logical_id, at.place) for at in sites)
    return (Observation(value, sentence, sites[0].place, steps),)


FACTS = (
    Fact(
        "fargate.alone",
        BOOLEAN,
        (
            "Whether a cluster with Fargate profiles has no nodes: no node group, self-managed nodes, Karpenter or "
            "Auto Mode."
        ),
        "false",
        _alone,
    ),
    Fact(
        "fargate.runs_coredns",
        BOOLEAN,
        "Whether a Fargate profile selects the pods of CoreDNS, and no setting keeps them on EC2.",
        "true",
        _runs_coredns,
    ),
    Fact(
        "fargate.in_private_subnets",
        BOOLEAN,
        "Whether the subnets of a Fargate profile are private: no route leads to an internet gateway.",
        "true",
        _in_private_subnets,
        match=("fargate-profile",),
    ),
)
