"""Autoscalers, disruption budgets and priorities.

https://github.com/kubernetes/kubernetes/tree/master/pkg/apis (autoscaling, policy, scheduling: validation)
"""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.formats import path_segment
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import is_given, is_open, mapping, number, text
from eks_guard.kubernetes.quantities import amount

HPA = "hpa"
ZERO_REPLICAS = 36
"""The minor from which on it is not verified whether HPAScaleToZero is still off."""
SOURCES = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
TARGETS = {
    "resource": ("averageUtilization", "averageValue"),
    "containerResource": ("averageUtilization", "averageValue"),
    "pods": ("averageValue",),
    "object": ("value", "averageValue"),
    "external": ("value", "averageValue"),
}
"""What a target of a source can be set to."""
MOST_PRIORITY = 1_000_000_000


def autoscaler(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The bounds of a HorizontalPodAutoscaler."""
    least, most = number(value.get("minReplicas")), number(value.get("maxReplicas"))
    if least is not None and least < 1:
        says = f"minReplicas {least} must be greater than or equal to 1"
        doubtful = least == 0 and notes.minor >= ZERO_REPLICAS
        (notes.doubtful if doubtful else notes.wrong)(f"{path}.minReplicas", HPA, says)
    if least is not None and most is not None and most < least:
        notes.wrong(f"{path}.maxReplicas", HPA, f"{most} must be greater than or equal to `minReplicas` {least}")


def metric(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A metric: the body that its type asks for, and a target."""
    kind = text(value.get("type"))
    wanted = SOURCES.get(kind or "")
    if wanted is None:
        return
    for name in SOURCES.values():
        body = value.get(name)
        if name == wanted and body is None and all(isinstance(key, str) for key in value):
            notes.wrong(f"{path}.{name}", HPA, "required: must populate information for the given metric source")
        elif name != wanted and body is not None and not is_open(body):
            says = f"must populate the given metric source only, which is {wanted} for `type` {kind}"
            notes.wrong(f"{path}.{name}", HPA, says)
    asked = mapping(mapping(value.get(wanted)).get("metric")).get("name")
    notes.note(f"{path}.{wanted}.metric.name", HPA, path_segment(asked) if is_given(asked) else None)
    target = mapping(value.get(wanted)).get("target")
    if isinstance(target, dict):
        _judge_target(target, f"{path}.{wanted}.target", notes, TARGETS[wanted])


def _judge_target(target: dict[Any, Any], path: str, notes: Notes, ways: tuple[str, ...]) -> None:
    notes.exactly_one(target, path, ways, HPA, "target value")
    for way in ("value", "averageValue"):
        size = amount(target.get(way))
        if size is not None and size <= 0:
            notes.wrong(f"{path}.{way}", HPA, f"{target[way]} must be positive")


def scaling_rules(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The rules for one direction: none are fine, an empty list of them is not."""
    if value.get("policies") == []:
        notes.wrong(f"{path}.policies", HPA, "required: must specify at least one Policy")


def disruption_budget(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A budget has one bound at most."""
    if value.get("minAvailable") is not None and value.get("maxUnavailable") is not None:
        notes.wrong(path, "pdb", "minAvailable and maxUnavailable cannot be both set")


def priority_class(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """A priority of the user's own."""
    name = text(mapping(value.get("metadata")).get("name")) or ""
    if name.startswith("system-") and name not in ("system-node-critical", "system-cluster-critical"):
        says = "priority class names with 'system-' prefix are reserved for system use only"
        notes.wrong("metadata.name", "priority", says)
    priority = number(value.get("value"))
    if priority is not None and priority > MOST_PRIORITY and not name.startswith("system-"):
        says = f"{priority} must not be above the maximum allowed value of a user defined priority, {MOST_PRIORITY}"
        notes.wrong("value", "priority", says)


RULES = {
    "autoscaling.v1.HorizontalPodAutoscalerSpec": (autoscaler,),
    "autoscaling.v2.HorizontalPodAutoscalerSpec": (autoscaler,),
    "autoscaling.v2.MetricSpec": (metric,),
    "autoscaling.v2.HPAScalingRules": (scaling_rules,),
    "policy.v1.PodDisruptionBudgetSpec": (disruption_budget,),
    "scheduling.v1.PriorityClass": (priority_class,),
}
