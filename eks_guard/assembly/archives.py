"""A cdk.out in a zip or tar archive, read in memory: nothing is unpacked to disk, and nothing outside of it is read."""

from __future__ import annotations

import io
import posixpath
import re
import stat
import tarfile
import weakref
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING

from eks_guard.assembly.assets import MAX_DIRECTORY_BYTES, directory_size
from eks_guard.assembly.files import Document, Root
from eks_guard.assembly.tar_streams import ARCHIVE_ERRORS, TarFormat, open_tar, recognise_tar
from eks_guard.errors import AssemblyError, LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MEMBERS = 100_000
"""Files and folders in one archive; a cdk.out with unpacked node_modules in its assets has some ten thousand."""
MAX_MEMBER_BYTES = 512 * 1024 * 1024
"""Bytes that are inflated of one file of an archive; Lambda takes layers of 250 MB."""
KEPT = (".json", ".yaml", ".yml", ".py", ".js")
"""What is kept of a compressed tar while it is listed: it cannot be read out of order without inflating it again."""
MAX_KEPT_FILE = 2 * 1024 * 1024
HEAD = 512
"""Bytes that tell what a file is."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_DRIVE = re.compile(r"[A-Za-z]:")
MAX_LINKS = 20
MAX_LINK = 4096
"""Links behind each other, and bytes of one, that are followed."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its size as declared, or the member that it links to."""

    size: int
    entry: zipfile.ZipInfo | tarfile.TarInfo
    link: str | None = None


