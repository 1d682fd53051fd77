"""From a custom resource that needs kubectl to the handler that runs it and the layers that decide which kubectl.

The route is the one that CloudFormation and Lambda take: `ServiceToken` → provider function →
`USER_ON_EVENT_FUNCTION_ARN` → handler → `Layers`. Names, descriptions and logical ids are never part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.code import asset_hash
from eks_guard.assembly.following.resolution import Attribute, Literal
from eks_guard.assembly.stack import Resource
from eks_guard.model.kubectl import KubectlProvider, Layer, Step
from eks_guard.model.value import Known, Unknown, Value, choose
from eks_guard.records import dataclass, replace
from eks_guard.resolve.kubectl.assumed_roles import assumed_roles
from eks_guard.resolve.kubectl.consumers import MANIFEST
from eks_guard.resolve.kubectl.evidence.layer import LAYER_VERSION
from eks_guard.resolve.kubectl.handler import LAMBDA, handler_of, layer_entries
from eks_guard.resolve.kubectl.layers import unknown_layer
from eks_guard.resolve.read import read, read_target
from eks_guard.resolve.site import construct_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.assembly.stack import Node
    from eks_guard.model.kubectl import Handler
    from eks_guard.model.resource import ResourceId
    from eks_guard.model.value import Place
    from eks_guard.model.version import Version
    from eks_guard.resolve.identity.grants import Grants
    from eks_guard.resolve.identity.roles import Roles
    from eks_guard.resolve.kubectl.consumers import Target
    from eks_guard.resolve.kubectl.frameworks import Frameworks
    from eks_guard.resolve.kubectl.layers import Layers
    from eks_guard.resolve.network.egress import Network


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What of the app is around every handler: layers, networks, the frameworks that call one, and roles."""

    layers: Layers
    network: Network
    frameworks: Frameworks
    roles: Roles
    grants: Grants


def provider_of(
    around: Surroundings, target: Target, consumers: Sequence[Resource], cluster: Resource | None
) -> KubectlProvider:
    """The handler at the end of the route, with its layers and the kubectl that they give it."""
    if isinstance(target, Resource) and target.type == LAMBDA:
        return _from_function(around, target, consumers, cluster)
    if isinstance(target, Resource):
        return _from_parent(around.layers, target, consumers)
    return _assemble(
        f"the provider in {target.node.stack.id}",
        Unknown(target.reason, target.node.place),
        consumers,
        (),
        target.reason,
    )


def _from_function(
    around: Surroundings, function: Resource, consumers: Sequence[Resource], cluster: Resource | None
) -> KubectlProvider:
    entries = layer_entries(function)
    carried: tuple[Layer | None, ...]
    if isinstance(entries, Unknown):
        carried = (unknown_layer(entries.place or function.place, entries.reason),)
    else:
        carried = tuple(around.layers.of(entry) for entry in entries)
    callers = {function, *_frameworks(consumers)}
    handler = handler_of(around.layers, around.network, function, callers, cluster)
    name = construct_id(function)
    carrying = tuple(layer for layer in carried if layer)
    provider = _assemble(name, Known(handler, function.place), consumers, carrying, None)
    own = read_target(function.properties, "Role")
    told = handler.reads_role != Known(value=False)
    return replace(
        provider,
        roles=assumed_roles(around.roles, around.grants, function, consumers) if told else (),
        mute=_mute(around, function, consumers),
        acts_as=tuple(
            (consumer.id, *(_acting(around.roles, consumer, own) if told else (own, False))) for consumer in consumers
        ),
        region=function.stack.environment.region,
    )


def _acting(roles: Roles, consumer: Resource, own: Value[Any]) -> tuple[Value[Any], bool]:
    """The role that kubectl takes for a custom resource: the one that it is told to, else the handler's."""
    told = roles.read(consumer.properties, "RoleArn")
    return (own, False) if isinstance(told, Known) and told.value is None else (told, True)


def _mute(around: Surroundings, function: Resource, consumers: Iterable[Resource]) -> tuple[ResourceId, ...]:
    """The custom resources whose service token is the handler itself, which answers its framework only."""
    tokens = ((consumer, consumer.service_token) for consumer in consumers)
    direct = [one for one, token in tokens if isinstance(token, Attribute) and token.resource is function]
    if not direct or not (
        asset_hash(function, "Code") in around.layers.tables.kubectl_handlers or around.frameworks.call(function)
    ):
        return ()
    return tuple(one.id for one in direct)


