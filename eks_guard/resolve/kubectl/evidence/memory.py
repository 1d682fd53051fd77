"""What programs in zips said, remembered by their content and their files: in one run, and in the user's cache.

It may be deleted or turned off at any time, and never decides anything that the zip would not: it goes by the SHA-256
of what the zip holds of the program, and by what the system tells of a file that nobody changed since. A memory that
cannot be read or written is none.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from eks_guard.digests import digest_of
from eks_guard.matching import regex
from eks_guard.reading import read_regular_file
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from eks_guard.assembly.stamps import Stamp

_KEY = regex(r"[0-9a-f]{64}")
_SAYS = r"[?-]|v1\.\d{1,2}\.\d{1,3}(?:[-+][0-9A-Za-z.+-]{1,40})?"
_VALUE = regex(_SAYS)
_TOLD = regex(rf"((?:kubectl|bin)/kubectl) (none|[0-9a-f]{{8}}:\d{{1,12}}) ({_SAYS})")
_END = " ."
MAX_VALUE = 192
"""A longer entry is none of ours."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the kubectl of a zip said, with its path there and the checksum that the zip lists for it, if it does."""

    member: str
    checksum: str | None
    says: str


class Memory:
    """What one run knows, and a folder with a small file for each program; without one, later runs know nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._told: dict[str, str] = {}
        self._of_files: dict[Stamp, Told] = {}

    def recall(self, key: str) -> str | None:
        """What was read out of a program before; None if it was not, or if the entry is none of ours."""
        return self._told.get(key) or (self._recorded(key) if self.folder else None)

    def keep(self, key: str, value: str) -> None:
        """Remember it."""
        assert _KEY.fullmatch(key), "a key is a hash"
        self._told[key] = value
        self._write(key, _entry(key, value))

    def recall_file(self, stamp: Stamp) -> Told | None:
        """What was read out of a file before; None if it was not, if it changed, or if the entry is none of ours."""
        if stamp in self._of_files:
            return self._of_files[stamp]
        entry, begins = self._read(_name(stamp)), _begin(stamp)
        told = _TOLD.fullmatch(entry.removeprefix(begins).removesuffix(_END))
        if told is None or not (entry.startswith(begins) and entry.endswith(_END)):
            return None
        found = self._of_files[stamp] = Told(told[1], None if told[2] == "none" else told[2], told[3])
        return found

    def keep_file(self, stamp: Stamp, told: Told) -> None:
        """Remember it, in the place of what the file said before it changed."""
        self._of_files[stamp] = told
        self._write(_name(stamp), f"{_begin(stamp)}{told.member} {told.checksum or 'none'} {told.says}{_END}")

    def _recorded(self, key: str) -> str | None:
        entry = self._read(key)
        value = entry.partition(" ")[0]
        return value if _VALUE.fullmatch(value) and entry == _entry(key, value) else None

    def _read(self, name: str) -> str:
        """An entry; empty where there is none, or it cannot be read."""
        if self.folder is None:
            return ""
        try:
            return read_regular_file(self.folder / name, MAX_VALUE).decode("ascii") if _is_ours(self.folder) else ""
        except (OSError, ValueError):
            return ""

    def _write(self, name: str, entry: str) -> None:
        """Write an entry, if that is possible: apart and renamed, so that no half of one is ever read."""
        if self.folder is None:
            return
        path = self.folder / name
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_ours(path.parent):
                return
            temporary.write_text(entry, encoding="ascii")
            temporary.replace(path)
        except OSError:
            return


def _is_ours(folder: Path) -> bool:
    """Whether only this user writes to a folder: it is no link, and nobody else owns it or may write."""
    if not hasattr(os, "getuid"):
        return True
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _entry(key: str, value: str) -> str:
    """An entry: it names the program that it is about, so that one that was moved or cut off is none."""
    bound = digest_of(f"eks-guard 2 {key} {value}")
    return f"{value} {bound}"


def _name(stamp: Stamp) -> str:
    """The name of the entry of a file: one for each path, so that there are no more than those were."""
    from zlib import crc32  # noqa: PLC0415 (most layers are known by their hash)

    return f"file-{crc32(os.fsencode(stamp.path)):08x}"


def _begin(stamp: Stamp) -> str:
    """How the entry of a file begins: with all that tells it from others, and from what it was before."""
    told = (stamp.device, stamp.inode, stamp.size, stamp.written, stamp.changed)
    return f"eks-guard 3 {' '.join(map(str, told))} "
