"""Whether subnets give the instances of a managed node group the public addresses without which EKS refuses it.

https://docs.aws.amazon.com/eks/latest/userguide/create-managed-node-group.html,
https://github.com/aws/containers-roadmap/issues/2444
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value, both, either, known_in, lift
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.launches import launches, through
from eks_guard.policy.facts.properties import in_each_branch, why_unknown
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.network import Subnet
    from eks_guard.model.nodes import NodeGroup
    from eks_guard.model.resource import Target


def _gets_addresses(group: NodeGroup, context: Context) -> tuple[Observation, ...]:
    """One observation where the app makes subnets of the group; those of another app may be of any kind."""
    made = context.estate.subnets_in(*known_in(group.subnets))
    if not made:
        return ()
    bare = in_each_branch(group.subnets, lambda subnets: _any_bare(subnets, context))
    gets = either([lift(lambda found: not found, bare), _by_interfaces(group)])
    says = (
        "a subnet of the node group is public and gives instances no public address: EKS refuses the group with "
        '"does not automatically assign public IP addresses to instances launched into it"'
    )
    place = group.subnets.place or group.at.place
    return (Observation(gets, says, place, tuple(_steps(group, made, bare)), if_unknown=why_unknown(gets)),)


def _any_bare(subnets: Value[tuple[Target, ...]], context: Context) -> Value[bool]:
    """Whether instances in one of them have a route to an internet gateway, and no address to use it with."""
    return either([_is_bare(subnet, context) for subnet in context.estate.subnets_in(*known_in(subnets))])


def _is_bare(subnet: Subnet, context: Context) -> Value[bool]:
    without = lift(lambda given: not given, subnet.has_public_addresses)
    if without == Known(value=False):
        return without
    return both([context.estate.resources.is_public(subnet.at.resource), without])


def _by_interfaces(group: NodeGroup) -> Value[bool]:
    """Unknown where network interfaces of a launch template may say it instead of the subnet."""
    for launch in launches(group):
        written = through(launch, lambda template: lift(lambda found: found or None, template.writes_interfaces))
        if isinstance(written, Unknown):
            return Unknown(written.reason, written.place)
        if written.value:
            reason = "the network interfaces in the launch template may say whether instances get public addresses"
            return Unknown(reason, written.place)
    return Known(value=False)


def _steps(group: NodeGroup, made: tuple[Subnet, ...], bare: Value[bool]) -> Iterator[Step]:
    yield Step(0, "node group", group.at.resource.logical_id, group.at.place)
    for subnet in made:
        given = subnet.has_public_addresses
        says = "assigns public addresses" if given == Known(value=True) else "assigns no public addresses"
        yield Step(1, "subnet", f"{subnet.at.resource.logical_id} {says}", given.place or subnet.at.place)
    if bare == Known(value=True) and bare.place:
        yield Step(1, "route", "to an internet gateway", bare.place)


FACTS = (
    Fact(
        "nodegroup.gets_addresses",
        BOOLEAN,
        "Whether the instances of a managed node group get public addresses in its public subnets, if it has any.",
        "true",
        _gets_addresses,
        match=("nodegroup",),
    ),
)
