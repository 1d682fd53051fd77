"""The function that runs kubectl: what Lambda gives it, and what its layers, its network and its code let it do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, reason_of
from eks_guard.model.describe import as_written
from eks_guard.model.kubectl import Downloads, Handler, ProviderFunction
from eks_guard.model.value import Known, Unknown, Value, either
from eks_guard.resolve.kubectl.handler_code import reads_role, takes_oci_charts
from eks_guard.resolve.network.egress import INTERNET, together
from eks_guard.resolve.read import read, read_target, read_targets, text, whole_number
from eks_guard.resolve.site import construct_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.resolve.kubectl.layers import Layers
    from eks_guard.resolve.network.egress import Network

LAMBDA = "AWS::Lambda::Function"
DEFAULT_MEMORY, DEFAULT_TIMEOUT = 128, 3
"""What Lambda gives a function that asks for nothing, in MiB and seconds:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
CALLED_BY_HANDLER = ("eks", "sts")
"""What `aws eks update-kubeconfig` and the token for the cluster need."""
CALLED_BY_FRAMEWORK = ("lambda", "s3")
"""How CDK's provider framework calls the handler and answers CloudFormation."""
REGISTRY, BUCKET = ("ecr.api", "ecr.dkr", "s3"), ("s3",)
"""What the handler calls to download a chart from ECR, which keeps its layers in S3, or from S3:
https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html"""
ON_EVENT = "USER_ON_EVENT_FUNCTION_ARN"
"""Where CDK's provider framework is told which function to call."""
CALLS = (ON_EVENT, "USER_IS_COMPLETE_FUNCTION_ARN")
"""Where it is told of all functions that it calls."""


def handler_of(
    layers: Layers, network: Network, function: Resource, callers: Collection[Resource], cluster: Resource | None
) -> Handler:
    """The handler with its settings; `callers` are the functions that must run for it to run, itself among them.

    `cluster` is the one that it talks to, None for one of another app.
    """
    properties = function.properties
    in_vpc = read(properties, "VpcConfig", "SubnetIds", parse=_any_entry, absent=False)
    entries = layer_entries(function)
    carry = [] if isinstance(entries, Unknown) else [layers.aws_cli(entry) for entry in entries]
    reached = [
        network.unreachable(caller, CALLED_BY_HANDLER if caller is function else CALLED_BY_FRAMEWORK)
        for caller in sorted(callers, key=lambda resource: resource.id)
    ]
    return Handler(
        resource=function.id,
        place=function.place,
        runtime=read(properties, "Runtime", parse=text, absent=""),
        in_vpc=Known(in_vpc.value, properties.place) if isinstance(in_vpc, Known) else in_vpc,
        subnets=read_targets(properties, "VpcConfig", "SubnetIds"),
        security_groups=read_targets(properties, "VpcConfig", "SecurityGroupIds"),
        architecture=read(properties, "Architectures", parse=_architecture, absent="x86_64"),
        memory=read(properties, "MemorySize", parse=whole_number, absent=DEFAULT_MEMORY),
        timeout=read(properties, "Timeout", parse=whole_number, absent=DEFAULT_TIMEOUT),
        aws_cli=entries if isinstance(entries, Unknown) else either(carry),
        unreachable=together(reached),
        downloads=Downloads(
            internet=network.unreachable(function, (INTERNET,)),
            registry=network.unreachable(function, REGISTRY),
            bucket=network.unreachable(function, BUCKET),
        ),
        passage=network.security_groups.passage(function, sorted(callers, key=lambda resource: resource.id), cluster),
        takes_oci_charts=takes_oci_charts(layers.tables, function),
        reads_role=reads_role(layers.tables, function),
    )


def layer_entries(function: Resource) -> tuple[Resolution, ...] | Unknown[bool]:
    """What the entries of a function's `Layers` lead to; unknown where the list itself is not told."""
    found = function.properties.dig("Layers")
    match found:
        case Literal(node) if isinstance(node.raw, list):
            return tuple(entry.follow() for entry in node.items() or ())
        case Absent():
            return ()
        case Literal(node):
            return Unknown(f"found {as_written(node.raw)}, expected a list of layers", node.place)
    return Unknown(f"its layers are unknown: {reason_of(found)}", function.place)


def _any_entry(node: Node) -> Value[bool]:
    return Known(bool(node.raw))


def _architecture(node: Node) -> Value[str]:
    """A function has one architecture, in a list."""
    match node.items() if isinstance(node.raw, list) else None:
        case (only,):
            return read(only, parse=text, absent="x86_64")
    return Unknown(f"found {as_written(node.raw)}, expected a list with one architecture", node.place)


def provider_functions(resources: Iterable[Resource]) -> tuple[ProviderFunction, ...]:
    """The functions that run for some custom resources: CDK's framework, and what that calls."""
    found: dict[Resource, None] = {}
    for token in dict.fromkeys(resource.service_token for resource in resources):
        found |= dict.fromkeys(_functions([token, *(_called(token, name) for name in CALLS)]))
    functions = (
        ProviderFunction(
            function.id,
            construct_id(function),
            function.place,
            read(function.properties, "Runtime", parse=text, absent=""),
            read_target(function.properties, "Role"),
            tuple(called.id for called in _functions(_called_by(function, name) for name in CALLS)),
        )
        for function in found
    )
    return tuple(sorted(functions, key=lambda function: (function.id, function.resource)))


def _called(token: Resolution, name: str) -> Resolution:
    if not isinstance(token, Attribute):
        return token
    return _called_by(token.resource, name)


def _called_by(function: Resource, name: str) -> Resolution:
    return function.properties.dig("Environment", "Variables", name)


def _functions(found: Iterable[Resolution]) -> Iterator[Resource]:
    return (one.resource for one in found if isinstance(one, Attribute) and one.resource.type == LAMBDA)
