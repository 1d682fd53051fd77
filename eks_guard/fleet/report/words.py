"""What all forms of a report say in the same words."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from eks_guard.fleet.report.queries import SOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fleet.report.model import Ending, FleetReport, PolicyLine

LOST = ("refused", "died", "timed-out")


def count(number: int, noun: str, nouns: str | None = None) -> str:
    """A number with its noun: `1,000 archives`; `nouns` where the plural is more than an s."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"


def headline(report: FleetReport) -> str:
    """The fleet in numbers."""
    parts = [count(report.archives, "archive"), count(report.clusters, "cluster")]
    if report.groups:
        parts.insert(1, count(report.groups, report.group))
    return " · ".join(parts)


def statuses(report: FleetReport) -> str:
    """What became of the archives: `audited 989 · empty 0 · refused 11`."""
    counts = dict(report.statuses)
    shown = ("audited", "empty", *(status for status in LOST if counts.get(status) or status == "refused"))
    return " · ".join(f"{status} {counts.get(status, 0):,}" for status in shown)


def soon(report: FleetReport) -> Iterator[tuple[str, list[Ending]]]:
    """The ends of support that are near, standard and extended apart."""
    end = report.today + datetime.timedelta(days=SOON)
    for support in ("standard", "extended"):
        near = [row for row in report.endings if row.support == support and report.today <= row.day < end]
        if near:
            yield support, near


def ending(near: list[Ending]) -> str:
    """Clusters and days: `186 clusters (1.31 on 2026-11-26)`."""
    days = ", ".join(f"{row.version} on {row.day}" for row in near)
    return f"{count(sum(row.clusters for row in near), 'cluster')} ({days})"


def extent(line: PolicyLine, group: str) -> str:
    """How many clusters a policy fails for: `1,106 clusters in 40 teams · unknown 98`."""
    rest = line.findings if not line.clusters else 0
    words = count(rest, "finding") if rest else count(line.clusters, "cluster")
    if line.groups and (line.clusters or rest):
        words += f" in {count(line.groups, group)}"
    more = [(line.unknown, "unknown"), (line.waived, "waived")]
    return " · ".join([words, *(f"{name} {number:,}" for number, name in more if number)])


def signed(number: int) -> str:
    """A change with its sign; a typographic minus is as wide as a plus."""
    return f"+{number:,}" if number > 0 else f"\u2212{-number:,}" if number < 0 else "±0"


def caveats(report: FleetReport) -> Iterator[str]:
    """What a reader has to know beside the numbers."""
    lost = sum(number for status, number in report.statuses if status in LOST)
    if lost:
        yield f"{count(lost, 'archive')} could not be audited: their content is missing here, in whole or in part"
    for failure in report.failures:
        yield f"not listed: {failure}"
    if report.passed_over:
        yield (
            f"{count(report.passed_over, 'cluster')} in older archives of the same apps are not counted; "
            "--all counts every archive"
        )
    if report.no_trend:
        yield report.no_trend
