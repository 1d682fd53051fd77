"""The fact about namespaces that enforce a level of the Pod Security Standards: whether they admit an app's pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.kubernetes.parts import mapping, text
from eks_guard.kubernetes.reading import objects_in
from eks_guard.model.value import Known, Unknown
from eks_guard.policy.facts.control_plane import minors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.kubernetes.pod_security import Enforced
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.model.workloads import Manifest
    from eks_guard.policy.facts.fact import Context

ENFORCE = "pod-security.kubernetes.io/enforce"


def admitted(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """Return whether pods fit the level that their namespace enforces; one observation for each that does not."""
    cluster = context.cluster_of(manifest.owner)
    enforced = _enforced(cluster, context) if cluster else {}
    if not enforced or isinstance(manifest.text, Unknown):
        return ()
    from eks_guard.policy.facts.pods_judged import refused  # noqa: PLC0415 (few namespaces enforce a level)

    found: list[Observation] = []
    for item in objects_in(manifest.text.value.json):
        namespace = mapping(item.body.get("metadata")).get("namespace") or "default"
        rule = enforced.get(namespace) if isinstance(namespace, str) else None
        if rule is not None:
            found.extend(refused(item, namespace, rule, manifest.text.place))
    return tuple(found)


def is_unasked(manifest: Manifest, context: Context) -> bool:
    """Return whether no namespace of the app enforces a level, whatever the version."""
    cluster = context.cluster_of(manifest.owner)
    return cluster is None or not _enforced(cluster, context)


def _enforced(cluster: Cluster, context: Context) -> dict[str, Enforced]:
    """The namespaces that manifests of the app label, by their names; found once for each cluster."""
    known = context.enforced.get(cluster.resource)
    if known is None:
        texts = [manifest.text for manifest in cluster.manifests]
        items = [item.body for text_ in texts if isinstance(text_, Known) for item in objects_in(text_.value.json)]
        known = context.enforced[cluster.resource] = dict(_levels(items, minors_of(cluster, context)))
    return known


def _levels(bodies: list[dict[str, object]], minors: tuple[int, ...]) -> Iterator[tuple[str, Enforced]]:
    for body in bodies:
        metadata = mapping(body.get("metadata")) if body.get("kind") == "Namespace" else {}
        labels, name = mapping(metadata.get("labels")), text(metadata.get("name"))
        level = text(labels.get(ENFORCE))
        if not name or not level:
            continue
        from eks_guard.kubernetes.pod_security import Enforced, checks_of  # noqa: PLC0415 (few namespaces enforce one)

        if checks_of(level):
            version = (text(labels.get(f"{ENFORCE}-version")) or "latest").removeprefix("v1.")
            yield name, Enforced(level, (int(version),) if version.isdigit() else minors)
