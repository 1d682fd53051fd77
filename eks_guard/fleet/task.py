"""Audits one archive: a plain function of its URL and the job, whoever calls it, in whatever process."""

from __future__ import annotations

import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias, cast

from eks_guard.assembly.archive_root import ArchiveRoot, assembly_folders
from eks_guard.assembly.archives import read_archive
from eks_guard.assembly.files import Root
from eks_guard.assembly.load import load
from eks_guard.audit import Options, examine
from eks_guard.audit.compose import LOOKUPS_MISSING
from eks_guard.errors import AssemblyError, NoAssemblyError, PolicyError, UsageError
from eks_guard.fleet.own_config import own_config, own_waivers
from eks_guard.fleet.plans import plan_of
from eks_guard.fleet.results import ArchiveResult, Row, Status
from eks_guard.fleet.rows import Rows, shown
from eks_guard.fleet.storage import Storage, StorageError

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from eks_guard.assembly.archives import Archive
    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.audit import Examined
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.sources import Source
    from eks_guard.fleet.storage import StoredObject, StoredStream

Folders: TypeAlias = dict[str, Root]
"""The assemblies of an archive by the folder that they lie in."""
CHANGED = "changed while it was read"
BUG = "this is a bug in eks-guard; the journal has the traceback"
OWN_CONFIG = "has an eks-guard.yaml of its own"
NO_ASSEMBLY = "no cloud assembly: neither a manifest.json nor a CloudFormation template is in it"
NOT_AN_ARCHIVE = "neither a zip nor a tar archive"


@dataclass
class _Answer:
    """What is gathered while the assemblies of an archive are audited."""

    stacks: int = 0
    judged: int = 0
    failed: bool = False
    problems: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    clusters: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    plans: list[Row] = field(default_factory=list)


def audit_archive(source: Source, job: Job) -> ArchiveResult:
    """Audit what a URL leads to. Raises nothing but UsageError and PolicyError: a bug is a result, too."""
    started = time.monotonic()
    try:
        result = _audit_unchanged(source, job)
    except (UsageError, PolicyError):
        raise
    except StorageError as error:
        result = _refused(
            replace(source, key=""), _without_url(str(error), source.url)
        )  # it says nothing of the object
    except AssemblyError as error:
        result = _refused(source, _without_url(str(error), source.url))
    except Exception as error:  # noqa: BLE001 (one archive must not end a run of thousands; it is said to be a bug)
        reason = f"{type(error).__name__}: {error}; {BUG}"
        result = replace(_refused(source, reason), status=Status.DIED, bug=traceback.format_exc())
    return replace(
        result, reason=shown(result.reason or "") or None, seconds=round(time.monotonic() - started, 3), today=job.today
    )


def _audit_unchanged(source: Source, job: Job) -> ArchiveResult:
    """Audit an object that stays as it is listed; one that changed meanwhile is tried once more."""
    storage = Storage(dict(job.storage))
    if storage.is_local(source.url) and Path(source.url).is_dir():
        root = Root(Path(source.url))
        return replace(_audit({"": root}, source, job), version=source.version)
    found = storage.look_up(source.url)
    for _ in range(2):
        result = _audit_object(storage, found, source, job)
        before, found = found, storage.look_up(source.url)
        if found.version == before.version:
            return result
    return _refused(replace(source, version=found.version), CHANGED)


def _audit_object(storage: Storage, found: StoredObject, source: Source, job: Job) -> ArchiveResult:
    if found.size == 0:
        return replace(_refused(source, "empty: the object has no bytes"), version=found.version, bytes=0)
    with storage.open(source.url) as stream:
        try:
            before = source.previous if source.previous != found.id else None
            with _earlier(storage, source.url, before) as previous:
                result = _audit_stream(stream, source, job, previous)
        except StorageError:
            raise
        except AssemblyError as error:
            result = _refused(source, _without_url(str(error), source.url))
        read = stream.fetched
    return replace(result, version=found.version, version_id=found.id, bytes=found.size, bytes_read=read)


@contextmanager
def _earlier(storage: Storage, url: str, version: str | None) -> Iterator[Folders | None]:
    """The assemblies of an earlier version of the object; None where there is none to compare with."""
    if version is None:
        yield None
        return
    with storage.open(f"{url}?versionId={version}") as stream:
        archive = read_archive(f"{url}, version {version}", cast("IO[bytes]", stream))
        if archive is None:
            raise AssemblyError(f"PREVIOUS: version {version}: {NOT_AN_ARCHIVE}")
        yield _roots(archive, url)


