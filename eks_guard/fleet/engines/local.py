"""Processes of this machine, by Pebble, which is imported here alone: one that dies or hangs costs one archive."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, Future, TimeoutError, wait  # noqa: A004 (what Pebble raises)
from itertools import islice
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessPool

from eks_guard.fleet.engines.lost import died, ending, timed_out
from eks_guard.fleet.task import audit_archive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.fleet.engines.engine import Settings
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.results import ArchiveResult
    from eks_guard.fleet.sources import Source

AHEAD = 4
"""Archives that are given out for each worker, so that none waits and memory does not grow with the list."""
TASKS_OF_A_WORKER = 500
"""A process that did as many audits is replaced by a fresh one."""


def run(sources: Iterable[Source], job: Job, settings: Settings) -> Iterator[ArchiveResult]:
    """The answers as they come."""
    pool = ProcessPool(
        max_workers=settings.workers,
        max_tasks=TASKS_OF_A_WORKER,
        initializer=_prepare_worker,
        context=multiprocessing.get_context("spawn"),
    )
    pending: dict[Future[ArchiveResult], Source] = {}
    feed = iter(sources)
    try:
        while True:
            for source in islice(feed, settings.workers * AHEAD - len(pending)):
                pending[pool.schedule(audit_archive, args=[source, job], timeout=settings.timeout)] = source
            if not pending:
                break
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                yield _answer(future, pending.pop(future), job, settings)
        pool.close()
    finally:
        if pool.active:
            pool.stop()
        pool.join()


def _answer(future: Future[ArchiveResult], source: Source, job: Job, settings: Settings) -> ArchiveResult:
    """What became of a task. Raises what a user has to mend before any archive can be audited."""
    try:
        return future.result()
    except TimeoutError:
        return timed_out(source, job, settings.timeout)
    except ProcessExpired as error:
        return died(source, job, ending(error.exitcode or 0))


def _prepare_worker() -> None:
    """Leave Ctrl-C, which a terminal sends to every process, to the coordinator, and end where that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_coordinator, daemon=True).start()


def _end_with_the_coordinator() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
