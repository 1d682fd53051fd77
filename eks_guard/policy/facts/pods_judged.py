"""Facts about pods and pod templates: the checks of the Pod Security Standards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.kubernetes.pod_security import pod_of, refusals, violations
from eks_guard.kubernetes.reading import Written
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.kubernetes.notes import Mistake
    from eks_guard.kubernetes.pod_security import Enforced
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.value import Place
    from eks_guard.model.workloads import AppliedObject
    from eks_guard.policy.facts.fact import Context

NEWEST = 1000
"""What counts as the minor for the standard itself where that is not known: every check of it holds."""
SHOWN = 10


def fits(thing: AppliedObject, context: Context, check: str) -> tuple[Observation, ...]:
    """Return whether the pod of an object fits one check of the Pod Security Standards."""
    cluster = context.cluster_of(thing.manifest.owner)
    pod = pod_of(thing.body, _minor(cluster))
    if pod is None:
        return ()
    item = Written("", thing.body)
    found = tuple(_observed(item, mistake, thing.place) for mistake in violations(check, pod)[:SHOWN])
    return found or (Observation(Known(value=True), f"{item} passes {check}", thing.place, _proof(item, thing.place)),)


def refused(item: Written, namespace: str, rule: Enforced, place: Place | None) -> Iterator[Observation]:
    """Yield what a namespace says of the pods of an object; nothing for an object without any."""
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


def _minor(cluster: Cluster | None) -> int:
    return cluster.version.value.minor if cluster and isinstance(cluster.version, Known) else NEWEST


def _observed(item: Written, mistake: Mistake, place: Place | None, more: str = "") -> Observation:
    says = f"{item}: {mistake}{more}"
    value: Value[bool] = Known(value=False, place=place) if mistake.certain else Unknown(says, place)
    return Observation(value, says, place, _proof(item, place))


def _proof(item: Written, place: Place | None) -> tuple[Step, ...]:
    return (Step(0, "object", str(item), place),)
