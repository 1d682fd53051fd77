"""In how many availability zones some subnets are, as far as the app says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.assembly.following.expressions import Open, expression
from eks_guard.assembly.following.resolution import Attribute
from eks_guard.assembly.stack import Stack
from eks_guard.model.value import Candidate, Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.value import Value

NAME = "name"
ID = "id"
ENTRY = "entry of Fn::GetAZs"
LIST_OF_ZONES = "List<AWS::EC2::AvailabilityZone::Name>"
PROPERTIES = {"AvailabilityZone": NAME, "AvailabilityZoneId": ID}
PLACEHOLDER = "dummy"
"""How CDK's zones begin that it could not look up: dummy1a is the first of the region, dummy1b the second.

https://docs.aws.amazon.com/cdk/v2/guide/context.html
"""
IN_EVERY_REGION = 2
"""So many zones a region has at least: EKS runs in no smaller one.

https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
"""
OPEN = "open"
Zone: TypeAlias = "tuple[str, Hashable]"
"""A zone and how it is spelled: zones in two spellings may be one, and so may two open ones."""


def count_zones(subnets: Sequence[Resource | str | None], looked_up: Mapping[str, str]) -> Value[int]:
    """How many zones some subnets are in: those of the app, and those whose zone was looked up by their id.

    None is a subnet of which nothing is known. The answer then lies between what is certain and what is possible.
    """
    found = [_zone(subnet, looked_up) for subnet in subnets]
    zones = {zone for zone in found if zone is not None}
    spelled = Counter(spelling for spelling, _ in zones if spelling != OPEN)
    spelled[PLACEHOLDER] = min(spelled[PLACEHOLDER], IN_EVERY_REGION)
    least = max(*spelled.values(), min(len(found), 1))
    most = len(zones) + found.count(None)
    if least == most:
        return Known(least)
    possible = (Candidate(n, (("the number of zones", str(n)),)) for n in range(least, most + 1))
    return Unknown("the availability zones of the subnets are unknown", None, tuple(possible))


def _zone(subnet: Resource | str | None, looked_up: Mapping[str, str]) -> Zone | None:
    """The zone of a subnet, None where nothing is said of it."""
    if subnet is None:
        return None
    if isinstance(subnet, str):
        return (NAME, looked_up[subnet]) if subnet in looked_up else None
    for key, spelling in PROPERTIES.items():
        node = _written(subnet, key)
        if node is not None:
            made = expression(node)
            if made.text:
                return (PLACEHOLDER if made.text.startswith(PLACEHOLDER) else spelling, made.text)
            found = node.follow()  # through conditions that are decided
            return _entry(node if isinstance(found, Attribute) else found.node) or (OPEN, made)
    return None


def _written(subnet: Resource, key: str) -> Node | None:
    raw: Any = subnet.properties.raw
    return subnet.properties.child(key, raw[key]) if isinstance(raw, dict) and key in raw else None


def _entry(node: Node) -> Zone | None:
    """An entry of a list of zones, which has none twice: of all zones, or of those that a parameter takes."""
    match node.raw:
        case {"Fn::Select": [int() | str() as index, source] as arguments} if str(index).isdecimal():
            listed = _list_of_zones(node.child("Fn::Select", arguments).child(1, source))
            return (listed, str(int(index))) if listed else None
    return None


def _list_of_zones(source: Node) -> str | None:
    if isinstance(source.raw, dict) and "Fn::GetAZs" in source.raw:
        return ENTRY
    match expression(source).parts:
        case (Open("parameter", Stack() as stack, str(name)),):
            kind = stack.section("Parameters")[name].get("Type")
            return f"entry of {stack.id}/{name}" if kind == LIST_OF_ZONES else None
    return None
