"""A cdk.out in a zip or tar archive, read in memory: nothing is unpacked to disk, and nothing outside of it is read."""

from __future__ import annotations

import posixpath
import re
import stat
import tarfile
import weakref
import zipfile
from typing import IO

from eks_guard.assembly.assets import MAX_DIRECTORY_BYTES, directory_size
from eks_guard.assembly.tar_streams import ARCHIVE_ERRORS, TarFormat, open_tar, recognise_tar
from eks_guard.errors import AssemblyError, LimitError
from eks_guard.records import dataclass

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
            raise AssemblyError(f"{self.path}: {_without_directory(size)}")
        self._zip = zipfile.ZipFile(self._stream)
        for info in self._zip.infolist():
            name = info.filename.replace("\\", "/")
            if info.flag_bits & 1:
                raise AssemblyError(f"{self.path}: {name!r} is encrypted; use an archive without a password")
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
                    raise AssemblyError(
                        f"{self.path}: {info.name!r} is neither a file nor a folder, so the archive is refused"
                    )

    def _add(self, name: str, member: Member) -> None:
        inside = self._inside(name)
        if inside in self.members or inside in self.folders:
            raise AssemblyError(f"{self.path}: {name!r} occurs twice, so it is unclear which one counts")
        self.members[inside] = member
        self._add_folder(posixpath.dirname(inside))

    def _add_folder(self, name: str) -> None:
        while name and name not in self.folders:
            self.folders.add(name)
            if name in self.members:
                raise AssemblyError(f"{self.path}: {name!r} occurs twice, as a file and as a folder")
            name = posixpath.dirname(name)
        if len(self.members) + len(self.folders) > MAX_MEMBERS:
            raise LimitError(f"{self.path}: more than {MAX_MEMBERS} files, which is the limit: nothing was judged")

    def _inside(self, name: str) -> str:
        """The path below the archive's root; refused if it leads out."""
        if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
            raise AssemblyError(f"{self.path}: {name!r} is outside the archive, so the archive is refused")
        return normal(name)

    def _linked(self, name: str, target: str) -> str:
        """Where a link leads, relative to the root; refused if it leads out."""
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(posixpath.normpath(name)), target))
        if target.startswith("/") or _DRIVE.match(target) or joined.split("/", 1)[0] == "..":
            raise AssemblyError(f"{self.path}: {name!r} is a link that leads outside the archive, which is refused")
        return joined


def _without_directory(size: int | None) -> str:
    if size is None:
        return "not a whole zip: it has no directory at its end; was it cut off?"
    return f"found a directory of {size} bytes, expected one of at most {MAX_DIRECTORY_BYTES}"


def read_archive(name: str, stream: IO[bytes]) -> Archive | None:
    """The archive in a stream that can seek, told by its first bytes; None for what is none. Closes the stream."""
    head = stream.read(HEAD)
    if head.startswith(_ZSTANDARD):
        stream.close()
        raise AssemblyError(f"{name}: compressed with zstd, which is not supported; use a .zip or a .tar.gz")
    tar = None if head.startswith(_ZIP) else recognise_tar(head)
    if tar is None and not head.startswith(_ZIP):
        stream.close()
        return None
    return Archive(name, stream, tar)


def normal(path: str) -> str:
    """A path without `.` and doubled slashes; empty for the root."""
    normal = posixpath.normpath(path)
    return "" if normal == "." else normal
