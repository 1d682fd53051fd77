"""A cluster of Dask's, which a team runs already; distributed is imported here alone.

A batch of archives is a task. Workers hand each archive to a process apart, which is what a hang or a death costs. A
batch whose workers died themselves is done again at the end, one archive after the other, so that only the one that
kills is lost. Workers must have the same eks-guard, policies and tables as the coordinator.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from distributed import Client, KilledWorker, WorkerPlugin, as_completed, get_worker

from eks_guard.errors import UsageError
from eks_guard.fleet.engines.apart import Crew
from eks_guard.fleet.engines.lost import died
from eks_guard.fleet.job import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from eks_guard.fleet.engines.engine import Settings
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.results import ArchiveResult
    from eks_guard.fleet.sources import Source

    Task = Callable[[Sequence[Source]], list[ArchiveResult]]

BATCH = 8
AHEAD = 2
"""Batches that are given out for each thread of the workers."""
PATIENCE = 30
"""Seconds in which a scheduler answers, and in which its first worker is there."""


class Auditors(WorkerPlugin):  # type: ignore[misc] # distributed has no types
    """The processes in which a worker audits for one run. They end with the run, and with the worker."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.crew: Crew

    def setup(self, worker: Any) -> None:  # noqa: ARG002 (what Dask hands over)
        """Begin without any process."""
        self.crew = Crew()

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 (as above)
        """End what runs."""
        self.crew.end()


def run(sources: Iterable[Source], job: Job, settings: Settings) -> Iterator[ArchiveResult]:
    """The answers as they come. Raises UsageError for a scheduler that is not there, or workers that differ."""
    client = _connect(settings.address)
    try:
        _check_workers(client, job, settings)
        with _auditors(client) as name:
            task = partial(audit_batch, job=job, settings=settings, auditors=name)
            yield from _batches(client, sources, job, task)
    finally:
        client.close()


@contextmanager
def _auditors(client: Any) -> Iterator[str]:
    """Give every worker its processes for one run, also those that join later; the name by which they are found."""
    name = f"eks-guard-{client.id}"
    client.register_plugin(Auditors(name))
    try:
        yield name
    finally:
        if client.status == "running":
            client.unregister_worker_plugin(name)


def audit_batch(batch: Sequence[Source], *, job: Job, settings: Settings, auditors: str) -> list[ArchiveResult]:
    """Audit some archives on a worker, each in its time. Raises UsageError where the worker is another eks-guard."""
    found = digest(job)
    if found != settings.digest:
        raise UsageError(_differs({"a worker": found}, settings))
    crew: Crew = get_worker().plugins[auditors].crew
    return [crew.audit(source, job, settings.timeout) for source in batch]


def _connect(address: str) -> Any:
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, TimeoutError) as error:
        raise UsageError(f"--engine: {address}: no scheduler with a worker responds: {error}") from None
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


def _batches(client: Any, sources: Iterable[Source], job: Job, task: Task) -> Iterator[ArchiveResult]:
    feed, done = iter(sources), as_completed(loop=client.loop)
    pending: dict[Any, list[Source]] = {}
    suspects: list[Source] = []
    while True:
        for batch in _room(client, feed, len(pending)):
            future = client.submit(task, batch, pure=False)
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
        yield _alone(client, source, job, task)


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
    try:
        answers: list[ArchiveResult] = future.result()
    except KilledWorker:
        return None
    return answers


def _alone(client: Any, source: Source, job: Job, task: Task) -> ArchiveResult:
    """Audit an archive that may kill, while the cluster does nothing else."""
    answers = _answers(client.submit(task, [source], pure=False))
    return answers[0] if answers else died(source, job, "the workers that audited it died, as when memory runs out")
