"""What security groups let through on TCP 443: a function out to AWS, and into the cluster.

A group lets everything out until it lists what it lets out, and nothing in until it lists that:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.existence import made_with
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, alternatives, reason_of
from eks_guard.assembly.stack import Resource
from eks_guard.model import asked
from eks_guard.model.network import Passage
from eks_guard.model.value import Known, Unknown, Value, both, choose, either, lift
from eks_guard.records import cached_property
from eks_guard.resolve.read import read, text
from eks_guard.resolve.spellings import BY_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node

    GroupKey: TypeAlias = Resource | tuple[Resource, str] | str

GROUP, INGRESS, EGRESS = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"
OF_EKS = "ClusterSecurityGroupId"
"""The group that EKS makes for a cluster; its members reach each other:
https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html"""
ANYWHERE, NOWHERE = "0.0.0.0/0", "255.255.255.255/32"
HTTPS = 443
ALL_PROTOCOLS, TCP = ("-1", "all"), ("tcp", "6")


class SecurityGroups:
    """The security groups of an assembly, with the rules that are resources of their own."""

    def __init__(self, assembly: CloudAssembly, declared: tuple[tuple[str, bool], ...]) -> None:
        self._assembly = assembly
        self._declared = declared

    def passage(self, function: Resource, callers: Iterable[Resource], cluster: Resource | None) -> Passage:
        """What the groups of a handler, and of those that call it, let it do."""
        out = both([self._lets_out(caller) for caller in callers])
        return Passage(out, self._lets_in(function, cluster) if cluster else Known(value=True))

    def _lets_out(self, function: Resource) -> Value[bool]:
        return _by_groups(function, lambda groups: self._let_out(groups, function))

    def _let_out(self, groups: list[Resolution], function: Resource) -> Value[bool]:
        out = either([self._group_lets_out(group, function) for group in groups])
        closed = next((group.resource.place for group in groups if isinstance(group, Attribute)), function.place)
        return Known(out.value, closed) if isinstance(out, Known) else out

    def _group_lets_out(self, found: Resolution, function: Resource) -> Value[bool]:
        if isinstance(found, Attribute) and found.name == OF_EKS:
            return Known(value=True)  # EKS lets everything out of the group that it makes
        if not (isinstance(found, Attribute) and found.resource.type == GROUP):
            return self._declared_out(function)
        group = found.resource
        written = group.properties.dig("SecurityGroupEgress")
        if isinstance(written, Absent):
            return Known(value=True)
        values = [*_inline(group, "SecurityGroupEgress", _out_by), *self._separate(EGRESS, group, function, _out_by)]
        return either(values) if values else Known(value=True)

    def _declared_out(self, function: Resource) -> Value[bool]:
        """What a group of another app lets out: all, if the project declares that what runs in the subnets gets out."""
        subnets = _listed(function.properties.dig("VpcConfig", "SubnetIds")) or ()
        names = [str(found.node.raw) for found in subnets if isinstance(found, Literal)]
        if names and len(names) == len(subnets) and all(map(self._is_declared_open, names)):
            return Known(value=True, place=function.place)
        foreign = "a security group of it is not part of this app, so what that lets out is unknown"
        settled = f"; {asked.SUBNETS(', '.join(names))}" if names else ""
        return Unknown(f"{foreign}{settled}", function.place)

    def _is_declared_open(self, subnet: str) -> bool:
        return any(egress and fnmatchcase(subnet, glob) for glob, egress in self._declared)

    def _lets_in(self, function: Resource, cluster: Resource) -> Value[bool]:
        keys = BY_TYPE[cluster.type].keys("resourcesVpcConfig", "securityGroupIds")
        theirs = cluster.properties.dig(*keys)

        def let_in(mine: list[Resolution]) -> Value[bool]:
            members = {_key(group) for group in mine}
            if (cluster, OF_EKS) in members:
                return Known(value=True)
            branches = [(when, self._admits(found, members, function, cluster)) for when, found in alternatives(theirs)]
            return choose(branches, f"which security groups the cluster has {reason_of(theirs)}", cluster.place)

        return _by_groups(function, let_in)

    def _admits(
        self, written: Resolution, mine: set[GroupKey | None], function: Resource, cluster: Resource
    ) -> Value[bool]:
        """Whether one of the groups of a cluster lets in one of those of a handler."""
        made_by_eks: GroupKey = (cluster, OF_EKS)

        def by(rule: Node) -> Value[bool]:
            return _in_by(rule, mine)

        groups = () if isinstance(written, Absent) else _listed(written)
        if groups is None:
            return Unknown("the security groups of the cluster are unknown", cluster.place)
        values = list(self._separate(INGRESS, made_by_eks, function, by))
        for key in map(_key, groups):
            if isinstance(key, Resource):
                values += [*_inline(key, "SecurityGroupIngress", by), *self._separate(INGRESS, key, function, by)]
            elif key != made_by_eks:
                values.append(Unknown("a security group of the cluster is not part of this app", cluster.place))
        if not all(isinstance(key, Resource) for key in mine):
            values.append(
                Unknown("a security group of it is not part of this app, nor who lets that in", function.place)
            )
        admitted = either(values)
        return Known(admitted.value, cluster.place) if isinstance(admitted, Known) else admitted

    def _separate(
        self, kind: str, group: GroupKey, function: Resource, judge: Callable[[Node], Value[bool]]
    ) -> Iterable[Value[bool]]:
        """What the rules of a group say that are resources of their own, where there is the function."""
        for rule, home in self._rules:
            if rule.type != kind or home not in (group, None):
                continue
            made = made_with(function, [rule])
            value = Known(value=False) if made is False else judge(rule.properties)
            if value == Known(value=True) and (home is None or not made):
                yield Unknown(f"unknown whether the rule {rule.logical_id} exists, and for which group")
            else:
                yield value

    @cached_property
    def _rules(self) -> Sequence[tuple[Resource, GroupKey | None]]:
        return [(rule, _key(rule.properties.dig("GroupId"))) for rule in self._assembly.resources(INGRESS, EGRESS)]


def _key(found: Resolution) -> GroupKey | None:
    """What tells one group from another; None where the deployment decides which it is."""
    match found:
        case Attribute(resource, name):
            return resource if resource.type == GROUP else (resource, name)
        case Literal(node) if isinstance(node.raw, str):
            return node.raw
    return None


def _by_groups(function: Resource, judge: Callable[[list[Resolution]], Value[bool]]) -> Value[bool]:
    """What holds for the groups of a function, whichever list conditions choose; true where none is written."""
    written = function.properties.dig("VpcConfig", "SecurityGroupIds")

    def judged(found: Resolution) -> Value[bool]:
        groups = [] if isinstance(found, Absent) else _listed(found)
        if groups is None:
            return Unknown(
                f"the security groups of {function.logical_id} are unknown: {reason_of(found)}", function.place
            )
        return judge(groups) if groups else Known(value=True)

    branches = [(when, judged(found)) for when, found in alternatives(written)]
    return choose(branches, f"which security groups {function.logical_id} has {reason_of(written)}", function.place)


def _listed(found: Resolution) -> list[Resolution] | None:
    if not (isinstance(found, Literal) and isinstance(found.node.raw, list)):
        return None
    return [item.follow() for item in found.node.items() or ()]


def _inline(group: Resource, name: str, judge: Callable[[Node], Value[bool]]) -> Iterable[Value[bool]]:
    written = group.properties.dig(name)
    if isinstance(written, Absent):
        return
    rules = _listed(written)
    for rule in rules if rules is not None else [written]:
        if isinstance(rule, Literal) and isinstance(rule.node.raw, dict):
            yield judge(rule.node)
        elif not isinstance(rule, Absent):
            yield Unknown(f"a rule of {group.logical_id} is unknown", group.place)


def _out_by(rule: Node) -> Value[bool]:
    """Whether a rule lets HTTPS out to AWS; one to a part of the world may or may not lead there."""
    network = rule.dig("CidrIp")
    if isinstance(network, Literal) and network.node.raw == NOWHERE:
        return Known(value=False)
    anywhere = isinstance(network, Literal) and network.node.raw == ANYWHERE
    other_end: Value[bool] = (
        Known(value=True)
        if anywhere
        else Unknown("a rule of its group allows outbound traffic only to part of the network", rule.place)
    )
    return both([_is_https(rule), other_end])


def _in_by(rule: Node, members: set[GroupKey | None]) -> Value[bool]:
    """Whether a rule lets HTTPS in from a member of some groups."""
    return both([_is_https(rule), _comes_from(rule, members)])


def _comes_from(rule: Node, members: set[GroupKey | None]) -> Value[bool]:
    source = rule.dig("SourceSecurityGroupId")
    if not isinstance(source, Absent):
        key = _key(source)
        return Known(key in members) if key else Unknown("the source group of a rule is unknown", rule.place)
    network = rule.dig("CidrIp")
    if isinstance(network, Literal) and network.node.raw == ANYWHERE:
        return Known(value=True)
    if isinstance(network, Attribute) and network.name == "CidrBlock":
        return Known(value=True)
    return Unknown("unknown whether the handler is in the network that a rule allows", rule.place)


def _is_https(rule: Node) -> Value[bool]:
    """Whether a rule is about TCP on port 443, among others."""
    protocol = read(rule, "IpProtocol", parse=text, absent="-1")
    if isinstance(protocol, Unknown):
        return Unknown(protocol.reason, protocol.place)
    if protocol.value.lower() in ALL_PROTOCOLS:
        return Known(value=True)
    if protocol.value.lower() not in TCP:
        return Known(value=False)
    first = read(rule, "FromPort", parse=text, absent="0")
    last = read(rule, "ToPort", parse=text, absent="65535")
    return lift(_holds_https, first, last)


def _holds_https(first: str, last: str) -> bool:
    if not (first.isdecimal() and last.isdecimal()):
        return True
    return int(first) <= HTTPS <= int(last)
