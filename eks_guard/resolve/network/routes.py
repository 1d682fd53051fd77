"""Which route table a subnet has, which routes a table, which endpoints a VPC: what an app says of its network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute, Literal
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource

ASSOCIATION = "AWS::EC2::SubnetRouteTableAssociation"
ROUTE = "AWS::EC2::Route"
ENDPOINT = "AWS::EC2::VPCEndpoint"
WIRES = (ASSOCIATION, ROUTE, ENDPOINT)


@dataclass(frozen=True, slots=True)
class Wiring:
    """Tables by subnet, routes by table, endpoints by VPC; under None stands what does not tell where it belongs."""

    tables: dict[Resource, Resolution] = field(default_factory=dict)
    routes: dict[Resource | None, list[Resource]] = field(default_factory=dict)
    endpoints: dict[Resource | None, list[Resource]] = field(default_factory=dict)


def wire(resources: Iterable[Resource]) -> Wiring:
    """Put the resources where they belong; what belongs to another app is left out."""
    wiring = Wiring()
    for resource in resources:
        if resource.type == ASSOCIATION:
            subnet = resource.properties.dig("SubnetId")
            if isinstance(subnet, Attribute):
                wiring.tables[subnet.resource] = resource.properties.dig("RouteTableId")
            continue
        of_routes = resource.type == ROUTE
        home = resource.properties.dig("RouteTableId" if of_routes else "VpcId")
        if not isinstance(home, Literal):
            owner = home.resource if isinstance(home, Attribute) else None
            (wiring.routes if of_routes else wiring.endpoints).setdefault(owner, []).append(resource)
    return wiring
