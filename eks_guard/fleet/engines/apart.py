"""Audits in processes apart, by AnyIO, which is imported here alone: one that hangs or dies costs its process.

A worker of Dask is a daemon, to which multiprocessing allows no children, and so do Pebble and loky, which build on
it. AnyIO starts its processes as any other program.
"""

from __future__ import annotations

import faulthandler
import math
import signal
import sys
from typing import TYPE_CHECKING

from anyio import BrokenWorkerProcess, CapacityLimiter, move_on_after
from anyio.from_thread import start_blocking_portal
from anyio.to_process import run_sync

from eks_guard.fleet.engines.lost import died, timed_out
from eks_guard.fleet.task import audit_archive

if TYPE_CHECKING:
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.results import ArchiveResult
    from eks_guard.fleet.sources import Source

MERCY = 5
"""Seconds after which an audit that ran out of its time ends itself, since whoever would end it may be gone."""


class Crew:
    """Processes for the threads of a worker, one each, started when they are needed."""

    def __init__(self) -> None:
        self._started = start_blocking_portal()
        self._portal = self._started.__enter__()

    def audit(self, source: Source, job: Job, timeout: float) -> ArchiveResult:
        """Audit an archive in so many seconds. Raises UsageError and PolicyError, as `audit_archive` does."""
        return self._portal.call(_audit, source, job, timeout)

    def end(self) -> None:
        """End all processes, whatever they do."""
        self._portal.call(self._portal.stop, True)
        self._started.__exit__(None, None, None)


async def _audit(source: Source, job: Job, timeout: float) -> ArchiveResult:  # noqa: ASYNC109 (a promise to the user)
    try:
        await run_sync(_get_ready, limiter=CapacityLimiter(math.inf))
        with move_on_after(timeout):
            return await run_sync(
                _audit_here, source, job, timeout, cancellable=True, limiter=CapacityLimiter(math.inf)
            )
    except BrokenWorkerProcess:
        return died(source, job, "its process ended in the middle of the audit, as when memory runs out")
    return timed_out(source, job, timeout)


def _get_ready() -> None:
    """Leave Ctrl-C to whoever asks. What a process imports by now takes none of the time of an audit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _audit_here(source: Source, job: Job, timeout: float) -> ArchiveResult:
    faulthandler.dump_traceback_later(timeout + MERCY, exit=True, file=sys.stderr)
    try:
        return audit_archive(source, job)
    finally:
        faulthandler.cancel_dump_traceback_later()
