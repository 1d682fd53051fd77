"""Rows of a table on their way into Parquet: JSON Lines in files of 128 KB."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

    from eks_guard.fleet.results import Row

PART = 128 * 1024
"""Bytes after which another file begins. DuckDB holds up to 32 MB of the file that it reads, but one file at a time."""


class Parts:
    """The files that the rows of one table are written to, one after the other."""

    def __init__(self, folder: Path, name: str) -> None:
        self.files: list[Path] = []
        self._folder = folder
        self._name = name
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._file = self._next()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def write(self, row: Row) -> None:
        """Add a row."""
        if self._file is None or self._file.tell() >= PART:
            self._close()
            self._file = self._next()
        self._file.write(json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n")

    def _next(self) -> IO[bytes]:
        path = self._folder / f"{self._name}-{len(self.files):06}.jsonl"
        self.files.append(path)
        return path.open("wb")

    def _close(self) -> None:
        if self._file:
            self._file.close()