def _roots(archive: Archive, url: str) -> Folders:
    return {folder: ArchiveRoot(Path(url), archive, folder, beside=False) for folder in assembly_folders(archive)}


def _audit_stream(stream: StoredStream, source: Source, job: Job, previous: Folders | None) -> ArchiveResult:
    archive = read_archive(source.url, cast("IO[bytes]", stream))
    if archive is None:
        return _refused(source, NOT_AN_ARCHIVE)
    return _audit(_roots(archive, source.url), source, job, previous)


def _audit(roots: Folders, source: Source, job: Job, previous: Folders | None = None) -> ArchiveResult:
    """Audit the assemblies; one that cannot be read does not hide the others."""
    answer = _Answer()
    for folder, root in roots.items():
        name = f"{source.url}!{folder}" if folder else source.url
        try:
            _add(answer, _options(answer, name, root, job, _before(previous, folder)), folder, source, job)
        except StorageError:
            raise
        except NoAssemblyError:
            answer.problems.append(NO_ASSEMBLY)
        except AssemblyError as error:
            answer.problems.append(_without_url(str(error), name))
    status = Status.AUDITED if answer.judged or answer.missed else Status.EMPTY
    return ArchiveResult(
        source.url,
        source.key,
        source.version,
        Status.REFUSED if answer.problems else status,
        reason="; ".join((*answer.problems, *answer.missed)) or None,
        assemblies=len(roots),
        stacks=answer.stacks,
        notes=tuple(answer.notes),
        until=_until(answer, job),
        failed=answer.failed,
        clusters=tuple(answer.clusters),
        findings=tuple(answer.findings),
        plans=tuple(answer.plans),
    )


def _before(previous: Folders | None, folder: str) -> CloudAssembly | None:
    """The same app in the earlier archive; None where it was not there."""
    if previous is None or folder not in previous:
        return None
    try:
        return load("PREVIOUS", root=previous[folder])
    except AssemblyError as error:
        raise AssemblyError(f"PREVIOUS: {error}") from None


def _add(answer: _Answer, options: Options, folder: str, source: Source, job: Job) -> None:
    """Audit one assembly, and add what it says."""
    examined = examine(options)
    report, rows = examined.report, Rows(source.url, folder, examined)
    answer.stacks += report.assembly.stacks
    answer.judged += report.judged
    answer.failed |= report.failed
    answer.problems += report.problems
    answer.missed += _missed(examined)
    answer.clusters += rows.clusters()
    answer.findings += rows.findings()
    answer.plans += rows.plans(plan_of(examined, job)) if job.upgrade_to else ()


def _options(answer: _Answer, name: str, root: Root, job: Job, previous: CloudAssembly | None) -> Options:
    """How the assembly is audited: by the organisation's configuration and, where asked, its own waivers."""
    config, own = job.config, own_config(root)
    if own is not None and job.own_waivers:
        config = replace(config, waivers=(*config.waivers, *own_waivers(own)))
    elif own is not None:
        answer.notes.append(OWN_CONFIG)
    return Options(
        path=name,
        today=job.today,
        wanted=job.wanted,
        config=config,
        data=job.data,
        cache=job.cache,
        gate=job.gate,
        files=root,
        one_of_many=True,
        app="",
        previous=previous,
    )


def _missed(examined: Examined) -> Iterator[str]:
    """What a reader of the table has to know of an assembly: what was not judged, and what it was made without."""
    report = examined.report
    yield from (f"not judged: {entry}" for entry in report.not_judged)
    if examined.assembly.lookups_missing:
        yield LOOKUPS_MISSING
    if report.assembly.stale_templates:
        yield f"not audited, the manifest does not list them: {', '.join(report.assembly.stale_templates)}"
    yield from examined.assembly.notes


def _until(answer: _Answer, job: Job) -> datetime.date | None:
    """The day from which on the same archive may get another answer."""
    if not (answer.judged or answer.findings):
        return None
    if answer.plans or any(row["policy"] in job.by_day for row in answer.findings):
        return job.tomorrow
    return job.until


def _refused(source: Source, reason: str) -> ArchiveResult:
    return ArchiveResult(source.url, source.key, source.version, Status.REFUSED, reason=reason)


def _without_url(message: str, url: str) -> str:
    """The message without the URL that its row names anyway."""
    return message.removeprefix(f"{url}: ")
