"""What programs in zips said, remembered by their content: in one run, and in a folder of the user's cache.

It may be deleted or turned off at any time, and never decides anything that the zip would not: the key is the
SHA-256 of what the zip holds of the program, the value what was read out of it. A memory that cannot be read or
written is none.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from eks_guard.digests import digest_of
from eks_guard.matching import regex
from eks_guard.reading import read_regular_file

_KEY = regex(r"[0-9a-f]{64}")
_VALUE = regex(r"[?-]|v1\.\d{1,2}\.\d{1,3}(?:[-+][0-9A-Za-z.+-]{1,40})?")
MAX_VALUE = 192
"""A longer entry is none of ours."""


class Memory:
    """What one run knows, and a folder with a small file for each program; without one, later runs know nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._told: dict[str, str] = {}

    def recall(self, key: str) -> str | None:
        """What was read out of a program before; None if it was not, or if the entry is none of ours."""
        return self._told.get(key) or (self._recorded(key) if self.folder else None)

    def keep(self, key: str, value: str) -> None:
        """Remember it."""
        self._told[key] = value
        if self.folder:
            self._record(key, value)

    def _recorded(self, key: str) -> str | None:
        try:
            entry = read_regular_file(self._path(key), MAX_VALUE).decode("ascii") if self._is_ours() else ""
        except (OSError, ValueError):
            return None
        value = entry.partition(" ")[0]
        return value if _VALUE.fullmatch(value) and entry == _entry(key, value) else None

    def _record(self, key: str, value: str) -> None:
        """Write it, if that is possible: apart and renamed, so that no half an entry is ever read."""
        path = self._path(key)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_ours():
                return
            temporary.write_text(_entry(key, value), encoding="ascii")
            temporary.replace(path)
        except OSError:
            return

    def _is_ours(self) -> bool:
        """Whether only this user writes to the folder: it is no link, and nobody else owns it or may write."""
        assert self.folder, "asked only where there is a folder"
        if not hasattr(os, "getuid"):
            return True
        found = self.folder.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022

    def _path(self, key: str) -> Path:
        assert self.folder, "asked only where there is a folder"
        assert _KEY.fullmatch(key), "a key is a hash"
        return self.folder / key


def _entry(key: str, value: str) -> str:
    """An entry: it names the program that it is about, so that one that was moved or cut off is none."""
    bound = digest_of(f"eks-guard 2 {key} {value}")
    return f"{value} {bound}"
