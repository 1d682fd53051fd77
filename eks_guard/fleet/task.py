"""Audits one archive: a plain function of its URL and the job, whoever calls it, in whatever process."""

from __future__ import annotations

import time
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from eks_guard.assembly.archive_root import ArchiveRoot, assembly_folders
from eks_guard.assembly.archives import read_archive
from eks_guard.assembly.files import Root
from eks_guard.errors import AssemblyError, PolicyError, UsageError
from eks_guard.fleet.assemblies import audit_assemblies, without_url
from eks_guard.fleet.bucket_folder import BucketFolder
from eks_guard.fleet.results import ArchiveResult, Status
from eks_guard.fleet.rows import shown
from eks_guard.fleet.storage import Storage, StorageError
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.contents import Contents
    from eks_guard.fleet.assemblies import Folders
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.sources import Source
    from eks_guard.fleet.storage import StoredStream
    from eks_guard.fleet.stored_object import StoredObject

CHANGED = "changed while it was read"
BUG = "this is a bug in eks-guard; the journal has the traceback"
NOT_AN_ARCHIVE = "neither a zip nor a tar archive"


def audit_archive(source: Source, job: Job) -> ArchiveResult:
    """Audit what a URL leads to. Raises nothing but UsageError and PolicyError: a bug is a result, too."""
    started = time.monotonic()
    try:
        result = _audit_unchanged(source, job)
    except (UsageError, PolicyError):
        raise
    except StorageError as error:
        result = _refused(replace(source, key=""), without_url(str(error), source.url))  # it says nothing of the object
    except AssemblyError as error:
        result = _refused(source, without_url(str(error), source.url))
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
        return replace(audit_assemblies({"": root}, source, job), version=source.version)
    if source.is_folder:
        return _audit_bucket_folder(storage, source, job)
    found = storage.look_up(source.url)
    for _ in range(2):
        result = _audit_object(storage, found, source, job)
        before, found = found, storage.look_up(source.url)
        if found.version == before.version:
            return result
    return _refused(replace(source, version=found.version), CHANGED)


def _audit_bucket_folder(storage: Storage, source: Source, job: Job) -> ArchiveResult:
    """Audit a folder whose objects stay as they are listed; where one changed meanwhile, all are read once more."""
    found = BucketFolder(storage, source.url)
    for _ in range(2):
        result = audit_assemblies(_roots(found, source.url), source, job)
        before, found = found, BucketFolder(storage, source.url)
        if found.version == before.version:
            return replace(result, version=before.version, bytes=before.size, bytes_read=before.fetched)
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
            result = _refused(source, without_url(str(error), source.url))
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


def _roots(archive: Contents, url: str) -> Folders:
    return {folder: ArchiveRoot(Path(url), archive, folder, beside=False) for folder in assembly_folders(archive)}


def _audit_stream(stream: StoredStream, source: Source, job: Job, previous: Folders | None) -> ArchiveResult:
    archive = read_archive(source.url, cast("IO[bytes]", stream))
    if archive is None:
        return _refused(source, NOT_AN_ARCHIVE)
    return audit_assemblies(_roots(archive, source.url), source, job, previous)


def _refused(source: Source, reason: str) -> ArchiveResult:
    return ArchiveResult(source.url, source.key, source.version, Status.REFUSED, reason=reason)
