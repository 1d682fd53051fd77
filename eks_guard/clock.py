"""Which day it is: the only place where the clock is read."""

from __future__ import annotations

import datetime
import os

from eks_guard.errors import UsageError

VARIABLE = "EKS_GUARD_TODAY"
"""Sets the day at every door, as `--today` does on the command line."""
FIRST, LAST = datetime.date(2018, 6, 5), datetime.date(2099, 12, 31)
"""Days outside are mistakes: EKS began on the first, https://aws.amazon.com/blogs/aws/amazon-eks-now-generally-available/."""


class ClockDay(datetime.date):
    """The day that the machine's clock gives, which may be wrong. Any other day was asked for."""


def today(given: str | None = None) -> datetime.date:
    """The day that is given, else that of EKS_GUARD_TODAY, else the current one in UTC. Raises UsageError."""
    text = given if given is not None else os.environ.get(VARIABLE)
    if not text:
        now = datetime.datetime.now(tz=datetime.UTC)
        return ClockDay(now.year, now.month, now.day)
    name = "--today" if given is not None else VARIABLE
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{name}: found {text!r}, expected a day such as 2026-12-31") from None
    if not FIRST <= day <= LAST:
        raise UsageError(f"{name}: found {text!r}, expected a day from {FIRST} to {LAST}")
    return day
