"""The report for a job summary, a wiki or a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fleet.report.queries import SOON
from eks_guard.fleet.report.words import caveats, ending, extent, headline, signed, soon, statuses
from eks_guard.report.markdown import plain
from eks_guard.report.style import Style, defused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.fleet.report.model import FleetReport

ROWS = 200
"""Groups that are shown at most."""


def render(report: FleetReport, _: Style) -> str:
    """The report as Markdown."""
    parts = [_head(report), _versions(report), _policies(report), _trend(report), _plans(report), _worst(report)]
    return defused("\n\n".join("\n".join(part) for part in map(list, [*parts, _refused(report)]) if part) + "\n")


def _head(report: FleetReport) -> Iterator[str]:
    yield f"## {headline(report)}"
    yield ""
    yield f"{plain(report.folder)} · run {report.run} · judged as of {report.today} · {statuses(report)}"
    notes = [f"{support} support ends within {SOON} days: {ending(near)}" for support, near in soon(report)]
    for note in (*notes, *caveats(report)):
        yield f"- {plain(note)}"


def _versions(report: FleetReport) -> Iterator[str]:
    table = report.versions
    head = [*(table.by or ("",)), "clusters", *table.columns]
    rows = (
        [*map(plain, names), f"{sum(counts):,}", *(f"{n:,}" for n in counts)] for names, counts in table.rows[:ROWS]
    )
    yield from _table(head, rows, len(table.by or ("",)))
    if len(table.rows) > ROWS:
        yield f"\n{len(table.rows) - ROWS} more groups are left out."


def _policies(report: FleetReport) -> Iterator[str]:
    if not report.policies:
        yield "Nothing failed, is unknown or is waived."
        return
    since = [f"since {report.trend.since}"] if report.trend else []
    rows = (
        [
            line.severity or "gone",
            f"`{line.policy}`",
            extent(line, report.group),
            *([signed(line.step or 0)] if report.trend else []),
        ]
        for line in report.policies
    )
    yield from _table(["severity", "policy", "fails for", *since], rows, 3)


def _trend(report: FleetReport) -> Iterator[str]:
    trend = report.trend
    if trend:
        yield (
            f"Since {trend.since}: **{trend.new:,} new** findings, {trend.gone:,} gone, {trend.changed:,} changed, "
            f"{trend.same:,} as before."
        )


def _plans(report: FleetReport) -> Iterator[str]:
    if report.plans:
        rows = ([s.step, *(f"{n:,}" for n in (s.clusters, s.blocks, s.changes, s.unknown))] for s in report.plans)
        yield from _table(["step", "clusters", "blocks", "changes", "unknown"], rows, 1)


def _worst(report: FleetReport) -> Iterator[str]:
    if report.worst:
        rows = (
            [plain(w.cluster), plain(w.group), w.version or "unknown", str(w.high), str(w.failed), str(w.unknown)]
            for w in report.worst
        )
        yield from _table(["cluster", "labels", "version", "high", "failed", "unknown"], rows, 3)


def _refused(report: FleetReport) -> Iterator[str]:
    if report.not_audited:
        rows = ([plain(row.reason), plain(row.example), f"{row.archives:,}"] for row in report.not_audited)
        yield from _table(["not audited", "such as", "archives"], rows, 2)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int) -> Iterator[str]:
    """A table whose first columns hold words, and the others numbers."""
    yield f"| {' | '.join(head)} |"
    yield "|" + "".join("---|" if place < words else "--:|" for place in range(len(head)))
    yield from (f"| {' | '.join(row)} |" for row in rows)