class Archive:
    """The files of an archive by their paths in it. Raises AssemblyError for an archive that nobody should trust."""

    def __init__(self, path: str, stream: IO[bytes], tar: TarFormat | None) -> None:
        self.path = path
        self._stream = stream
        self._zip: zipfile.ZipFile | None = None
        self._tar = tar
        weakref.finalize(self, stream.close)
        self.members: dict[str, Member] = {}
        self.folders: set[str] = {""}
        self._kept: dict[str, bytes] = {}
        self._last: tuple[str, int, bytes] = ("", 0, b"")
        try:
            self._list_tar(tar) if tar else self._list_zip()
        except ARCHIVE_ERRORS as error:
            raise AssemblyError(f"{path}: a damaged archive: {error}; is it complete?") from None

    def read(self, name: str, limit: int) -> bytes:
        """The content of a file, up to the limit and one byte more. Raises OSError if it cannot be read."""
        if name in self._kept:
            return self._kept[name][: limit + 1]
        last, read, content = self._last
        if last != name or limit > read:
            content = self._inflated(name, limit)
            self._last = (name, limit, content)
        return content[: limit + 1]

    def target(self, name: str) -> str | None:
        """The file that a path leads to, through links inside of the archive; None if it leads to none."""
        for _ in range(MAX_LINKS):
            member = self.members.get(name)
            if member is None or member.link is None:
                return name if member else None
            name = member.link
        return None

    def _inflated(self, name: str, limit: int) -> bytes:
        entry = self.members[name].entry
        try:
            if isinstance(entry, zipfile.ZipInfo):
                assert self._zip, "an entry of a zip comes from one"
                with self._zip.open(entry) as stream:
                    return stream.read(limit + 1)
            assert self._tar, "an entry of a tar comes from one"
            with open_tar(self._stream, self._tar) as tar:
                found = tar.extractfile(entry)
                return found.read(limit + 1) if found else b""
        except (*ARCHIVE_ERRORS, NotImplementedError, RuntimeError) as error:
            raise OSError(None, f"damaged in the archive: {error}") from error

    def _list_zip(self) -> None:
        size = directory_size(self._stream)
        if size is None or size > MAX_DIRECTORY_BYTES:
            found = "no directory of a zip" if size is None else f"a directory of {size} bytes"
            raise AssemblyError(f"{self.path}: found {found}, expected one of at most {MAX_DIRECTORY_BYTES} bytes")
        self._zip = zipfile.ZipFile(self._stream)
        for info in self._zip.infolist():
            name = info.filename.replace("\\", "/")
            if info.flag_bits & 1:
                raise AssemblyError(f"{self.path}: {name!r} is encrypted; give an archive without a password")
            if name.endswith("/"):
                self._add_folder(self._inside(name))
            elif stat.S_ISLNK(info.external_attr >> 16):
                self._add(name, Member(0, info, self._linked(name, self._zipped_link(info))))
            else:
                self._add(name, Member(info.file_size, info))

    def _zipped_link(self, info: zipfile.ZipInfo) -> str:
        """Where a link leads: a zip holds that as the content."""
        assert self._zip, "asked of a zip only"
        with self._zip.open(info) as stream:
            return stream.read(MAX_LINK).decode("utf-8", "replace")

    def _list_tar(self, form: TarFormat) -> None:
        with open_tar(self._stream, form) as tar:
            for info in tar:
                if info.isdir():
                    self._add_folder(self._inside(info.name))
                elif info.issym() or info.islnk():
                    base = info.name if info.issym() else ""
                    self._add(info.name, Member(0, info, self._linked(base, info.linkname)))
                elif info.isreg():
                    self._add(info.name, Member(info.size, info))
                    if form is not TarFormat.PLAIN and info.name.endswith(KEPT) and info.size <= MAX_KEPT_FILE:
                        found = tar.extractfile(info)
                        self._kept[self._inside(info.name)] = found.read() if found else b""
                else:
                    raise AssemblyError(f"{self.path}: {info.name!r} is neither a file nor a folder; it is refused")

    def _add(self, name: str, member: Member) -> None:
        inside = self._inside(name)
        if inside in self.members or inside in self.folders:
            raise AssemblyError(f"{self.path}: {name!r} is there twice, so it cannot be said which one counts")
        self.members[inside] = member
        self._add_folder(posixpath.dirname(inside))

    def _add_folder(self, name: str) -> None:
        while name and name not in self.folders:
            self.folders.add(name)
            if name in self.members:
                raise AssemblyError(f"{self.path}: {name!r} is there twice, as a file and as a folder")
            name = posixpath.dirname(name)
        if len(self.members) + len(self.folders) > MAX_MEMBERS:
            raise LimitError(f"{self.path}: more than {MAX_MEMBERS} files: that is the limit, nothing was judged")

    def _inside(self, name: str) -> str:
        """The path below the archive's root; refused if it leads out."""
        if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
            raise AssemblyError(f"{self.path}: {name!r} leads out of the archive, which is refused")
        return _normal(name)

    def _linked(self, name: str, target: str) -> str:
        """Where a link leads, relative to the root; refused if it leads out."""
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(posixpath.normpath(name)), target))
        if target.startswith("/") or _DRIVE.match(target) or joined.split("/", 1)[0] == "..":
            raise AssemblyError(f"{self.path}: {name!r} is a link that leads out of the archive, which is refused")
        return joined


@dataclass(frozen=True)
class ArchivePath:
    """A path in an archive, with what readers of files ask of a `pathlib.Path`."""

    root: ArchiveRoot
    inside: str

    def __str__(self) -> str:
        return self.inside

    @property
    def name(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.inside)

    @cached_property
    def _target(self) -> str | None:
        return self.root.archive.target(self.inside)

    def exists(self) -> bool:
        """Whether there is a file or folder."""
        return self.is_dir() or self.is_file()

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.inside in self.root.archive.folders

    def is_file(self) -> bool:
        """Whether it is a file, or a link to one."""
        return self._target is not None

    def open(self, _: str = "rb") -> IO[bytes]:
        """The content, inflated in memory. Raises OSError if it cannot be, LimitError if it is too much."""
        return io.BytesIO(self.content(MAX_MEMBER_BYTES))

    def content(self, limit: int) -> bytes:
        """The content. Raises ValueError if it is longer than the limit, OSError if it cannot be read."""
        if self._target is None:
            raise FileNotFoundError(2, "no such file", self.inside)
        content = self.root.archive.read(self._target, limit)
        self.root.budget.inflate(len(content))
        if len(content) > limit:
            raise ValueError(f"more than {limit} bytes, which is the most that is read of a file")
        return content


