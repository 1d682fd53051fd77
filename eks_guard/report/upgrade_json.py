"""`upgrade --format json`: the contract for scripts, `eks-guard.upgrade/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.upgrade import Weight
from eks_guard.model.value import Known
from eks_guard.report import json_report
from eks_guard.report.style import as_json

if TYPE_CHECKING:
    import datetime

    from eks_guard.model.upgrade import ClusterPlan, Item, Step, UpgradePlan
    from eks_guard.model.value import Value
    from eks_guard.model.version import Version

SCHEMA = "eks-guard.upgrade/1"


def render(plan: UpgradePlan) -> str:
    """The plan as JSON."""
    document = {
        "schema": SCHEMA,
        "assembly": json_report.assembly(plan.assembly),
        "to": str(plan.to) if plan.to else None,
        "today": plan.today.isoformat(),
        "facts_as_of": {name: day.isoformat() for name, day in plan.facts_as_of},
        "summary": {str(weight): plan.count(weight) for weight in Weight},
        "clusters": [_cluster(cluster) for cluster in plan.clusters],
        "notes": list(plan.notes),
        "problems": list(plan.problems),
    }
    return as_json(document)


def _cluster(cluster: ClusterPlan) -> dict[str, Any]:
    return {
        "id": cluster.site.id,
        "stack": cluster.site.stack,
        "from": _start(cluster.start),
        "to": str(cluster.target) if cluster.target else None,
        "summary": {str(weight): cluster.count(weight) for weight in Weight},
        "items": [_item(item) for item in cluster.items],
        "steps": [_step(step) for step in cluster.steps],
    }


def _start(start: Value[Version]) -> str | dict[str, Any]:
    if isinstance(start, Known):
        return str(start.value.of_minor)
    return {"unknown": start.reason, "candidates": sorted({str(found.value.of_minor) for found in start.candidates})}


def _step(step: Step) -> dict[str, Any]:
    return {
        "to": str(step.to),
        "support": {
            "end_of_standard": _day(step.end_of_standard),
            "end_of_extended": _day(step.end_of_extended),
        },
        "items": [_item(item) for item in step.items],
    }


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _item(item: Item) -> dict[str, Any]:
    name, fix, location = item.object, item.fix, item.location
    return {
        "id": item.id,
        "at": str(item.at) if item.at else None,
        "weight": str(item.weight),
        "phase": str(item.phase),
        "subject": {
            "kind": item.kind,
            "id": item.site.id,
            "stack": item.site.stack,
            "logical_id": item.site.resource.logical_id,
        },
        "object": {
            "api_version": name.api_version,
            "kind": name.kind,
            "namespace": name.namespace,
            "name": name.name,
        }
        if name
        else None,
        "says": item.says,
        "fix": {
            "text": fix.text,
            "typescript": fix.typescript,
            "python": fix.python,
            "cloudformation": fix.cloudformation,
            "shell": fix.commands,
        },
        "location": json_report.location(location) if location else None,
        "source": {"text": item.source.text, "as_of": item.source.as_of} if item.source else None,
        "fingerprint": item.fingerprint,
    }
