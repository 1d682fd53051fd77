"""`fleet`: from what was asked to a run, and what is said of it."""

from __future__ import annotations

import gc
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from eks_guard.cli.arguments import cache_folder, parse_severity, read_config
from eks_guard.cli.console import print_report, say
from eks_guard.cli.upgrade import minor_of
from eks_guard.data import Tables
from eks_guard.errors import UsageError
from eks_guard.fleet.calendar import counting_days, next_change
from eks_guard.fleet.database import open_database, quoted
from eks_guard.fleet.engines import find_engine
from eks_guard.fleet.engines.engine import Settings
from eks_guard.fleet.job import Job, digest
from eks_guard.fleet.labels import UrlPattern, read_table
from eks_guard.fleet.report.words import count
from eks_guard.fleet.run import Outcome, Request, run_fleet
from eks_guard.fleet.runs import PREFIX, RunFolder, finished_runs
from eks_guard.fleet.sources import Listing
from eks_guard.fleet.storage import Storage, StorageError, canonical
from eks_guard.fleet.storage_options import parse_options
from eks_guard.policy.selection import Wanted, check_gate, select_policies
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from pathlib import Path

    from eks_guard.fleet.labels import Labels
    from eks_guard.fleet.run import Watcher

INTERRUPTED = 130
UNSEEN = ("refused", "died", "timed-out")
OWN_CONFIGURATIONS = (
    "{}, not read: a fleet is judged by the organisation's policies; --own-waivers applies the waivers in it"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `fleet`, parsed."""

    sources: tuple[str, ...]
    output: Path
    labels: str | None
    labels_from: str | None
    include: tuple[str, ...]
    engine: str
    workers: int | None
    timeout: float
    retry_failed: bool
    limit: int | None
    storage_options: tuple[str, ...]
    packs: tuple[str, ...]
    policies: tuple[Path, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    config: Path | None
    own_waivers: bool
    fail_on: str | None
    strict: bool | None
    upgrade_to: str | None
    against: Path | None
    today: datetime.date
    data: Path | None


def start(asked: Asked, watcher: Watcher, now: datetime.datetime) -> Outcome:
    """Run. Raises EksGuardError for what a user can mend."""
    gc.set_threshold(700, 10, 10)  # a run is long, unlike a check
    engine, address = find_engine(asked.engine)
    options = parse_options(asked.storage_options)
    storage = Storage(options)
    job, facts = _job(asked, tuple(options.items()))
    listing = Listing(storage, asked.include, _table(asked, storage), _pattern(asked), _previous(asked.against))
    marked = digest(job)
    request = Request(
        names=asked.sources,
        output=asked.output,
        job=job,
        digest=marked,
        settings=Settings(asked.workers or os.cpu_count() or 1, asked.timeout, address, marked),
        retry_failed=asked.retry_failed,
        limit=asked.limit,
        arguments=_said(asked),
        facts_as_of=facts,
    )
    return run_fleet(request, listing, engine, watcher, now)


def _job(asked: Asked, options: tuple[tuple[str, object], ...]) -> tuple[Job, dict[str, str]]:
    """The job, after everything that every archive would stumble over was looked at; and the days of the tables."""
    config = read_config(asked.config)
    wanted = Wanted(asked.packs, asked.policies, asked.select, asked.ignore)
    gate = config.gate(parse_severity(asked.fail_on), strict=asked.strict)
    _, policies = select_policies(config, wanted, update=asked.against is not None)
    check_gate(config, policies, gate)
    tables = Tables(asked.data or config.data)
    if asked.upgrade_to and minor_of(asked.upgrade_to, "--upgrade-to") not in tables.eks_versions:
        newest = max(tables.eks_versions)
        raise UsageError(f"--upgrade-to: {asked.upgrade_to} is not a known EKS minor; newest: {newest}")
    job = Job(
        today=asked.today,
        wanted=wanted,
        config=config,
        gate=gate,
        data=asked.data,
        cache=cache_folder(wanted=True),
        storage=options,
        own_waivers=asked.own_waivers,
        upgrade_to=asked.upgrade_to,
        until=next_change(tables, policies, config.waivers, asked.today),
        by_day=counting_days(policies),
    )
    if asked.own_waivers:
        job = replace(job, until=job.tomorrow)  # when they lapse, only the archives know
    return job, {name: day.isoformat() for name, day in sorted(tables.as_of().items())}


def _table(asked: Asked, storage: Storage) -> Mapping[str, Labels]:
    if asked.labels is None:
        return {}
    try:
        return read_table(storage.read(canonical(asked.labels)).decode("utf-8-sig"), asked.labels)
    except UnicodeDecodeError:
        raise UsageError(f"--labels: {asked.labels}: not text in UTF-8, expected CSV or JSON Lines") from None
    except StorageError as error:
        raise UsageError(f"--labels: {error}") from None


def _previous(run: Path | None) -> Mapping[str, str]:
    """The version of each object that an earlier run read. Raises UsageError if there is none to compare with."""
    if run is None:
        return {}
    runs = [RunFolder(run)] if run.name.startswith(PREFIX) else finished_runs(run)
    if not runs or not runs[-1].is_finished:
        raise UsageError(f"--against: {run}: found no finished run there")
    runs[-1].about()
    query = (
        f"SELECT url, version_id FROM read_parquet({quoted(runs[-1].table('archives'))}) WHERE version_id IS NOT NULL"  # noqa: S608
    )
    with open_database() as database:
        found = dict(database.rows(query))
    if not found:
        raise UsageError(f"--against: {run}: no object has a version; only a versioned bucket keeps them")
    return found


def _pattern(asked: Asked) -> UrlPattern | None:
    return UrlPattern(asked.labels_from) if asked.labels_from is not None else None


def _said(asked: Asked) -> dict[str, object]:
    """The options for `run.json`, without those of the storage, which may hold what is secret."""
    said = {key: value for key, value in asdict(asked).items() if value not in (None, (), False)}
    said.pop("storage_options", None)
    return {key: [str(v) for v in value] if isinstance(value, tuple) else str(value) for key, value in said.items()}


def conclude(outcome: Outcome) -> int:
    """Say what is worth telling, and return the exit code."""
    for failure in outcome.failures:
        say(f"error: {failure}")
    if outcome.passed_over:
        skipped = count(outcome.passed_over, "file was", "files were")
        say(f"note: {skipped} skipped: not an archive by name or by content")
    if outcome.unlabelled:
        unmatched = count(outcome.unlabelled, "archive does", "archives do")
        say(f"note: --labels-from: {unmatched} not match the pattern, and got no labels from it")
    if outcome.interrupted:
        say(f"interrupted: {outcome.run.path} is intact so far; run the same command to continue it")
        return INTERRUPTED
    counts = outcome.counts
    if counts.get("own configurations"):
        one, more = "archive holds an eks-guard.yaml", "archives hold an eks-guard.yaml each"
        holds = count(counts["own configurations"], one, more)
        say(f"note: {OWN_CONFIGURATIONS.format(holds)}")
    if counts:
        print_report(f"{outcome.run.path}\n")
    if outcome.failures or any(counts.get(status) for status in UNSEEN):
        return 3
    return int(bool(counts.get("failed")))
