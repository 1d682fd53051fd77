"""A cdk.out in a zip or tar archive, read in memory: nothing is unpacked to disk, and nothing outside of it is read."""

from __future__ import annotations

import stat
import weakref
import zipfile
from typing import IO

from eks_guard.assembly.assets import MAX_DIRECTORY_BYTES, directory_size
from eks_guard.assembly.contents import Contents, Member
from eks_guard.assembly.tar_streams import ARCHIVE_ERRORS, TarFormat, open_tar, recognise_tar
from eks_guard.errors import AssemblyError

MAX_MEMBER_BYTES = 512 * 1024 * 1024
"""Bytes that are inflated of one file of an archive; Lambda takes layers of 250 MB."""
KEPT = (".json", ".yaml", ".yml", ".py", ".js")
"""What is kept of a compressed tar while it is listed: it cannot be read out of order without inflating it again."""
MAX_KEPT_FILE = 2 * 1024 * 1024
HEAD = 512
"""Bytes that tell what a file is."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
MAX_LINK = 4096
"""Bytes of a link that is followed."""


class Archive(Contents):
    """The files of an archive by their paths in it. Raises AssemblyError for an archive that nobody should trust."""

    def __init__(self, path: str, stream: IO[bytes], tar: TarFormat | None) -> None:
        super().__init__(path, "archive")
        self._stream = stream
        self._zip: zipfile.ZipFile | None = None
        self._tar = tar
        weakref.finalize(self, stream.close)
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

    def _inflated(self, name: str, limit: int) -> bytes:
        entry = self.members[name].entry
        try:
            if isinstance(entry, zipfile.ZipInfo):
                assert self._zip, "an entry of a zip comes from one"
                with self._zip.open(entry) as stream:
                    return stream.read(limit + 1)
            assert self._tar, "an entry of a tar comes from one"
            assert entry, "a member of an archive has its entry"
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
                self.add_folder(self.inside(name))
            elif stat.S_ISLNK(info.external_attr >> 16):
                self.add(name, Member(0, info, self.linked(name, self._zipped_link(info))))
            else:
                self.add(name, Member(info.file_size, info))

    def _zipped_link(self, info: zipfile.ZipInfo) -> str:
        """Where a link leads: a zip holds that as the content."""
        assert self._zip, "asked of a zip only"
        with self._zip.open(info) as stream:
            return stream.read(MAX_LINK).decode("utf-8", "replace")

    def _list_tar(self, form: TarFormat) -> None:
        with open_tar(self._stream, form) as tar:
            for info in tar:
                if info.isdir():
                    self.add_folder(self.inside(info.name))
                elif info.issym() or info.islnk():
                    base = info.name if info.issym() else ""
                    self.add(info.name, Member(0, info, self.linked(base, info.linkname)))
                elif info.isreg():
                    self.add(info.name, Member(info.size, info))
                    if form is not TarFormat.PLAIN and info.name.endswith(KEPT) and info.size <= MAX_KEPT_FILE:
                        found = tar.extractfile(info)
                        self._kept[self.inside(info.name)] = found.read() if found else b""
                else:
                    raise AssemblyError(
                        f"{self.path}: {info.name!r} is neither a file nor a folder, so the archive is refused"
                    )


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
