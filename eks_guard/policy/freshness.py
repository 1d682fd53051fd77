"""What the tables cannot know: what came after the day as of which they are right. Also a day that is before it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from eks_guard.clock import ClockDay
from eks_guard.model.value import possible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.data import Tables
    from eks_guard.model.cluster import Cluster

MAX_AGE = datetime.timedelta(days=120)
"""An older table is worth a reminder: Kubernetes brings a minor three times a year."""


def day_of(today: datetime.date, tables: Tables) -> tuple[datetime.date, str | None]:
    """The day to judge by, and why it is not the clock's where that is before the calendar's: then the clock is wrong.

    What has ended on the calendar's day has ended. What has not may have ended since, so nothing passes by that day.
    """
    newest = max(tables.eks_versions)
    as_of = tables.used["eks_versions"]
    if not isinstance(today, ClockDay) or today >= as_of:
        return today, None
    return as_of, (
        f"the clock says {today}, before the day of the facts ({as_of}): judged as of that day, and what has not ended "
        f"by then, such as the support for {newest}, is unknown; set the clock, or the day with --today"
    )


def notes(clusters: Iterable[Cluster], tables: Tables, today: datetime.date) -> Iterator[str]:
    """A note for each version that the calendar does not have yet, and one for tables that grew old."""
    newest = max(tables.eks_versions)
    for cluster in clusters:
        for newer in (each for each in possible(cluster.version) if each.of_minor > newest):
            yield (
                f"{cluster.id}: Kubernetes {newer} is newer than {newest}, the newest that eks-guard "
                f"knows (as of {tables.used['eks_versions']}): checks of its calendar are assumed to pass"
            )
    calendar = tables.used["eks_versions"]
    if calendar - today > MAX_AGE:
        yield f"judged as of {today}, long before the day of the facts ({calendar}), by what they say of that time"
    as_of, name = min((as_of, name) for name, as_of in tables.used.items())
    if today - as_of > MAX_AGE:
        yield (
            f"the facts are old ({name} is of {as_of}, {(today - as_of).days} days ago): "
            "upgrade eks-guard, or pass newer ones with --data"
        )


def span(tables: Tables) -> str:
    """The days as of which all tables are right, in words."""
    by_day = sorted((as_of, name) for name, as_of in tables.as_of().items())
    (first, oldest), (last, _) = by_day[0], by_day[-1]
    return f"as of {last}" if first == last else f"as of {first} ({oldest}) to {last}"
