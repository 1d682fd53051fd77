"""What EKS's own insights into the running cluster say of the minors ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.upgrade import Phase, Remedy, Weight
from eks_guard.upgrade.answers import Insight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.upgrade import Item
    from eks_guard.upgrade.journey import Journey

MAX_DETAILS = 5
_WEIGHTS = {"ERROR": Weight.BLOCKS, "WARNING": Weight.NOTE, "UNKNOWN": Weight.UNKNOWN}


def items(journey: Journey) -> Iterator[Item]:
    """What does not pass, at the step of its minor; what is about no minor, or an earlier one, at the first."""
    insights = journey.answers.insights
    for row in insights.rows if insights else ():
        if row.status in _WEIGHTS and (row.minor is None or row.minor <= journey.target):
            yield _item(journey, row)


def _item(journey: Journey, row: Insight) -> Item:
    at = max(row.minor or journey.first, journey.first)
    shown = "".join(f"; {detail}" for detail in row.details[:MAX_DETAILS])
    more = f"; and {len(row.details) - MAX_DETAILS} more" if len(row.details) > MAX_DETAILS else ""
    says = f"EKS on the running cluster: {row.name}: {row.status}{f', {row.reason}' if row.reason else ''}{shown}{more}"
    source = journey.answers.insights.source if journey.answers.insights else None
    return journey.of_cluster("insight", at, _weight(row), Phase.BEFORE, says, Remedy(text=row.advice), source)


def _weight(row: Insight) -> Weight:
    """EKS warns of calls of an API two minors ahead of its removal, and calls it an error at the last one."""
    if row.is_about_removed_apis and row.status == "WARNING":
        return Weight.BLOCKS
    return _WEIGHTS[row.status]
