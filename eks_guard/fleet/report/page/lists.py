"""The lists of the page: policies, worst clusters, steps of upgrades, and what was not audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fleet.report.words import extent, signed
from eks_guard.report.page.markup import Markup, name, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eks_guard.fleet.report.model import FleetReport, PlanStep, PolicyLine, WorstCluster

BAR = 160


def policies_section(report: FleetReport) -> Markup:
    """What each policy finds, with a bar as long as its share of the clusters."""
    if not report.policies:
        body = tag("p", "Nothing failed, is unknown, or is waived.", class_="empty")
    else:
        since = [("since " + report.trend.since.isoformat(), "number")] if report.trend else []
        head = [("severity", ""), ("policy", ""), ("share of clusters", ""), ("fails for", ""), *since]
        body = _table("policies", head, [_policy(line, report) for line in report.policies])
    return tag(
        "section", tag("h2", "Policies ", tag("span", str(len(report.policies)), class_="count")), body, id="policies"
    )


def _policy(line: PolicyLine, report: FleetReport) -> list[Markup]:
    severity = line.severity or "gone"
    bar = _bar(line.clusters, report.clusters, f"severity-{severity}")
    cells = [
        tag("td", severity, class_=f"severity severity-{severity}"),
        tag("th", tag("code", line.policy), scope="row"),
        tag("td", bar),
        tag("td", extent(line, report.group)),
    ]
    if report.trend:
        cells.append(tag("td", signed(line.step or 0), class_="number"))
    return cells


def _bar(part: int, whole: int, kind: str) -> Markup:
    """A bar as long as a share; what is there at all can be seen."""
    share = max(3.0, BAR * min(1.0, part / whole)) if part and whole else 0.0
    track = tag("rect", x="0", y="3", width=str(BAR), height="8", rx="4", class_="track")
    filled = tag("rect", x="0", y="3", width=f"{share:.1f}", height="8", rx="4", class_=kind) if share else None
    return tag("svg", track, filled, viewBox=f"0 0 {BAR} 14", class_="bar-of", aria_hidden="true")


def worst_section(report: FleetReport) -> Markup | None:
    """The clusters with most to do."""
    if not report.worst:
        return None
    head = [
        ("cluster", ""),
        ("where", ""),
        ("version", ""),
        ("high", "number"),
        ("failed", "number"),
        ("unknown", "number"),
    ]
    table = _table("clusters", head, [_worst(row) for row in report.worst])
    return tag("section", tag("h2", "Clusters with the most findings"), table, id="worst")


def _worst(row: WorstCluster) -> list[Markup]:
    place = " · ".join(text for text in (row.group, row.account, row.region) if text)
    return [
        tag("th", name(row.cluster), tag("span", name(row.url), class_="detail url"), scope="row"),
        tag("td", name(place or "not said")),
        tag("td", row.version or "unknown", class_=f"state-{row.support or 'unknown'} mark"),
        *(tag("td", f"{number:,}", class_="number") for number in (row.high, row.failed, row.unknown)),
    ]


def plans_section(report: FleetReport) -> Markup | None:
    """What the way to a newer minor asks of the fleet."""
    if not report.plans:
        return None
    head = [("step", ""), ("share of clusters", "")]
    head += [(words, "number") for words in ("clusters", "blocks", "changes", "unknown")]
    rows = [
        [
            tag("th", "before any step" if step.step == "any" else f"to {step.step}", scope="row"),
            tag("td", _bar(step.clusters, report.clusters, f"weight-{_weight(step)}")),
            *(tag("td", f"{n:,}", class_="number") for n in (step.clusters, step.blocks, step.changes, step.unknown)),
        ]
        for step in report.plans
    ]
    return tag("section", tag("h2", "The path to a newer Kubernetes"), _table("steps", head, rows), id="plans")


def _weight(step: PlanStep) -> str:
    """The heaviest that is among the items of a step."""
    return "blocks" if step.blocks else "unknown" if step.unknown else "changes"


def refused_section(report: FleetReport) -> Markup | None:
    """Reasons, the most frequent first."""
    if not report.not_audited:
        return None
    rows = [
        [
            tag("td", f"{row.archives:,}", class_="number"),
            tag("td", name(row.reason), tag("span", name(row.example), class_="detail url")),
        ]
        for row in report.not_audited
    ]
    table = _table("reasons", [("archives", "number"), ("reason", "")], rows)
    return tag("section", tag("h2", "Not audited"), table, id="refused")


def _table(what: str, head: Sequence[tuple[str, str]], rows: Iterable[list[Markup]]) -> Markup:
    first = tag("tr", *(tag("th", words, scope="col", class_=kind or None) for words, kind in head))
    table = tag("table", tag("thead", first), tag("tbody", *(tag("tr", *row) for row in rows)), class_="grid")
    return tag("div", table, class_="framed scrolled", tabindex="0", role="region", aria_label=f"Table of {what}")
