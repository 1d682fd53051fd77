"""From what a user names to the archives of a fleet: globs, folders, lists and single objects."""

from __future__ import annotations

import os
import posixpath
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.assembly.tar_streams import recognise_tar
from eks_guard.errors import AssemblyError, UsageError
from eks_guard.fleet.bucket_folder import BucketFolder
from eks_guard.fleet.bucket_folder import holds_assembly as holds_stored_assembly
from eks_guard.fleet.folders import MANIFEST, holds_assembly, version_of_folder
from eks_guard.fleet.labels import Labels, merged, read_lines
from eks_guard.fleet.places import Places
from eks_guard.fleet.storage import StorageError, canonical
from eks_guard.fleet.stored_object import StoredObject, moment
from eks_guard.records import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from eks_guard.fleet.labels import UrlPattern
    from eks_guard.fleet.storage import Storage

LIST = "@"
"""Before the name of a list of archives."""
MAGIC = frozenset("*?[")
ENDINGS = (".zip", ".tar", ".tgz", ".gz", ".txz", ".xz", ".tbz2", ".tbz", ".bz2", ".zst", ".tzst", ".jar")
"""How archives are named; CodePipeline gives its keys no ending at all."""
HEADS = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
HEAD = 512
SKIPPED = frozenset({"node_modules", "__pycache__"})
HIDDEN = (".", "run=")
"""How folders begin that hold no sources: those that tools hide, and the runs of a fleet."""


@dataclass(frozen=True, slots=True)
class Source:
    """One archive, or one folder with a cloud assembly in it.

    `version` changes with its content, None where it is not known before it is read. `key` is what a result is found
    again by. `previous` is the version of the object that it is compared with.
    """

    url: str
    version: str | None
    size: int | None
    labels: Labels = ()
    modified: str | None = None
    key: str = ""
    previous: str | None = None
    is_folder: bool = False