class ArchiveRoot(Root):
    """The folder of an archive that may be read; `base` is where the cdk.out lies in it."""

    def __init__(self, path: Path, archive: Archive, base: str) -> None:
        super().__init__(path)
        self.archive = archive
        self.base = base

    def locate(self, directory: str, relative: str) -> Path | None:
        """The path of a file named in `directory`, or None if it lies outside of the folder."""
        inside = _normal(posixpath.join(self._absolute(directory), relative))
        if inside.startswith(("/", "../")) or inside == ".." or not self._holds(inside):
            return None
        return ArchivePath(self, inside)  # type: ignore[return-value] # what is asked of it, it has

    def name_of(self, path: Path) -> str:
        """The path relative to the folder, with forward slashes."""
        return posixpath.relpath(str(path) or ".", self.base or ".")

    def names(self, directory: str) -> list[str]:
        """The names in a folder, sorted."""
        folder = _normal(posixpath.join(self.base, directory))
        start = f"{folder}/" if folder else ""
        every = (*self.archive.members, *self.archive.folders)
        return sorted({name[len(start) :].split("/", 1)[0] for name in every if name.startswith(start)} - {""})

    def document_at(self, name: str, path: Path, limit: int) -> Document:
        """A document of the archive."""
        return Document(name, path, budget=self.budget, limit=limit, read=ArchivePath.content)

    def _absolute(self, directory: str) -> str:
        """Where a folder lies in the archive; one that was located before is given by its path in it."""
        return directory if directory and self._holds(directory) and self.base else posixpath.join(self.base, directory)

    def _holds(self, inside: str) -> bool:
        return not self.base or inside == self.base or inside.startswith(f"{self.base}/")


def open_archive(path: Path, folder: str | None = None) -> ArchiveRoot | None:
    """The folder of an archive that holds the assembly; None for a file that is no archive.

    `folder` names it where there are several. Raises AssemblyError for an archive that cannot be read or is refused.
    """
    try:
        with path.open("rb") as opened:
            head = opened.read(HEAD)
        if head.startswith(_ZSTANDARD):
            raise AssemblyError(f"{path}: compressed with zstd, which is not read; give a .zip or a .tar.gz")
        tar = None if head.startswith(_ZIP) else recognise_tar(head)
        if tar is None and not head.startswith(_ZIP):
            return None
        stream = path.open("rb")
    except OSError as error:
        raise AssemblyError(f"{path}: cannot be read: {error.strerror}") from None
    archive = Archive(str(path), stream, tar)
    return ArchiveRoot(path, archive, _assembly_folder(archive) if folder is None else folder.strip("/"))


def _assembly_folder(archive: Archive) -> str:
    """The folder with a `manifest.json` that lies least deep; without any, the one top folder, or the root."""
    holding = sorted((posixpath.dirname(name) for name in _manifests(archive)), key=_depth)
    least = [folder for folder in holding if _depth(folder) == _depth(holding[0])]
    if len(least) > 1:
        raise AssemblyError(
            f"{archive.path}: found several cloud assemblies, {', '.join(least)}; name one: {archive.path}!{least[0]}"
        )
    if least:
        return least[0]
    tops = {name.split("/", 1)[0] for name in archive.members}
    return tops.pop() if len(tops) == 1 and "/" in next(iter(archive.members)) else ""


def _manifests(archive: Archive) -> Iterator[str]:
    return (name for name in archive.members if posixpath.basename(name) == "manifest.json")


def _normal(path: str) -> str:
    """A path without `.` and doubled slashes; empty for the root."""
    normal = posixpath.normpath(path)
    return "" if normal == "." else normal


def _depth(folder: str) -> int:
    return folder.count("/") + 1 if folder else 0
