"""What opened zips said, remembered by their content in a folder of the user's cache.

It may be deleted or turned off at any time, and never decides anything that the zip would not: the key is the
SHA-256 of the zip, the value what was read out of it. A memory that cannot be read or written is none.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{64}")
_VALUE = re.compile(r"[?-]|v\d{1,4}\.\d{1,4}\.\d{1,4}[0-9A-Za-z.+-]{0,40}")
MAX_VALUE = 64
"""A longer entry is none of ours."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A folder with one small file for each zip; None remembers nothing."""

    folder: Path | None = None

    @property
    def enabled(self) -> bool:
        """Whether there is anything to ask."""
        return self.folder is not None

    def recall(self, key: str) -> str | None:
        """What was read out of a zip before; None if it was not, or if the entry is none of ours."""
        try:
            with self._path(key).open(encoding="ascii") as stream:
                value = stream.read(MAX_VALUE + 1)
        except (OSError, ValueError):
            return None
        return value if _VALUE.fullmatch(value) else None

    def keep(self, key: str, value: str) -> None:
        """Remember it, if that is possible; written apart and renamed, so that no half an entry is ever read."""
        path = self._path(key)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(value, encoding="ascii")
            temporary.replace(path)
        except OSError:
            return

    def _path(self, key: str) -> Path:
        assert self.folder, "asked only where there is a folder"
        assert _KEY.fullmatch(key), "a key is a hash"
        return self.folder / key


NO_MEMORY = Memory()
