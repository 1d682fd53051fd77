"""One archive after the other in this process: the plainest engine, and what the others are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fleet.task import audit_archive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.fleet.engines.engine import Settings
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.results import ArchiveResult
    from eks_guard.fleet.sources import Source


def run(sources: Iterable[Source], job: Job, _: Settings) -> Iterator[ArchiveResult]:
    """The answers in the order of the archives; a hang is not noticed."""
    for source in sources:
        yield audit_archive(source, job)
