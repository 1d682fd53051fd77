"""`upgrade` for people: the clusters, their steps, and in each step what is due before, with and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import count
from eks_guard.model.fix import Language, as_javascript
from eks_guard.model.upgrade import Phase, Weight
from eks_guard.model.value import Known
from eks_guard.report.style import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.upgrade import ClusterPlan, Item, Step, UpgradePlan
    from eks_guard.report.style import Style

COLOURS = {Weight.BLOCKS: "red", Weight.CHANGE: "yellow", Weight.UNKNOWN: "magenta", Weight.NOTE: "blue"}
COUNTED = {
    Weight.BLOCKS: ("block", "block"),
    Weight.CHANGE: ("change", "changes"),
    Weight.UNKNOWN: ("unknown", "unknown"),
    Weight.NOTE: ("note", "notes"),
}
"""How one of a weight is said, and any other number."""
NOT_HERE = (
    "not visible in an assembly: free IP addresses in the subnets (five are needed), disruption budgets of "
    "running workloads"
)
CALLS = ", calls to deprecated APIs (aws eks list-insights, whose output --insights reads)"
LANGUAGES = {Language.PYTHON: "python", Language.CLOUDFORMATION: "cloudformation"}


def render(plan: UpgradePlan, style: Style) -> str:
    """The plan as text."""
    lines = [_head(plan), ""]
    for cluster in plan.clusters:
        lines += [*_cluster(plan, cluster, style), ""]
    lines += style.wrap(not_here(plan), "")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def not_here(plan: UpgradePlan) -> str:
    """What no plan from an assembly can know."""
    return NOT_HERE if plan.has_insights else NOT_HERE + CALLS


def summary(cluster: ClusterPlan) -> str:
    """How much of each weight a plan has."""
    return " · ".join(count(cluster.count(weight), *words) for weight, words in COUNTED.items())


def way(cluster: ClusterPlan) -> str:
    """From where to where."""
    start = str(cluster.start.value.of_minor) if isinstance(cluster.start, Known) else "?"
    return f"{start} → {cluster.steps[-1].to}" if cluster.steps else start


def lines_of(item: Item, plan: UpgradePlan) -> Iterator[str]:
    """What to do, in words and in the language of the app."""
    fix = item.fix
    if fix.text:
        yield fix.text
    written = getattr(fix, LANGUAGES.get(plan.language, "typescript")) if plan.language else fix.typescript
    for text in (fix.commands, written or fix.cloudformation):
        lines = (text or "").splitlines()
        yield from map(as_javascript, lines) if plan.language is Language.JAVASCRIPT else lines


def place_of(item: Item) -> str:
    """The line of the user's code, else that of the template."""
    location = item.location
    if location is None:
        return ""
    if location.source:
        return str(location.source)
    return f"{location.place.template}:{location.line}" if location.line else location.place.template


def _head(plan: UpgradePlan) -> str:
    clusters = count(len(plan.clusters), "cluster")
    oldest = min((day for _, day in plan.facts_as_of), default=plan.today)
    return safe(f"{plan.assembly.path} · {clusters} · facts as of {oldest} and later")


def _cluster(plan: UpgradePlan, cluster: ClusterPlan, style: Style) -> Iterator[str]:
    yield f"{style.paint(safe(cluster.site.id), 'bold')}   {way(cluster)}   {summary(cluster)}"
    if not cluster.steps and not cluster.items:
        yield "  nothing to do"
    for item in cluster.items:
        yield from _item(plan, item, style)
    for step in cluster.steps:
        yield ""
        yield from _step(plan, step, style)


def _step(plan: UpgradePlan, step: Step, style: Style) -> Iterator[str]:
    blocks = sum(item.weight is Weight.BLOCKS for item in step.items)
    yield style.paint(f"to {step.to}", "bold") + f"   {f'{blocks} block' if blocks else 'nothing blocks'}"
    for phase in Phase:
        mine = [item for item in step.items if item.phase is phase]
        if mine:
            yield f"  {phase}"
        for item in mine:
            yield from _item(plan, item, style)


def _item(plan: UpgradePlan, item: Item, style: Style) -> Iterator[str]:
    weight = style.paint(f"{item.weight:<8}", COLOURS[item.weight])
    yield f"    {weight} {item.id}  {safe(item.site.id)}  {style.paint(safe(place_of(item)), 'dim')}"
    yield from (safe(line) for line in style.wrap(item.says, " " * 13))
    for index, line in enumerate(lines_of(item, plan)):
        yield safe(f"{' ' * 13}{'fix  ' if index == 0 else '     '}{line}")
