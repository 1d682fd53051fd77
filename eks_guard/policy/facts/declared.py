"""What the manifests and charts of a cluster declare, found by name: each is read once, however many ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.declared import Declaration, Declared
from eks_guard.model.value import Known, Unknown
from eks_guard.policy.facts.manifest import objects_of, overwrites

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.declared import Key
    from eks_guard.model.resource import Site
    from eks_guard.model.workloads import ManifestObject
    from eks_guard.policy.facts.fact import Context


def declared_in(cluster: Cluster, context: Context) -> Declared:
    """What a cluster's manifests and charts declare."""
    return context.once(_declared, cluster)


def _declared(cluster: Cluster) -> Declared:
    found = Declared()
    for order, manifest in enumerate(cluster.manifests):
        found.order[manifest.at.resource] = order
        if isinstance(manifest.objects, Unknown):
            found.unread.append((order, manifest))
        for index, item in enumerate(objects_of(manifest)):
            _add(found, Declaration(order, manifest, item), index)
    for chart in cluster.charts:
        name = chart.namespace.value if isinstance(chart.namespace, Known) else None
        found.charts.setdefault(name, []).append(chart)
    for provider in reversed(cluster.kubectl):  # the first one that serves a resource stays
        found.providers.update(dict.fromkeys(provider.consumers, provider))
    return found


def _add(found: Declared, declaration: Declaration, index: int) -> None:
    manifest, item = declaration.manifest, declaration.item
    resource = manifest.at.resource
    if item.open:
        if item.kind == "Namespace":
            found.open_names.append(manifest)
        return
    found.objects.setdefault((key_of(item), overwrites(manifest)), []).append(declaration)
    if item.kind != "Namespace":
        return
    found.first_in.setdefault((resource, item.name), index)
    near = found.namespaces.setdefault((template_of(manifest.at), item.name), [])
    for makers in (near, found.makers.setdefault(item.name, [])):
        if not makers or makers[-1] is not manifest:
            makers.append(manifest)


def key_of(item: ManifestObject) -> Key:
    """What the API server tells objects apart by."""
    group = item.api_version.rpartition("/")[0]
    return group, item.kind, item.namespace or "default", item.name


def template_of(at: Site) -> str:
    """The stack or nested stack that declares a resource: an order can be said only within one."""
    return at.resource.stack
