"""The VPC that a handler runs in: a subnet with a way out, or with endpoints for what it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.policy.cases.cloudformation import OPEN, REGION, Resources, attribute, ref, resource

if TYPE_CHECKING:
    from eks_guard.policy.cases.schema import ClusterWords

SERVICES = ("eks", "lambda", "s3", "sts")
"""What CDK's provider framework and the handler call."""
BY_GATEWAY = "s3"
"""The service whose endpoint is one of a route table."""
GROUP = "HandlerGroup"
ANOTHER_SUBNET = "subnet-of-another-app"


def vpc_config(words: ClusterWords) -> dict[str, Any] | None:
    """Where the functions run; None outside of any VPC."""
    if not words.handler_in_vpc:
        return None
    subnet = ANOTHER_SUBNET if words.handler_unreachable == OPEN else ref("Subnet")
    group = ref(GROUP) if words.origin == "imported" else attribute("Cluster", "ClusterSecurityGroupId")
    return {"SubnetIds": [subnet], "SecurityGroupIds": [group]}


def network_of(words: ClusterWords) -> Resources:
    """The VPC of the functions, where it is one of the app; its endpoints serve what is not unreachable."""
    missing = words.handler_unreachable
    if not words.handler_in_vpc:
        return {}
    made = {GROUP: resource("AWS::EC2::SecurityGroup", {"GroupDescription": "the handler"})}
    if isinstance(missing, str):
        return made
    made |= {
        "Vpc": resource("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}),
        "Subnet": resource("AWS::EC2::Subnet", {"VpcId": ref("Vpc"), "CidrBlock": "10.0.0.0/24"}),
        "RouteTable": resource("AWS::EC2::RouteTable", {"VpcId": ref("Vpc")}),
        "RoutesOfSubnet": resource(
            "AWS::EC2::SubnetRouteTableAssociation", {"SubnetId": ref("Subnet"), "RouteTableId": ref("RouteTable")}
        ),
    }
    if not missing:
        return made | {"WayOut": _way_out()}
    return made | {f"Endpoint{name.capitalize()}": _endpoint(name) for name in SERVICES if name not in missing}


def _way_out() -> dict[str, Any]:
    return resource(
        "AWS::EC2::Route",
        {"RouteTableId": ref("RouteTable"), "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-one"},
    )


def _endpoint(service: str) -> dict[str, Any]:
    reached: dict[str, Any] = {"VpcEndpointType": "Interface", "SubnetIds": [ref("Subnet")], "PrivateDnsEnabled": True}
    if service == BY_GATEWAY:
        reached = {"VpcEndpointType": "Gateway", "RouteTableIds": [ref("RouteTable")]}
    return resource(
        "AWS::EC2::VPCEndpoint", {"VpcId": ref("Vpc"), "ServiceName": f"com.amazonaws.{REGION}.{service}", **reached}
    )
