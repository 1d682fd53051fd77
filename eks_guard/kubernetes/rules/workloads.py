"""Deployments, stateful sets, daemon sets and replica sets: selectors, restart policies, how they roll out.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go
"""

from __future__ import annotations

from functools import partial
from typing import Any

from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import is_given, is_open, mapping, number
from eks_guard.kubernetes.rules.selectors import matches

STRATEGY = "strategy"
SELECTOR = "selector"
PROGRESS_DEADLINE = 600
"""Seconds that a Deployment has for its progress unless told otherwise."""


def deployment(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The spec of a Deployment."""
    judge_long_running(value, path, notes, kind="deployment")
    strategy = mapping(value.get("strategy"))
    rolling = strategy.get("rollingUpdate")
    if strategy.get("type") == "Recreate" and rolling is not None and not is_open(rolling):
        says = "may not be specified when strategy `type` is 'Recreate'"
        notes.wrong(f"{path}.strategy.rollingUpdate", STRATEGY, says)
    elif _is_zero(mapping(rolling).get("maxSurge")) and _is_zero(mapping(rolling).get("maxUnavailable")):
        says = "may not be 0 when `maxSurge` is 0"
        notes.wrong(f"{path}.strategy.rollingUpdate.maxUnavailable", STRATEGY, says)
    deadline, ready = value.get("progressDeadlineSeconds"), number(value.get("minReadySeconds")) or 0
    seconds = PROGRESS_DEADLINE if deadline is None else number(deadline)
    if seconds is not None and seconds <= ready:
        says = f"{seconds} must be greater than minReadySeconds, which is {ready}"
        notes.wrong(f"{path}.progressDeadlineSeconds", STRATEGY, says)


def daemon_set(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The spec of a DaemonSet, of which either a surge or what may be unavailable is not 0."""
    judge_long_running(value, path, notes, kind="daemonset")
    rolling = mapping(mapping(value.get("updateStrategy")).get("rollingUpdate"))
    surge, unavailable = rolling.get("maxSurge"), rolling.get("maxUnavailable")
    if is_open(surge) or is_open(unavailable):
        return
    surges = is_given(surge) and not _is_zero(surge)
    if _is_zero(unavailable) and not surges:
        says = "required: cannot be 0 when maxSurge is 0"
        notes.wrong(f"{path}.updateStrategy.rollingUpdate.maxUnavailable", STRATEGY, says)
    if surges and not _is_zero(unavailable):
        says = "may not be set when maxUnavailable is non-zero; that is 1 where it is not given"
        notes.wrong(f"{path}.updateStrategy.rollingUpdate.maxSurge", STRATEGY, says)


def stateful_set(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The spec of a StatefulSet."""
    judge_long_running(value, path, notes, kind="statefulset")
    strategy = mapping(value.get("updateStrategy"))
    if strategy.get("type") == "OnDelete" and strategy.get("rollingUpdate") is not None:
        says = "only allowed for updateStrategy 'RollingUpdate'"
        notes.wrong(f"{path}.updateStrategy.rollingUpdate", STRATEGY, says)


def judge_long_running(value: dict[Any, Any], path: str, notes: Notes, *, kind: str) -> None:
    """A workload whose pods never end: its selector fits its template, and these restart always."""
    judge_selector(value, path, notes, kind=kind)
    pod = mapping(mapping(value.get("template")).get("spec"))
    policy = pod.get("restartPolicy")
    if policy in ("OnFailure", "Never"):
        says = f'unsupported value "{policy}", supported values: "Always"'
        notes.wrong(f"{path}.template.spec.restartPolicy", "restart-policy", says)
    if number(pod.get("activeDeadlineSeconds")) is not None:
        notes.wrong(f"{path}.template.spec.activeDeadlineSeconds", "pod", f"is not supported in a {kind}")


def judge_selector(value: dict[Any, Any], path: str, notes: Notes, *, kind: str) -> None:
    """A selector that is given is not empty, and matches the labels of the template."""
    selector, template = value.get("selector"), value.get("template")
    if not isinstance(selector, dict):
        return
    if not any(selector.values()):
        notes.wrong(f"{path}.selector", SELECTOR, f"empty selector is invalid for {kind}")
        return
    metadata = mapping(template).get("metadata")
    if isinstance(template, dict) and not is_open(metadata):
        labels = mapping(metadata).get("labels")
        if matches(selector, labels) is False:
            says = "`selector` does not match template `labels`"
            notes.wrong(f"{path}.template.metadata.labels", SELECTOR, says)


def replication_controller(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The spec of a ReplicationController, whose selector is a plain map."""
    plain = value.get("selector")
    given = {"selector": {"matchLabels": plain}} if isinstance(plain, dict) and plain else {}
    judge_long_running({**value, "selector": None, **given}, path, notes, kind="replication controller")


def _is_zero(value: Any) -> bool:
    return number(value) == 0 or (
        isinstance(value, str) and value.rstrip("%").strip("0") == "" and value not in ("", "%")
    )


RULES = {
    "apps.v1.DeploymentSpec": (deployment,),
    "apps.v1.DaemonSetSpec": (daemon_set,),
    "apps.v1.StatefulSetSpec": (stateful_set,),
    "apps.v1.ReplicaSetSpec": (partial(judge_long_running, kind="replicaset"),),
    "core.v1.ReplicationControllerSpec": (replication_controller,),
}
