"""Answers about archives whose audit never gave one."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from eks_guard.fleet.results import ArchiveResult, Status

if TYPE_CHECKING:
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.sources import Source


def died(source: Source, job: Job, reason: str) -> ArchiveResult:
    """The process that audited it is gone."""
    return _lost(source, job, Status.DIED, reason)


def timed_out(source: Source, job: Job, seconds: float) -> ArchiveResult:
    """The audit took too long."""
    return _lost(source, job, Status.TIMED_OUT, f"took more than {seconds:g} seconds; raise --timeout")


def ending(code: int) -> str:
    """How a process ended, by its exit code, which is negative for a signal."""
    if code >= 0:
        return f"its process ended with exit code {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    return f"its process was ended by {name}" + (", as when memory runs out" if name == "SIGKILL" else "")


def _lost(source: Source, job: Job, status: Status, reason: str) -> ArchiveResult:
    return ArchiveResult(source.url, source.key, source.version, status, reason, bytes=source.size, today=job.today)