def _frameworks(consumers: Iterable[Resource]) -> Iterator[Resource]:
    """The functions of CDK's provider framework that stand between CloudFormation and the handler."""
    for token in (consumer.service_token for consumer in consumers):
        if isinstance(token, Attribute) and token.resource.type == LAMBDA:
            yield token.resource


def _from_parent(layers: Layers, nested: Resource, consumers: Sequence[Resource]) -> KubectlProvider:
    """A provider whose nested template is missing: the layers that its parent passes to it are still to be seen."""
    stack = nested.stack.assembly.nested(nested)
    assert isinstance(stack, Unknown), "a nested stack that was found leads on to its function"
    passed = nested.properties.dig("Parameters")
    entries: list[Layer] = []
    if isinstance(passed, Literal) and isinstance(passed.node.raw, dict):
        for key, raw in passed.node.raw.items():
            found = passed.node.child(key, raw).follow()
            if isinstance(found, Attribute) and found.resource.type == LAYER_VERSION:
                layer = layers.of(found)
                if layer:
                    entries.append(layer)
    return _assemble(
        construct_id(nested),
        Unknown(stack.reason, nested.place),
        consumers,
        tuple(entries),
        None if entries else stack.reason,
    )


def _assemble(
    name: str,
    handler: Value[Handler],
    consumers: Sequence[Resource],
    layers: tuple[Layer, ...],
    unseen: str | None,
) -> KubectlProvider:
    """Put a provider together. `unseen` says why its layers cannot be known, where that is so."""
    if unseen:
        kubectl: Value[Version | None] = Unknown(unseen, handler.place)
        helm = kubectl
    else:
        kubectl = _effective([layer.kubectl for layer in layers], handler.place)
        helm = _effective([layer.helm for layer in layers], handler.place)
    return KubectlProvider(
        id=name,
        handler=handler,
        consumers=tuple(consumer.id for consumer in consumers),
        layers=layers,
        kubectl=kubectl,
        helm=helm,
        prunes=_prunes(consumers),
        roles=(),
        mute=(),
        acts_as=(),
        region=None,
        trace=tuple(_trace(handler, consumers, layers)),
    )


def _effective(carried: Sequence[Value[Version | None]], place: Place | None) -> Value[Version | None]:
    """What stands in /opt at last: Lambda unpacks the layers in order, a later one covers an earlier one."""
    effective: Value[Version | None] = Known(None, place)
    for value in carried:
        if not (isinstance(value, Known) and value.value is None):
            effective = value
    return effective


def _prunes(consumers: Sequence[Resource]) -> Value[bool]:
    """Whether an update of a manifest runs `kubectl apply --prune`: CDK asks for it with a label."""
    undecided: list[Value[bool]] = []
    for consumer in consumers:
        if consumer.type == MANIFEST:
            asked = read(consumer.properties, "PruneLabel", parse=_is_said, absent=False)
            if isinstance(asked, Known) and asked.value:
                return asked
            undecided.append(asked)
    return choose([((), value) for value in undecided], "some manifests may prune", None) if undecided else Known(False)


def _is_said(node: Node) -> Value[bool]:
    return Known(bool(node.raw), node.place)


def _trace(handler: Value[Handler], consumers: Sequence[Resource], layers: Sequence[Layer]) -> Iterator[Step]:
    """The proof from the handler on: who uses it, what it carries, and how that is known."""
    count = len(consumers)
    used = "nothing in the app uses it" if not count else f"used by {count} resource{'s' if count > 1 else ''}"
    if isinstance(handler, Unknown):
        yield Step(1, "handler", f"{used}; {handler.reason}", handler.place)
    else:
        yield Step(1, "handler", used, handler.place)
    if not layers and isinstance(handler, Known):
        yield Step(2, "layer", "none of its layers carries kubectl", handler.place)
    for layer in layers:
        yield Step(2, "layer", layer.id, layer.place)
        for witness in layer.evidence:
            version = f"kubectl {witness.kubectl}" if witness.kubectl else "no kubectl"
            yield Step(3, version, f"{witness.source}: {witness.detail}", witness.place)
        if isinstance(layer.kubectl, Unknown):
            yield Step(3, "kubectl unknown", layer.kubectl.reason, layer.kubectl.place)