@dataclass
class Listing:
    """Lists sources, and keeps what is worth telling about that: `failures` are sources that could not be listed."""

    storage: Storage
    include: Sequence[str] = ()
    table: Mapping[str, Labels] = field(default_factory=dict)
    pattern: UrlPattern | None = None
    previous: Mapping[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    passed_over: int = 0
    unlabelled: int = 0

    def sources(self, names: Sequence[str]) -> Iterator[Source]:
        """The sources that all names lead to, each object once."""
        with Places() as seen:
            for name in names:
                for source in self._of(name):
                    if self._is_included(source.url) and seen.add(source.url):
                        yield self._labelled(source)

    def _of(self, name: str) -> Iterator[Source]:
        """The sources of one name. A place that cannot be listed is a failure, and the others are still listed."""
        found = 0
        try:
            for source in self._listed(name) if name.startswith(LIST) else self._found(canonical(name)):
                found += 1
                yield source
        except StorageError as error:
            self.failures.append(str(error))
            return
        except OSError as error:
            self.failures.append(f"{error.filename or name}: cannot be listed: {error.strerror}")
            return
        if not found:
            self.failures.append(f"{name}: found no archive there")

    def _found(self, url: str) -> Iterator[Source]:
        local = self.storage.is_local(url)
        if local and Path(url).is_dir():
            yield from self._in_folder(Path(url))
        elif local and Path(url).exists():
            yield _source(self.storage.look_up(url))
        elif MAGIC.intersection(url.partition("?versionId=")[0]):
            yield from self._grouped(self._matching(url))
        elif local or not self.storage.is_folder(url):
            yield _source(self.storage.look_up(url))
        else:
            yield from self._grouped(self.storage.below(url))

    def _matching(self, pattern: str) -> Iterator[StoredObject]:
        """The objects that match, and the manifests of the folders that do; `**` matches those anyway."""
        for found in self.storage.matching(pattern):
            manifest = f"{found.url}/{MANIFEST}"
            if not found.is_folder:
                yield found
            elif not pattern.endswith("**") and self.storage.exists(manifest):
                yield StoredObject(manifest, "", None)

    def _grouped(self, objects: Iterable[StoredObject]) -> Iterator[Source]:
        """The objects but those of cloud assemblies, each of which is one source."""
        listed = tuple(objects)
        manifests = (found.url for found in listed if found.url.endswith(f"/{MANIFEST}"))
        folders = {posixpath.dirname(url) for url in manifests if self._is_assembly(url)}
        for found in listed:
            if not folders.intersection(_folders_around(found.url)):
                yield _source(found)
        yield from map(
            self._of_folder, sorted(url for url in folders if not folders.intersection(_folders_around(url)))
        )

    def _is_assembly(self, manifest: str) -> bool:
        if self.storage.is_local(manifest):
            return holds_assembly(Path(manifest).parent)
        return holds_stored_assembly(self.storage, manifest)

    def _of_folder(self, url: str) -> Source:
        if self.storage.is_local(url):
            return _of_folder(Path(url))
        try:
            found = BucketFolder(self.storage, url)
        except StorageError:
            raise
        except AssemblyError:  # it is said where it is read
            return Source(url, None, None, is_folder=True)
        return Source(url, found.version, found.size, modified=found.modified, is_folder=True)

    def _in_folder(self, folder: Path) -> Iterator[Source]:
        """The archives and cloud assemblies in a folder of this machine; what is neither is counted."""
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        if holds_assembly(folder):
            yield _of_folder(folder)
            return
        for entry in entries:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED and not entry.name.startswith(HIDDEN):
                    yield from self._in_folder(path)
            elif entry.is_file() and _may_be_archive(path):
                found = entry.stat()
                version = f"{found.st_size}-{found.st_mtime}"
                yield Source(path.as_posix(), version, found.st_size, modified=moment(found.st_mtime))
            else:
                self.passed_over += 1

    def _listed(self, name: str) -> Iterator[Source]:
        """The objects of a list of JSON Lines; one that is not there is listed, and refused when it is read."""
        url = canonical(name.removeprefix(LIST))
        try:
            text = self.storage.read(url).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UsageError(f"{name}: not text in UTF-8, expected JSON Lines") from None
        for line, version, labels in read_lines(text, url):
            place = canonical(line)
            try:
                found = self._versioned(place, version)
            except StorageError:
                found = Source(place, None, None)
            yield replace(found, labels=labels)

    def _versioned(self, url: str, version: str | None) -> Source:
        if version is not None:
            url = f"{url}?versionId={version}"
        found = self.storage.look_up(url)
        return self._of_folder(url) if found.is_folder else _source(found)

    def _is_included(self, url: str) -> bool:
        name = url.rsplit("/", 1)[-1]
        return not self.include or any(fnmatchcase(name, glob) or fnmatchcase(url, glob) for glob in self.include)

    def _labelled(self, source: Source) -> Source:
        of_url = self.pattern.labels(source.url) if self.pattern else None
        self.unlabelled += self.pattern is not None and of_url is None
        before = self.previous.get(source.url)
        return replace(
            source, previous=before, labels=merged(of_url or (), source.labels, self.table.get(source.url, ()))
        )


def _folders_around(url: str) -> Iterator[str]:
    parts = url.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts)))


def _source(found: StoredObject) -> Source:
    return Source(found.url, found.version, found.size, modified=found.modified)


def _of_folder(folder: Path) -> Source:
    return Source(
        folder.as_posix(), version_of_folder(folder), None, modified=moment(folder.stat().st_mtime), is_folder=True
    )


def _may_be_archive(path: Path) -> bool:
    """Whether a file is an archive, by its name or by its first bytes."""
    if path.name.startswith("."):
        return False
    if path.suffix.lower() in ENDINGS:
        return True
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError:
        return True  # whoever reads it says what is wrong
    return head.startswith(HEADS) or recognise_tar(head) is not None
