"""Facts about the availability zones of the control plane: in how many it is, and whether EKS takes so few.

https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value, either, flatten, known_in, lift
from eks_guard.policy.facts.cluster import one
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.portable import counted
from eks_guard.policy.facts.properties import in_each_branch, why_unknown
from eks_guard.policy.operators import BOOLEAN, INTEGER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.resource import Target

LEAST = 2


def _zones(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    zones = _count(cluster, context)
    noun = "availability zone" if zones == Known(1) else "availability zones"
    return one(cluster, zones, counted("the subnets of the control plane are in {} " + noun, zones))


def _spans_zones(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    """One observation where the app decides it: by the zones of its own subnets, or by naming a single one."""
    subnets = cluster.network.subnets
    if subnets == Known(()) or cluster.network.on_outpost == Known(value=True):
        return ()
    if not any(_is_decided(branch, context) for branch in known_in(subnets)):
        return ()
    enough = in_each_branch(subnets, lambda found: _are_enough(found, context))
    spans = either([cluster.network.on_outpost, enough])
    place = subnets.place or cluster.place
    return (
        Observation(spans, _too_few(subnets), place, tuple(_steps(cluster, context)), if_unknown=why_unknown(spans)),
    )


def _count(cluster: Cluster, context: Context) -> Value[int]:
    return flatten(lift(context.estate.resources.zones, cluster.network.subnets))


def _are_enough(subnets: Value[tuple[Target, ...]], context: Context) -> Value[bool]:
    """Whether some subnets are in enough zones; those that the app does not decide are taken to be."""
    if isinstance(subnets, Unknown) or not _is_decided(subnets.value, context):
        return Known(value=True)
    return lift(lambda count: count >= LEAST, context.estate.resources.zones(subnets.value))


def _is_decided(subnets: tuple[Target, ...], context: Context) -> bool:
    """Whether the app decides in how many zones some subnets are: it makes each of them, or they tell by themselves."""
    enough = lift(lambda count: count >= LEAST, context.estate.resources.zones(subnets))
    return isinstance(enough, Known) or all(context.estate.subnet(one) for one in subnets)


def _too_few(subnets: Value[tuple[Target, ...]]) -> str:
    found = "has a single subnet" if lift(len, subnets) == Known(1) else "has all its subnets in one availability zone"
    return (
        f'the control plane {found}: EKS refuses to create the cluster with "Subnets specified must be in at least two '
        'different AZs"'
    )


def _steps(cluster: Cluster, context: Context) -> Iterator[Step]:
    """The subnets of the control plane, each of the app with its zone."""
    subnets = cluster.network.subnets
    yield Step(0, "cluster", f"subnets: {in_words(lift(len, subnets))}", subnets.place or cluster.place)
    named = subnets.value if isinstance(subnets, Known) else ()
    for subnet in context.estate.subnets_in(named):
        zone = in_words(subnet.zone)
        yield Step(1, "subnet", f"{subnet.at.resource.logical_id} in {zone}", subnet.zone.place or subnet.at.place)


FACTS = (
    Fact(
        "cluster.zones",
        INTEGER,
        "In how many availability zones the subnets of the control plane are.",
        "2",
        _zones,
    ),
    Fact(
        "cluster.spans_zones",
        BOOLEAN,
        "Whether the control plane has subnets in two availability zones, as EKS requires; not asked of unread zones.",
        "true",
        _spans_zones,
    ),
)
