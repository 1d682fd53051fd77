"""Which VPC subnets are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute, Literal
from eks_guard.change.wording import old_place, place_of
from eks_guard.model.change import Fate
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node
    from eks_guard.change.fates import Fates

SUBNET = "AWS::EC2::Subnet"
ANOTHER_VPC = "EKS will refuse: the subnets are in another VPC, and a cluster's VPC cannot change"
SECOND_CLUSTER = "Build a second cluster in the other VPC and move the workloads."


def another_vpc(fates: Fates, old: Node, new: Node) -> tuple[Step, ...] | None:
    """The proof that subnets are of another VPC than before; None where they are not, or it is not known."""
    before, after = _vpcs(fates, old, new=False), _vpcs(fates, new, new=True)
    if before is None or after is None or before & after:
        return None
    return (
        Step(0, "before", f"the subnets are in {_words(before)}", old_place(old)),
        Step(1, "after", f"the subnets are in {_words(after)}", place_of(new)),
    )


def _vpcs(fates: Fates, node: Node, *, new: bool) -> frozenset[str] | None:
    """The VPCs of some subnets; None where one is not known."""
    entries = fates.comparison.entries(node)
    if isinstance(entries, Unknown) or not entries:
        return None
    found = {_vpc(fates, entry, new=new) for entry in entries}
    return None if None in found else frozenset(name for name in found if name)


def _vpc(fates: Fates, subnet: Node, *, new: bool) -> str | None:
    leads_to = subnet.follow()
    if not (isinstance(leads_to, Attribute) and leads_to.resource.type == SUBNET):
        return None
    vpc = fates.at(leads_to.resource, Property.VPC).follow()
    if isinstance(vpc, Literal):
        return str(vpc.node.raw)
    if not isinstance(vpc, Attribute):
        return None
    name = "/".join(fates.pairing.key(vpc.resource))
    if new and fates.of(vpc.resource).fate is Fate.UNKNOWN:
        return None
    return f"{name} (a new one)" if new and fates.of(vpc.resource).fate is Fate.REPLACED else name


def _words(names: frozenset[str]) -> str:
    return " and ".join(sorted(names))
