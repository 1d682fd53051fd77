"""Whether a subnet is public: whether its route table leads straight to an internet gateway.

https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.existence import made_with
from eks_guard.assembly.following.expressions import expression
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal
from eks_guard.model.value import Known, Unknown, either
from eks_guard.resolve.network.egress import ANYWHERE, INTERNET_GATEWAY

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.value import Value
    from eks_guard.resolve.network.routes import Wiring

EVERYTHING = (ANYWHERE, "::/0")
DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock")


def is_public(subnet: Resource, wiring: Wiring) -> Value[bool]:
    """Whether a subnet of the app is public. The place is that of the route to the gateway."""
    table = wiring.tables.get(subnet)
    if table is None:
        return Unknown(f"{subnet.logical_id} uses the main route table of its VPC, whose routes are unknown")
    if not isinstance(table, Attribute):
        return Unknown(f"the route table of {subnet.logical_id} is not part of this app")
    leads = [_leads_to_gateway(route, subnet) for route in wiring.routes.get(table.resource, ())]
    stray: list[Value[bool]] = [
        Unknown(f"the route table of {route.logical_id} is unknown") for route in wiring.routes.get(None, ())
    ]
    return either([*leads, *stray])


def _leads_to_gateway(route: Resource, subnet: Resource) -> Value[bool]:
    gateway = _is_internet_gateway(route)
    made = made_with(subnet, [route]) if gateway is not False else False
    if gateway is False or made is False:
        return Known(value=False)
    destinations = {expression(route.properties.dig(key)).text for key in DESTINATIONS}
    if gateway and made and destinations.intersection(EVERYTHING):
        return Known(value=True, place=route.place)
    return Unknown(f"whether the route {route.logical_id} leads to an internet gateway is unknown", route.place)


def _is_internet_gateway(route: Resource) -> bool | None:
    match route.properties.dig("GatewayId"):
        case Attribute(resource, name):
            return resource.type == INTERNET_GATEWAY or name == "InternetGatewayId"
        case Literal(node):
            return str(node.raw).startswith("igw-")
        case Absent():
            return False
    return None
