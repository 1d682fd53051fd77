"""On which day a result may be another one, although nothing in the archive changed."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from eks_guard.model.policy import AnyOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.data import Tables
    from eks_guard.model.finding import Waiver
    from eks_guard.model.policy import Policy

COUNTED = frozenset({"version.days_of_standard_support", "handler.runtime_days_left"})
"""The facts that count days: what they say is another sentence on each."""
DAY = datetime.timedelta(days=1)


def counting_days(policies: Iterable[Policy]) -> frozenset[str]:
    """The ids of the policies whose sentences count days."""
    return frozenset(policy.id for policy in policies if any(True for _ in _bounds((policy,))))


def next_change(
    tables: Tables, policies: Sequence[Policy], waivers: Sequence[Waiver], today: datetime.date
) -> datetime.date | None:
    """The first day after today on which a date of the calendar falls, or comes so near that a policy asks for it."""
    ends = list(_dates(tables))
    reached = (end - datetime.timedelta(days=bound) for end in ends for bound in _bounds(policies))
    lapsed = (waiver.expires for waiver in waivers if waiver.expires)
    days = {day + step for day in (*ends, *reached, *lapsed) for step in (datetime.timedelta(), DAY)}
    return min((day for day in days if day > today), default=None)


def _dates(tables: Tables) -> Iterator[datetime.date]:
    for row in tables.eks_versions.values():
        yield from (day for day in (row.released, row.end_of_standard, row.end_of_extended) if day)
    yield from (day for day in tables.lambda_runtimes.values() if day)


def _bounds(policies: Iterable[Policy]) -> Iterator[int]:
    """The days that policies ask for."""
    for policy in policies:
        for line in (*policy.when, *policy.expect):
            for asked in line.alternatives if isinstance(line, AnyOf) else (line,):
                if asked.fact in COUNTED:
                    operands = asked.operand if isinstance(asked.operand, list | tuple) else (asked.operand,)
                    yield from (operand for operand in operands if isinstance(operand, int))
