"""The report for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fleet.report.queries import SOON
from eks_guard.fleet.report.words import caveats, count, ending, extent, headline, signed, soon, statuses
from eks_guard.report.style import defused, safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fleet.report.model import FleetReport
    from eks_guard.report.style import Style

COLOURS = {"high": "red", "medium": "yellow", "low": "cyan", "info": "blue", "": "green"}
WORST = 5
ROWS = 40
"""Groups that are shown at most; a page or the tables have all."""


def render(report: FleetReport, style: Style) -> str:
    """The report as text."""
    blocks = [_head(report, style), _versions(report, style), _policies(report, style), _trend(report, style)]
    blocks += [_plans(report, style), _worst(report, style), _refused(report, style), _caveats(report)]
    return defused("\n\n".join("\n".join(block) for block in map(list, blocks) if block) + "\n")


def _head(report: FleetReport, style: Style) -> Iterator[str]:
    left = f"{style.paint(safe(report.folder), 'bold')} · {report.today} · {headline(report)}"
    yield f"{left}   {statuses(report)}"


def _versions(report: FleetReport, style: Style) -> Iterator[str]:
    table = report.versions
    names = [" ".join(map(safe, group)).strip() for group, _ in table.rows[: ROWS + 1]]
    widest = max(map(len, names))
    width = max(7, *(len(name) + 2 for name in table.columns))
    yield " " * (widest + 2) + f"{'clusters':>9}" + "".join(f"{name:>{width}}" for name in table.columns)
    for name, (_, counts) in zip(names, table.rows, strict=False):
        yield f"{name:<{widest + 2}}{sum(counts):>9,}" + "".join(f"{number:>{width},}" for number in counts)
    if len(table.rows) > ROWS + 1:
        yield f"… {len(table.rows) - ROWS - 1} more; --format html, json or --export clusters=FILE.csv has all"
    for support, near in soon(report):
        yield style.paint(f"  {support} support ends within {SOON} days: {ending(near)}", "yellow")


def _policies(report: FleetReport, style: Style) -> Iterator[str]:
    widest = max((len(line.policy) for line in report.policies), default=0)
    since = f" since {report.trend.since}" if report.trend else ""
    for line in report.policies:
        step = f"   {signed(line.step)}{since}" if line.step else ""
        label = style.paint(f"{line.severity or 'gone':<7}", COLOURS[line.severity], "bold")
        yield f"{label} {line.policy:<{widest}}  {extent(line, report.group)}{step}".rstrip()


def _trend(report: FleetReport, _: Style) -> Iterator[str]:
    trend = report.trend
    if trend is None:
        return
    yield (
        f"since {trend.since} (run {trend.run}): {count(trend.new, 'new finding')}, {trend.gone:,} gone, "
        f"{trend.changed:,} changed, {trend.same:,} as before"
    )
    for severity, policy, came, went in trend.by_policy[:ROWS]:
        yield f"  {severity:<7} {policy}  {signed(came)} {signed(-went)}"


def _plans(report: FleetReport, _: Style) -> Iterator[str]:
    for step in report.plans:
        name = "before any step" if step.step == "any" else f"step to {step.step}"
        yield (
            f"{name:<16} {count(step.clusters, 'cluster'):<14} blocks {step.blocks:,} · changes {step.changes:,} · "
            f"unknown {step.unknown:,}"
        )


def _worst(report: FleetReport, style: Style) -> Iterator[str]:
    for row in report.worst[:WORST]:
        version = row.version or "unknown"
        yield (
            f"{style.paint(safe(row.cluster), 'bold')}  {safe(row.group)}  {version}  {row.high} high, "
            f"{row.failed} failed, {row.unknown} unknown  {style.paint(safe(row.url), 'dim')}"
        )


def _refused(report: FleetReport, style: Style) -> Iterator[str]:
    for row in report.not_audited:
        where = row.example if row.archives == 1 else f"such as {row.example}"
        yield f"not audited {row.archives:>5,}  {safe(row.reason)}  {style.paint(safe(where), 'dim')}"


def _caveats(report: FleetReport) -> Iterator[str]:
    yield from (f"note: {safe(caveat)}" for caveat in caveats(report))
