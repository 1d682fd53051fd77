"""The subnets and security groups of the app that clusters use, themselves or by their nodes and handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Attribute, Literal
from eks_guard.model.network import SecurityGroup, SecurityRule, Subnet
from eks_guard.model.resource import Link, Unowned
from eks_guard.model.value import Known, Unknown, known_in
from eks_guard.resolve.network.security_groups import EGRESS, GROUP, INGRESS
from eks_guard.resolve.read import flag, read, read_target, read_text, whole_number
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.resource import Owner, ResourceId, Target
    from eks_guard.model.value import Value
    from eks_guard.resolve.network.uses import Use

SUBNET = "AWS::EC2::Subnet"
PEERS = (
    "CidrIp",
    "CidrIpv6",
    "SourceSecurityGroupId",
    "DestinationSecurityGroupId",
    "SourceSecurityGroupName",
    "SourcePrefixListId",
    "DestinationPrefixListId",
)
"""Where a rule names its other end, one of them:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ec2-securitygroup-ingress.html"""


def subnets_of(assembly: CloudAssembly, uses: Iterable[Use]) -> Iterator[Subnet]:
    """The subnets of the app that some things are in."""
    owners = _owners(uses)
    for resource in assembly.resources(SUBNET) if owners else ():
        if resource.id in owners:
            properties = resource.properties
            yield Subnet(
                at=site_of(resource),
                owners=owners[resource.id],
                vpc=read_target(properties, "VpcId"),
                cidr=read_text(properties, "CidrBlock"),
                zone=read_text(properties, "AvailabilityZone"),
                has_public_addresses=read(properties, "MapPublicIpOnLaunch", parse=flag, absent=False),
            )


def security_groups_of(assembly: CloudAssembly, uses: Iterable[Use]) -> Iterator[SecurityGroup]:
    """The security groups of the app that some things have."""
    owners = _owners(uses)
    if not owners:
        return
    separate = [(rule, rule.properties.dig("GroupId")) for rule in assembly.resources(INGRESS, EGRESS)]
    for resource in assembly.resources(GROUP):
        if resource.id in owners:
            mine = [rule for rule, home in separate if isinstance(home, Attribute) and home.resource == resource]
            yield SecurityGroup(
                at=site_of(resource),
                owners=owners[resource.id],
                vpc=read_target(resource.properties, "VpcId"),
                ingress=_rules(resource, "SecurityGroupIngress", [rule for rule in mine if rule.type == INGRESS]),
                egress=_rules(resource, "SecurityGroupEgress", [rule for rule in mine if rule.type == EGRESS]),
            )


def _owners(uses: Iterable[Use]) -> Mapping[ResourceId, tuple[Owner, ...]]:
    """Whose each resource of the app is: the clusters that use it, or what is known of those that are none of ours."""
    found: dict[ResourceId, dict[Owner, None]] = {}
    for owner, value in uses:
        for link in _links(value):
            found.setdefault(link.resource, {})[owner] = None
    return {resource: _known(tuple(owners)) for resource, owners in found.items()}


def _known(owners: tuple[Owner, ...]) -> tuple[Owner, ...]:
    return tuple(owner for owner in owners if not isinstance(owner, Unowned)) or owners


def _links(value: Value[tuple[Target, ...]]) -> Iterator[Link]:
    """The resources that a list names, in any of the branches of a deployment."""
    return (target for targets in known_in(value) for target in targets if isinstance(target, Link))


def _rules(group: Resource, key: str, separate: Iterable[Resource]) -> Value[tuple[SecurityRule, ...]]:
    """The rules that a group lists, and those beside it."""
    beside = tuple(_rule(resource.properties) for resource in separate)
    match group.properties.dig(key):
        case Literal(node) if isinstance(node.raw, list):
            children = [node.child(index, raw).follow() for index, raw in enumerate(node.raw)]
            inside = [child.node for child in children if isinstance(child, Literal)]
            if len(inside) == sum(not isinstance(child, Absent) for child in children):
                return Known((*map(_rule, inside), *beside), node.place)
        case Absent():
            return Known(beside, group.place)
    return Unknown("which rules it has is decided when the stack is deployed", group.place)


def _rule(written: Node) -> SecurityRule:
    peers = (read_target(written, key) for key in PEERS)
    return SecurityRule(
        protocol=read_text(written, "IpProtocol"),
        first_port=read(written, "FromPort", parse=whole_number, absent=None),
        last_port=read(written, "ToPort", parse=whole_number, absent=None),
        peer=next((peer for peer in peers if peer != Known(None)), Known(None, written.place)),
        place=written.place,
    )
