"""What a function in a VPC of the app reaches: everything through a way out, else only what has an endpoint.

Lambda gives a function in a VPC no public address, so an internet gateway is no way out for it:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.equality import same
from eks_guard.assembly.following.existence import made_with
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, reason_of
from eks_guard.assembly.project import subnet_types
from eks_guard.model import asked
from eks_guard.model.value import Known, Unknown, Value, either
from eks_guard.records import cached_property, dataclass
from eks_guard.resolve.network.routes import WIRES, wire
from eks_guard.resolve.network.security_groups import SecurityGroups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource, Stack
    from eks_guard.resolve.network.routes import Wiring

SUBNET = "AWS::EC2::Subnet"
INTERNET_GATEWAY = "AWS::EC2::InternetGateway"
ANYWHERE = "0.0.0.0/0"
WITH_EGRESS = "Private"
PROXIES = ("HTTPS_PROXY", "https_proxy")
NOTHING: tuple[str, ...] = ()
INTERNET = "internet"
"""Stands among AWS services for all else: no endpoint of AWS serves it."""
PRIVATE_SERVICE = ".vpce."
"""In the name of an endpoint service of someone else, which may answer to any name:
https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html"""


@dataclass(frozen=True, slots=True)
class _Caller:
    """A function in one of its subnets."""

    function: Resource
    subnet: Resource


class Network:
    """The VPCs of one assembly. The stack of a subnet is looked at first, the others only where that is not enough."""

    def __init__(self, assembly: CloudAssembly, declared: tuple[tuple[str, bool], ...]) -> None:
        self._assembly = assembly
        self._declared = declared
        self._near: dict[Stack, Wiring] = {}
        self._everything: Wiring | None = None
        self._placed: dict[Resource, list[Resolution] | Value[tuple[str, ...]]] = {}
        self._ways_out: dict[tuple[Resource, Resource], Value[bool]] = {}
        self.security_groups = SecurityGroups(assembly, declared)

    def unreachable(self, function: Resource, services: Sequence[str]) -> Value[tuple[str, ...]]:
        """Which of some AWS services, or the internet, a function cannot call; none for one outside of any VPC."""
        if function not in self._placed:
            self._placed[function] = _subnets_of(function)
        found = self._placed[function]
        if not isinstance(found, list):
            return found
        return together([self._from_subnet(subnet, function, services) for subnet in found])

    def _from_subnet(self, subnet: Resolution, function: Resource, services: Sequence[str]) -> Value[tuple[str, ...]]:
        match subnet:
            case Attribute(resource, _) if resource.type == SUBNET:
                return self._judged(_Caller(function, resource), services)
            case Literal(node):
                return self._elsewhere(node, services)
        return Unknown(f"its subnets are unknown: {reason_of(subnet)}")

    def _elsewhere(self, node: Node, services: Sequence[str]) -> Value[tuple[str, ...]]:
        """A subnet outside of the app: declared, or looked up, of which cdk.context.json tells what was found."""
        name = str(node.raw)
        egress = next((egress for glob, egress in self._declared if fnmatchcase(name, glob)), None)
        if egress is not None:
            return Known(NOTHING if egress else tuple(services), node.place)
        kind = self._kinds.get(name)
        if kind == WITH_EGRESS:
            return Known(NOTHING, node.place)
        found = f", cdk.context.json calls it {kind.lower()}" if kind else ""
        return Unknown(
            f"{asked.SUBNET(name)}{found}, so what it can reach is unknown; declare it under "
            "`declare.subnets` in eks-guard.yaml",
            node.place,
        )

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        return subnet_types(self._assembly.root.project)

    def _judged(self, caller: _Caller, services: Sequence[str]) -> Value[tuple[str, ...]]:
        place, way_out = caller.subnet.place, self._way_out(caller)
        if isinstance(way_out, Unknown):
            return Unknown(way_out.reason, place)
        if way_out.value:
            return Known(NOTHING, place)
        wiring = self._all()
        served = {service: _is_served(caller, service, wiring) for service in services}
        undecided = next((found for found in served.values() if isinstance(found, Unknown)), None)
        if undecided:
            return Unknown(undecided.reason, place)
        return Known(tuple(name for name, found in served.items() if found == Known(value=False)), place)

    def _way_out(self, caller: _Caller) -> Value[bool]:
        """Whether a way leads out of the VPC, asked once for each function and subnet."""
        key = caller.function, caller.subnet
        if key not in self._ways_out:
            near = _way_out(caller, self._around(caller.subnet.stack))
            self._ways_out[key] = near if near == Known(value=True) else _way_out(caller, self._all())
        return self._ways_out[key]

    def _around(self, stack: Stack) -> Wiring:
        if stack not in self._near:
            self._near[stack] = wire(stack.of_type(*WIRES))
        return self._near[stack]

    def _all(self) -> Wiring:
        if self._everything is None:
            self._everything = wire(self._assembly.resources(*WIRES))
        return self._everything


def _subnets_of(function: Resource) -> list[Resolution] | Value[tuple[str, ...]]:
    """The subnets of a function; what it cannot call, where that does not depend on them."""
    found = function.properties.dig("VpcConfig", "SubnetIds")
    if isinstance(found, Absent):
        return Known(NOTHING, function.place)
    if not (isinstance(found, Literal) and isinstance(found.node.raw, list)):
        return Unknown(f"its subnets are unknown: {reason_of(found)}", function.place)
    for name in PROXIES:
        if not isinstance(function.properties.dig("Environment", "Variables", name), Absent):
            return Unknown(f"its calls go through the proxy that {name} names", function.place)
    return [item.follow() for item in found.node.items() or ()]


def _way_out(caller: _Caller, wiring: Wiring) -> Value[bool]:
    """Whether a subnet's route table leads out of the VPC."""
    table = wiring.tables.get(caller.subnet)
    if table is None:
        return Unknown(f"{caller.subnet.logical_id} uses the main route table of its VPC, whose routes are unknown")
    if not isinstance(table, Attribute):
        return Unknown(f"the route table of {caller.subnet.logical_id} is not part of this app")
    leads = [_leads_out(route, caller.function) for route in wiring.routes.get(table.resource, ())]
    stray = [_not_known(f"the route table of {r.logical_id} is unknown") for r in wiring.routes.get(None, ())]
    return either([*leads, *stray])


