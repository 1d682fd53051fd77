"""One run: list, leave out what is known, audit the rest, write the tables."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from eks_guard import __version__
from eks_guard.fleet.journal import Journal, read_entries, still_holds
from eks_guard.fleet.places import Places
from eks_guard.fleet.runs import RunFolder, begin, finished_runs
from eks_guard.fleet.sources import Source
from eks_guard.fleet.tables import write_tables
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from eks_guard.fleet.engines.engine import Engine, Settings
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.results import ArchiveResult
    from eks_guard.fleet.sources import Listing


class Watcher(Protocol):
    """Who looks on: it is told of every step, and says when to stop."""

    @property
    def stopping(self) -> bool:
        """Whether to give out no more archives."""

    def listed(self, total: int, known: int) -> None:
        """The sources are listed, of which some are known from before."""

    def answered(self, result: ArchiveResult) -> None:
        """There is an answer more."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run was asked. `digest` is the job's, `arguments` are kept in `run.json`."""

    names: Sequence[str]
    output: Path
    job: Job
    digest: str
    settings: Settings
    retry_failed: bool = False
    limit: int | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    facts_as_of: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `counts`, of archives by status and of rows, are empty where it was interrupted.

    The others are of the listing: sources that could not be listed, files that are no archives, archives that
    `--labels-from` does not match.
    """

    run: RunFolder
    counts: dict[str, int]
    interrupted: bool
    failures: tuple[str, ...]
    passed_over: int
    unlabelled: int


def run_fleet(request: Request, listing: Listing, engine: Engine, watcher: Watcher, now: datetime.datetime) -> Outcome:
    """Audit all archives that are not known yet. Raises UsageError where nothing can be begun.

    Where no source could be listed, no run is written: the last one stays the newest, and what it knows is not lost.
    """
    known = finished_runs(request.output)
    run = begin(request.output, now)
    with Journal(run.journal) as journal:
        total = _list(request, listing, run)
        if not total and listing.failures and not journal.places:
            shutil.rmtree(run.path)
            return _outcome(run, {}, listing, interrupted=False)
        _take_over(request, run, journal, known[-1] if known else None)
        due = sum(1 for _ in _due(request, run, journal)) if journal.places else total
        watcher.listed(total, total - due)
        sources = _until_stopped(_due(request, run, journal), watcher)
        for result in engine(sources, request.job, request.settings):
            journal.append(result)
            watcher.answered(result)
        if watcher.stopping:
            return _outcome(run, {}, listing, interrupted=True)
        counts = write_tables(run, journal)
        journal.pack(run.kept_journal)
        run.finish(_about(request, listing, counts, now))
        run.listing.unlink()
    return _outcome(run, counts, listing, interrupted=False)


def _outcome(run: RunFolder, counts: dict[str, int], listing: Listing, *, interrupted: bool) -> Outcome:
    return Outcome(run, counts, interrupted, tuple(listing.failures), listing.passed_over, listing.unlabelled)


def _list(request: Request, listing: Listing, run: RunFolder) -> int:
    """Write the sources down, each with its key; return how many there are."""
    count = 0
    with run.listing.open("w", encoding="utf-8") as lines:
        for source in listing.sources(request.names):
            if request.limit is not None and count >= request.limit:
                break
            lines.write(json.dumps({**asdict(source), "key": _key(source, request.digest)}) + "\n")
            count += 1
    return count


def _key(source: Source, digest: str) -> str:
    """What an answer is found again by; none for an object whose version is not known before it is read."""
    if source.version is None:
        return ""
    return hashlib.sha256(
        f"{source.url}\0{source.version}\0{source.previous}\0{digest}".encode(errors="surrogatepass")
    ).hexdigest()[:32]


def _listed(run: RunFolder) -> Iterator[Source]:
    with run.listing.open(encoding="utf-8") as lines:
        for line in lines:
            yield Source(**{**json.loads(line), "labels": ()})


def _take_over(request: Request, run: RunFolder, journal: Journal, last: RunFolder | None) -> None:
    """Copy what the last finished run says of the same archives and still holds."""
    if last is None or not last.kept_journal.is_file():
        return
    with Places() as wanted:
        for source in _listed(run):
            if source.key and source.url not in journal.places:
                wanted.add(source.key)
        for _, entry in read_entries(last.kept_journal):
            key = entry.get("key", "")
            if key in wanted and still_holds(entry, key, request.job.today, retry_failed=request.retry_failed):
                journal.append_entry(entry)


def _due(request: Request, run: RunFolder, journal: Journal) -> Iterator[Source]:
    """The sources without an answer that holds."""
    for source in _listed(run):
        entry = journal.entry(source.url)
        if entry is None or not still_holds(entry, source.key, request.job.today, retry_failed=request.retry_failed):
            yield source


def _until_stopped(sources: Iterator[Source], watcher: Watcher) -> Iterator[Source]:
    for source in sources:
        if watcher.stopping:
            return
        yield source


def _about(request: Request, listing: Listing, counts: dict[str, int], now: datetime.datetime) -> dict[str, Any]:
    return {
        "started": now.isoformat(timespec="seconds"),
        "today": request.job.today.isoformat(),
        "eks_guard": __version__,
        "digest": request.digest,
        "arguments": request.arguments,
        "facts_as_of": request.facts_as_of,
        "counts": counts,
        "failures": listing.failures,
    }
