"""In how many availability zones some subnets are, as far as the app says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.expressions import expression
from eks_guard.model.value import Candidate, Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.value import Value

NAME = "name"
ID = "id"
ENTRY = "entry of Fn::GetAZs"
PROPERTIES = {"AvailabilityZone": NAME, "AvailabilityZoneId": ID}
PLACEHOLDER = "dummy"
"""How CDK's zones begin that it could not look up."""
Zone = tuple[str, str]
"""A zone and how it is spelled: zones in two spellings may be one."""


def count_zones(subnets: Sequence[Resource | str | None], looked_up: Mapping[str, str]) -> Value[int]:
    """How many zones some subnets are in: those of the app, and those whose zone was looked up by their id.

    None is a subnet of which nothing is known. The answer then lies between what is certain and what is possible.
    """
    found = [_zone(subnet, looked_up) for subnet in subnets]
    zones = {zone for zone in found if zone is not None}
    spelled = [spelling for spelling, _ in zones]
    least = max((spelled.count(spelling) for spelling in spelled), default=min(len(found), 1))
    most = len(zones) + found.count(None)
    if least == most:
        return Known(least)
    possible = (Candidate(n, (("the number of zones", str(n)),)) for n in range(least, most + 1))
    return Unknown("the availability zones of the subnets are unknown", None, tuple(possible))


def _zone(subnet: Resource | str | None, looked_up: Mapping[str, str]) -> Zone | None:
    """The zone of a subnet, None where it is open."""
    if subnet is None:
        return None
    if isinstance(subnet, str):
        return (NAME, looked_up[subnet]) if subnet in looked_up else None
    for key, spelling in PROPERTIES.items():
        node = _written(subnet, key)
        if node is not None:
            text = expression(node.follow()).text
            return (spelling, text) if text and not text.startswith(PLACEHOLDER) else _entry(node.raw)
    return None


def _written(subnet: Resource, key: str) -> Node | None:
    raw: Any = subnet.properties.raw
    return subnet.properties.child(key, raw[key]) if isinstance(raw, dict) and key in raw else None


def _entry(raw: Any) -> Zone | None:
    """An entry of the list of all zones, which has none twice."""
    match raw:
        case {"Fn::Select": [int() | str() as index, {"Fn::GetAZs": _}]} if str(index).isdecimal():
            return ENTRY, str(int(index))
    return None
