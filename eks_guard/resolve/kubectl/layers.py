"""The layers of handlers: which of them carry kubectl, or may, and which kubectl that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.constructs import source_position
from eks_guard.assembly.following.resolution import Absent, Attribute, Choice, Literal, Unresolved, reason_of
from eks_guard.model import asked
from eks_guard.model.describe import as_written
from eks_guard.model.kubectl import Layer
from eks_guard.model.value import Known, Unknown, Value, choose
from eks_guard.resolve.kubectl.aws_cli import carries_aws_cli
from eks_guard.resolve.kubectl.evidence import testimony
from eks_guard.resolve.kubectl.evidence.layer import LAYER_VERSION, LayerSource
from eks_guard.resolve.site import construct_id

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.data import Tables
    from eks_guard.model.declaration import DeclaredLayer
    from eks_guard.model.value import Place
    from eks_guard.model.version import Version
    from eks_guard.resolve.kubectl.evidence.memory import Memory


class Layers:
    """The layers of one assembly, each looked at once however many handlers carry it."""

    def __init__(self, tables: Tables, declared: tuple[DeclaredLayer, ...], memory: Memory) -> None:
        self.tables = tables
        self._declared = declared
        self._memory = memory
        self._seen: dict[Resource, Layer | None] = {}
        self._cli: dict[Resource, Value[bool]] = {}

    def of(self, found: Resolution) -> Layer | None:
        """The layer that an entry of `Layers` leads to; None if it certainly carries no kubectl."""
        match found:
            case Attribute(resource, _):
                if resource not in self._seen:
                    self._seen[resource] = self._from_resource(resource)
                return self._seen[resource]
            case Literal(node) if isinstance(node.raw, str):
                return self._from_arn(node.raw, node.place)
            case Literal(node):
                return unknown_layer(node.place, f"found {as_written(node.raw)}, expected the ARN of a layer")
            case Absent():
                return None
            case Choice():
                return self._one_of(found)
            case Unresolved(node, reason):
                return unknown_layer(node.place, reason)

    def aws_cli(self, found: Resolution) -> Value[bool]:
        """Whether the layer that an entry of `Layers` leads to carries the AWS CLI."""
        match found:
            case Attribute(resource, _) if resource.type == LAYER_VERSION:
                if resource not in self._cli:
                    self._cli[resource] = carries_aws_cli(self._source(resource))
                return self._cli[resource]
            case Absent(node):
                return Known(value=False, place=node.place)
            case Choice(node, reason, branches):
                return choose([(when, self.aws_cli(branch)) for when, branch in branches], reason, node.place)
        return Unknown(
            f"a layer is not part of this app, so it is unknown whether it carries the AWS CLI: {reason_of(found)}"
        )

    def _source(self, resource: Resource) -> LayerSource:
        return LayerSource(self.tables, resource.place, resource, None, self._declared, self._memory)

    def _one_of(self, choice: Choice) -> Layer | None:
        """A layer that a condition chooses: what all branches agree on is known."""
        branches = [(when, self.of(branch)) for when, branch in choice.branches]
        layers = [layer for _, layer in branches if layer]
        if not layers:
            return None
        nothing: Value[Version | None] = Known(None, choice.node.place)
        return Layer(
            " or ".join(layer.id for layer in layers),
            choice.node.place,
            None,
            choose(
                [(when, layer.kubectl if layer else nothing) for when, layer in branches],
                choice.reason,
                choice.node.place,
            ),
            choose(
                [(when, layer.helm if layer else nothing) for when, layer in branches],
                choice.reason,
                choice.node.place,
            ),
            tuple(witness for layer in layers for witness in layer.evidence),
            branches=tuple(layers),
        )

    def _from_resource(self, resource: Resource) -> Layer | None:
        if resource.type != LAYER_VERSION:
            return unknown_layer(resource.place, _what_it_is(resource))
        return _judged(self._source(resource), construct_id(resource), resource)

    def _from_arn(self, arn: str, place: Place) -> Layer | None:
        source = LayerSource(self.tables, place, arn=arn, declared=self._declared)
        return _judged(source, arn, None)


def _judged(source: LayerSource, name: str, resource: Resource | None) -> Layer | None:
    """The layer with what its witnesses say; None if all of them say that it holds no kubectl."""
    evidence = testimony(source)
    published = any(witness.source == "asset-hash" for witness in evidence)
    if evidence and all(witness.kubectl is None for witness in evidence) and not published:
        return None
    kubectl: Value[Version | None]
    helm: Value[Version | None]
    if evidence:
        kubectl = Known(evidence[0].kubectl, evidence[0].place)
        helm = Known(next((witness.helm for witness in evidence if witness.helm), None), evidence[0].place)
    else:
        kubectl = helm = Unknown(_silence(source), source.place)
    position = source_position(resource) if resource else None
    return Layer(name, source.place, source.asset_hash, kubectl, helm, evidence, position)


def _silence(source: LayerSource) -> str:
    if source.arn:
        return f"{asked.LAYER(source.arn)}; declare it under `declare.layers` in eks-guard.yaml"
    return (
        "nothing in the assembly shows what the layer carries: its hash is not a published one, and its asset is "
        "missing"
    )


def _what_it_is(
    resource: Resource,
) -> str:
    """Why a layer that another service provides cannot be looked into."""
    if resource.type == "AWS::Serverless::Application":
        location = resource.properties.dig("Location")
        raw = location.node.raw if isinstance(location, Literal) and isinstance(location.node.raw, dict) else {}
        application, version = raw.get("ApplicationId"), raw.get("SemanticVersion")
        return f"the layer comes from the serverless application {application} {version}, which is not in the assembly"
    return f"the layer comes from {resource.logical_id}, a {resource.type}, which is not in the assembly"


def unknown_layer(place: Place, reason: str) -> Layer:
    """A layer of which nothing is known but the reason for that."""
    return Layer(f"{place.template}{place.pointer}", place, None, Unknown(reason, place), Unknown(reason, place))
