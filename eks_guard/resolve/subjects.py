"""Resources as subjects of policies: their JSON with every reference followed, unknowns in place of what is open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.metadata import construct_path, source_position
from eks_guard.assembly.references import References
from eks_guard.assembly.resolution import Absent, Attribute, Choice, Literal, Unresolved
from eks_guard.model.finding import Subject
from eks_guard.model.value import Known, Unknown, choose
from eks_guard.resolve.kubectl import MANIFEST
from eks_guard.resolve.workloads import HELM_CHART, Manifests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.cluster import Cluster

MAX_DEPTH = 100
_GONE = object()


def cluster_subject(cluster: Cluster) -> Subject:
    """A cluster as a subject."""
    return Subject("cluster", cluster.id, cluster.stack, cluster.place, cluster=cluster, source=cluster.source)


def resource_subjects(assembly: CloudAssembly, kind: str, types: Collection[str]) -> Iterator[Subject]:
    """The resources of some types, each a subject of a kind."""
    references = References(assembly)
    for resource in assembly.resources(*types):
        yield subject_of(kind, resource, plain_resource(references, resource))


def manifest_subjects(assembly: CloudAssembly, clusters: Collection[Cluster], *, bodies: bool) -> Iterator[Subject]:
    """The manifests, each with the cluster that it is applied to, and with its resource only if that is asked for."""
    references = References(assembly)
    known = {manifest.place: (manifest, cluster) for cluster in clusters for manifest in cluster.manifests}
    for resource in assembly.resources(MANIFEST):
        manifest, cluster = known.get(resource.place, (None, None))
        body = plain_resource(references, resource) if bodies else {}
        yield replace(subject_of("manifest", resource, body), manifest=manifest, cluster=cluster)


def chart_subjects(assembly: CloudAssembly, clusters: Collection[Cluster]) -> Iterator[Subject]:
    """The Helm charts, each with the cluster that it is installed on and the handler that does it."""
    known = {
        place: (cluster, provider)
        for cluster in clusters
        for provider in cluster.kubectl
        for place in provider.consumers
    }
    for subject in resource_subjects(assembly, "helm-chart", (HELM_CHART,)):
        cluster, provider = known.get(subject.place, (None, None))
        yield replace(subject, cluster=cluster, provider=provider)


def addon_subjects(assembly: CloudAssembly, types: Collection[str], clusters: Collection[Cluster]) -> Iterator[Subject]:
    """The add-ons, each with its cluster where that is one of the app."""
    references = References(assembly)
    for resource in assembly.resources(*types):
        cluster = cluster_named(references.dig(resource.properties, "ClusterName"), clusters)
        yield replace(subject_of("addon", resource, plain_resource(references, resource)), cluster=cluster)


def cluster_named(name: Resolution, clusters: Collection[Cluster]) -> Cluster | None:
    """The cluster that a `ClusterName` means."""
    return next((cluster for cluster in clusters if _means(name, cluster)), None)


def _means(name: Resolution, cluster: Cluster) -> bool:
    if isinstance(name, Attribute):
        return name.resource.place == cluster.place
    text = name.node.raw if isinstance(name, Literal) else None
    return isinstance(text, str) and isinstance(cluster.name, Known) and cluster.name.value == text


def handler_subjects(assembly: CloudAssembly, clusters: Collection[Cluster]) -> Iterator[Subject]:
    """The functions that run kubectl."""
    handlers = {p.handler.value.place for c in clusters for p in c.kubectl if isinstance(p.handler, Known)}
    for subject in resource_subjects(assembly, "handler", ("AWS::Lambda::Function",)) if handlers else ():
        if subject.place in handlers:
            yield subject


def service_account_subjects(assembly: CloudAssembly) -> Iterator[Subject]:
    """The ServiceAccount objects in manifests; `body` is the Kubernetes object."""
    manifests = Manifests(References(assembly))
    for resource in assembly.resources(MANIFEST):
        for item in manifests.objects(resource) or ():
            if item.kind == "ServiceAccount":
                subject = subject_of("service-account", resource, item.body)
                yield replace(subject, id=f"{subject.id}/{item.namespace}/{item.name}")


def subject_of(kind: str, resource: Resource, body: dict[str, Any]) -> Subject:
    """A resource as a subject of a kind."""
    name = construct_path(resource) or f"{resource.stack.id}/{resource.logical_id}"
    return Subject(kind, name, resource.stack.root.id, resource.place, body=body, source=source_position(resource))


def plain_resource(references: References, resource: Resource) -> dict[str, Any]:
    """The JSON of a resource, with the references in its properties followed."""
    properties = _plain(references, references.follow(resource.properties), 0)
    rest = {key: value for key, value in resource.body.items() if key != "Properties"}
    return {**rest, "Properties": {} if properties is _GONE else properties}


def _plain(references: References, found: Resolution, depth: int) -> Any:
    """JSON with references followed. What is known to be absent is left out."""
    match found:
        case _ if depth > MAX_DEPTH:
            return Unknown("nested deeper than any resource")
        case Literal(node):
            return _plain_json(references, node, depth)
        case Absent():
            return _GONE
        case Attribute(resource, name):
            return Unknown(f"{name} of {resource.logical_id} is known only after deployment", resource.place)
        case Choice(node, reason, branches):
            values = [(when, _plain(references, branch, depth + 1)) for when, branch in branches]
            known = [(when, Known(None if value is _GONE else value)) for when, value in values]
            chosen = choose(known, reason, node.place)
            return chosen.value if isinstance(chosen, Known) else chosen
        case Unresolved(node, reason):
            return Unknown(reason, node.place)


def _plain_json(references: References, node: Node, depth: int) -> Any:
    if isinstance(node.raw, dict):
        items = {
            key: _plain(references, references.follow(node.child(key, raw)), depth + 1) for key, raw in node.raw.items()
        }
        return {key: value for key, value in items.items() if value is not _GONE}
    if isinstance(node.raw, list):
        entries = (
            _plain(references, references.follow(node.child(index, raw)), depth + 1)
            for index, raw in enumerate(node.raw)
        )
        return [entry for entry in entries if entry is not _GONE]
    return node.raw
