"""The kinds of objects that an app defines for a cluster itself: in its manifests, and in crds/ of its own charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.custom_kinds import kinds_of, names_of
from eks_guard.kubernetes.reading import objects_in
from eks_guard.model.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.kubernetes.custom_kinds import CustomKind
    from eks_guard.model.cluster import Cluster
    from eks_guard.policy.facts.fact import Context


def custom_kinds(cluster: Cluster, context: Context) -> Mapping[tuple[str, str], CustomKind]:
    """The kinds by API version and kind; found once for each cluster."""
    return context.once(_custom_kinds, cluster)


def _custom_kinds(cluster: Cluster) -> dict[tuple[str, str], CustomKind]:
    return dict(kinds_of(_bodies(cluster)))


def custom_names(cluster: Cluster) -> frozenset[str]:
    """The names, in lower case, by which kubectl knows these kinds."""
    return frozenset(name for body in _bodies(cluster) for name in names_of(body))


def _bodies(cluster: Cluster) -> Iterator[Any]:
    """The definitions of charts, and after them all objects of manifests, which may change these."""
    for chart in cluster.charts:
        if chart.local is not None and chart.skips_definitions != Known(value=True):
            yield from chart.local.definitions
    for manifest in cluster.manifests:
        if isinstance(manifest.text, Known):
            yield from (item.body for item in objects_in(manifest.text.value.json))
