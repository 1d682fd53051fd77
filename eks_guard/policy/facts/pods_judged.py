"""Facts about pods and pod templates: the checks of the Pod Security Standards, and namespaces that enforce them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.kubernetes.parts import mapping, text
from eks_guard.kubernetes.pod_security import Enforced, checks_of, pod_of, refusals, violations
from eks_guard.kubernetes.reading import Written, objects_in
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.policy.facts.control_plane import minors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.kubernetes.notes import Mistake
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.value import Place
    from eks_guard.model.workloads import AppliedObject, Manifest
    from eks_guard.policy.facts.fact import Context

NEWEST = 1000
"""What counts as the minor for the standard itself where that is not known: every check of it holds."""
SHOWN = 10
ENFORCE = "pod-security.kubernetes.io/enforce"


def fits(thing: AppliedObject, context: Context, check: str) -> tuple[Observation, ...]:
    """Return whether the pod of an object fits one check of the Pod Security Standards."""
    cluster = context.cluster_of(thing.manifest.owner)
    pod = pod_of(thing.body, _minor(cluster))
    if pod is None:
        return ()
    item = Written("", thing.body)
    found = tuple(_observed(item, mistake, thing.place) for mistake in violations(check, pod)[:SHOWN])
    return found or (Observation(Known(value=True), f"{item} passes {check}", thing.place, _proof(item, thing.place)),)


def admitted(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """Return whether pods fit the level that their namespace enforces; one observation for each that does not."""
    cluster = context.cluster_of(manifest.owner)
    enforced = _enforced(cluster, context) if cluster else {}
    if not enforced or isinstance(manifest.text, Unknown):
        return ()
    found: list[Observation] = []
    for item in objects_in(manifest.text.value.json):
        namespace = mapping(item.body.get("metadata")).get("namespace") or "default"
        rule = enforced.get(namespace) if isinstance(namespace, str) else None
        if rule is not None:
            found.extend(_refused(item, namespace, rule, manifest.text.place))
    return tuple(found)


def _refused(item: Written, namespace: str, rule: Enforced, place: Place | None) -> Iterator[Observation]:
    pod = pod_of(item.body)
    if pod is None:
        return
    what = "the deploy will fail with" if item.body.get("kind") == "Pod" else "no pod is created, and its events say"
    says = f"; namespace {namespace} enforces {rule.level}: {what} “violates PodSecurity”"
    mistakes = refusals(rule.level, pod, rule.minors)
    for mistake in mistakes[:SHOWN]:
        yield _observed(item, mistake, place, says)
    if not mistakes:
        yield Observation(Known(value=True), f"{item} fits {rule.level}", place, _proof(item, place))


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
        if name and level and checks_of(level):
            version = (text(labels.get(f"{ENFORCE}-version")) or "latest").removeprefix("v1.")
            yield name, Enforced(level, (int(version),) if version.isdigit() else minors)


def _minor(cluster: Cluster | None) -> int:
    return cluster.version.value.minor if cluster and isinstance(cluster.version, Known) else NEWEST


def _observed(item: Written, mistake: Mistake, place: Place | None, more: str = "") -> Observation:
    says = f"{item}: {mistake}{more}"
    value: Value[bool] = Known(value=False, place=place) if mistake.certain else Unknown(says, place)
    return Observation(value, says, place, _proof(item, place))


def _proof(item: Written, place: Place | None) -> tuple[Step, ...]:
    return (Step(0, "object", str(item), place),)
