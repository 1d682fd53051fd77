"""`upgrade --format markdown`: the plan as check lists, one for each step, for an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.upgrade import Phase
from eks_guard.report.markdown import plain
from eks_guard.report.upgrade_text import lines_of, not_here, place_of, summary, way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.upgrade import ClusterPlan, Item, UpgradePlan


def render(plan: UpgradePlan) -> str:
    """The plan as Markdown."""
    lines = ["# Upgrade plan", ""]
    for cluster in plan.clusters:
        lines += _cluster(plan, cluster)
    return "\n".join((*lines, f"_{not_here(plan)}_", ""))


def _cluster(plan: UpgradePlan, cluster: ClusterPlan) -> Iterator[str]:
    yield f"## {plain(cluster.site.id)}: {way(cluster)}"
    yield ""
    yield summary(cluster) if cluster.steps or cluster.items else "nothing to do"
    yield ""
    for item in cluster.items:
        yield from _item(plan, item)
    for step in cluster.steps:
        yield f"### To {step.to}"
        yield ""
        for phase in Phase:
            for item in (found for found in step.items if found.phase is phase):
                yield from _item(plan, item)
        yield ""


def _item(plan: UpgradePlan, item: Item) -> Iterator[str]:
    where = f" ({plain(place_of(item))})" if place_of(item) else ""
    yield f"- [ ] {item.phase}: **{item.weight}** `{item.id}` {plain(item.site.id)}{where}: {plain(item.says)}"
    written = list(lines_of(item, plan))
    if written:
        fence = "```" if not any("```" in line for line in written) else "````"
        yield from ("", f"  {fence}", *(f"  {line}" for line in written), f"  {fence}", "")