def _leads_out(route: Resource, function: Resource) -> Value[bool]:
    """Whether a route takes all that is bound for elsewhere; one for a part of it may lead to endpoints there."""
    if not isinstance(route.properties.dig("DestinationIpv6CidrBlock"), Absent):
        return Known(value=False)
    gateway = route.properties.dig("GatewayId")
    if isinstance(gateway, Attribute) and gateway.resource.type == INTERNET_GATEWAY:
        return Known(value=False)
    made = made_with(function, [route])
    if made is False:
        return Known(value=False)
    if made and _text(route, "DestinationCidrBlock") == ANYWHERE and isinstance(gateway, Absent):
        return Known(value=True)
    return Unknown(f"the target of the route {route.logical_id} is unknown")


def _is_served(caller: _Caller, service: str, wiring: Wiring) -> Value[bool]:
    """Whether the VPC of a subnet has an endpoint for a service that takes the calls of the subnet."""
    vpc = caller.subnet.properties.dig("VpcId")
    if not isinstance(vpc, Attribute):
        return Unknown(f"the VPC of {caller.subnet.logical_id} is not part of this app, so its endpoints are unknown")
    own = [_serves(endpoint, caller, service, wiring) for endpoint in wiring.endpoints.get(vpc.resource, ())]
    stray = [_not_known(f"the VPC of the endpoint {e.logical_id} is unknown") for e in wiring.endpoints.get(None, ())]
    return either([*own, *stray])


def _serves(endpoint: Resource, caller: _Caller, service: str, wiring: Wiring) -> Value[bool]:
    node = _property(endpoint, "ServiceName")
    name = node.text_with(lambda _: "$") if node else None
    if name is None or name.endswith("$"):
        return Unknown(f"the service of the endpoint {endpoint.logical_id} is unknown")
    if service == INTERNET and PRIVATE_SERVICE in name:
        return Unknown(f"the domain names of the endpoint {endpoint.logical_id} are unknown")
    made = made_with(caller.function, [endpoint])
    if not name.endswith(f".{service}") or made is False:
        return Known(value=False)
    if made is None:
        return Unknown(f"whether the endpoint {endpoint.logical_id} exists depends on a condition")
    tables = endpoint.properties.dig("RouteTableIds")
    if isinstance(tables, Literal) and isinstance(tables.node.raw, list):
        answers = {_is_table(item.follow(), wiring.tables[caller.subnet]) for item in tables.node.items() or ()}
        if True not in answers and None in answers:
            return Unknown(f"a route table of the endpoint {endpoint.logical_id} is unknown")
        return Known(True in answers)
    private = endpoint.properties.dig("PrivateDnsEnabled")
    if isinstance(private, Literal) and private.node.raw in (True, "true"):
        return Known(value=True)
    return Unknown(
        f"the endpoint {endpoint.logical_id} has private DNS off, so only a hosted zone can make it reachable"
    )


def together(values: Sequence[Value[tuple[str, ...]]]) -> Value[tuple[str, ...]]:
    """What is missing in any of some places: what is known to be missing counts, whatever else is unknown."""
    missing = [value for value in values if isinstance(value, Known) and value.value]
    if missing:
        return Known(tuple(sorted({name for value in missing for name in value.value})), missing[0].place)
    return next((value for value in values if isinstance(value, Unknown)), Known(NOTHING))


def _not_known(reason: str) -> Value[bool]:
    return Unknown(reason)


def _is_table(listed: Resolution, mine: Resolution) -> bool | None:
    """Whether a route table in a list is that of a subnet; the id of one that is not made yet is written nowhere."""
    return False if isinstance(listed, Literal | Absent) else same(listed, mine)


def _property(resource: Resource, name: str) -> Node | None:
    raw: Any = resource.properties.raw
    return resource.properties.child(name, raw[name]) if isinstance(raw, dict) and name in raw else None


def _text(resource: Resource, name: str) -> str | None:
    node = _property(resource, name)
    return node.text() if node else None
