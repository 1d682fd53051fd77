"""A cluster of Dask's, which a team runs already; distributed is imported here alone.

A batch of archives is a task. A batch whose workers died is done again at the end, one archive after the other, so
that only the one that kills is lost. Workers must have the same eks-guard, policies and tables as the coordinator.
"""

from __future__ import annotations

from itertools import islice
from threading import Thread
from typing import TYPE_CHECKING, Any

from eks_guard.errors import UsageError
from eks_guard.fleet.engines.lost import died, timed_out
from eks_guard.fleet.job import digest
from eks_guard.fleet.task import audit_archive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.fleet.engines.engine import Settings
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.results import ArchiveResult
    from eks_guard.fleet.sources import Source

BATCH = 8
AHEAD = 2
"""Batches that are given out for each thread of the workers."""
PATIENCE = 30
"""Seconds in which a scheduler answers, and in which its first worker is there."""


def run(sources: Iterable[Source], job: Job, settings: Settings) -> Iterator[ArchiveResult]:
    """The answers as they come. Raises UsageError for a scheduler that is not there, or workers that differ."""
    client = _connect(settings.address)
    try:
        _check_workers(client, job, settings)
        yield from _batches(client, sources, job, settings)
    finally:
        client.close()


def audit_batch(batch: Sequence[Source], job: Job, settings: Settings) -> list[ArchiveResult]:
    """Audit some archives on a worker, each in its time. Raises UsageError where the worker is another eks-guard."""
    found = digest(job)
    if found != settings.digest:
        raise UsageError(_differs({"a worker": found}, settings))
    return [_in_time(source, job, settings) for source in batch]


def _in_time(source: Source, job: Job, settings: Settings) -> ArchiveResult:
    """Audit one archive in a thread of its own, which is left behind where it hangs."""
    answers: list[ArchiveResult] = []
    thread = Thread(target=lambda: answers.append(audit_archive(source, job)), daemon=True)
    thread.start()
    thread.join(settings.timeout)
    return answers[0] if answers else timed_out(source, job, settings.timeout)


def _connect(address: str) -> Any:
    try:
        from distributed import Client  # noqa: PLC0415 (an extra)
    except ImportError:
        raise UsageError("distributed is not installed; run: pip install 'eks-guard[fleet-dask]'") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, TimeoutError) as error:
        raise UsageError(f"--engine: {address}: no scheduler with a worker answers: {error}") from None
    return client


def _check_workers(client: Any, job: Job, settings: Settings) -> None:
    """Compare what decides a result. Raises UsageError naming both sides where it differs."""
    try:
        found: dict[str, str] = client.run(digest, job)
    except Exception as error:  # noqa: BLE001 (whatever a worker without eks-guard, or with another one, raises)
        raise UsageError(f"--engine: {settings.address}: a worker cannot run this eks-guard: {error!r}") from None
    different = {worker: text for worker, text in found.items() if text != settings.digest}
    if different:
        raise UsageError(_differs(different, settings))


def _differs(found: dict[str, str], settings: Settings) -> str:
    sides = "; ".join(f"{worker} has {text}" for worker, text in sorted(found.items()))
    return (
        f"--engine: workers need the same eks-guard, policies and tables: here it is {settings.digest}; {sides} "
        "(version, digest of the package, digest of policies and options)"
    )


def _batches(client: Any, sources: Iterable[Source], job: Job, settings: Settings) -> Iterator[ArchiveResult]:
    from distributed import as_completed  # noqa: PLC0415

    feed, done = iter(sources), as_completed(loop=client.loop)
    pending: dict[Any, list[Source]] = {}
    suspects: list[Source] = []
    while True:
        for batch in _room(client, feed, len(pending)):
            future = client.submit(audit_batch, batch, job, settings, pure=False)
            pending[future] = batch
            done.add(future)
        if not pending:
            break
        future = next(done)
        batch = pending.pop(future)
        answers = _answers(future)
        future.release()
        if answers is None:
            suspects += batch
        else:
            yield from answers
    for source in suspects:
        yield _alone(client, source, job, settings)


def _room(client: Any, feed: Iterator[Source], pending: int) -> Iterator[list[Source]]:
    """Batches to give out now: as many as the threads of the cluster have room for."""
    room = (sum(client.nthreads().values()) or 1) * AHEAD - pending
    for _ in range(room):
        batch = list(islice(feed, BATCH))
        if not batch:
            return
        yield batch


def _answers(future: Any) -> list[ArchiveResult] | None:
    """The answers of a batch; None where its workers died: of some tasks on a worker, Dask cannot say which kills."""
    from distributed import KilledWorker  # noqa: PLC0415

    try:
        answers: list[ArchiveResult] = future.result()
    except KilledWorker:
        return None
    return answers


def _alone(client: Any, source: Source, job: Job, settings: Settings) -> ArchiveResult:
    """Audit an archive that may kill, while the cluster does nothing else."""
    answers = _answers(client.submit(audit_batch, [source], job, settings, pure=False))
    return answers[0] if answers else died(source, job, "the workers that audited it died, as when memory runs out")
