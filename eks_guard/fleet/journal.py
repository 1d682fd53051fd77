"""The journal of a run: one line an archive, flushed; what is in it needs not be done again."""

from __future__ import annotations

import datetime
import gzip
import json
import shutil
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any, Self

from eks_guard.errors import UsageError
from eks_guard.fleet.places import Places
from eks_guard.fleet.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eks_guard.fleet.results import ArchiveResult, Row

try:
    import fcntl
except ImportError:  # Windows, where two runs in one folder have to be kept apart by who starts them
    fcntl = None  # type: ignore[assignment]


class Journal:
    """A journal that is written to by one process. `places` are where the last line about each archive begins."""

    def __init__(self, path: Path) -> None:
        """Raises UsageError if another run writes to it."""
        self.path = path
        self._file: IO[bytes] = path.open("ab+")
        self._lock()
        self._cut_torn_line()
        self.places = Places()
        for place, entry in read_entries(path):
            self.places[entry["url"]] = place

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.places.close()
        self._file.close()

    def append(self, result: ArchiveResult) -> None:
        """Write down what became of an archive."""
        self.append_entry(asdict(result))

    def append_entry(self, entry: Row) -> None:
        """Write down what an earlier journal says."""
        line = json.dumps(entry, default=_text, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        self.places[entry["url"]] = self._file.seek(0, 2)
        self._file.write(line + b"\n")
        self._file.flush()

    def entry(self, url: str) -> Row | None:
        """The last line about an archive; None where there is none."""
        place = self.places.get(url)
        if place is None:
            return None
        self._file.seek(place)
        found: Row = json.loads(self._file.readline())
        return found

    def pack(self, target: Path) -> None:
        """Keep the journal of a finished run, packed."""
        temporary = target.with_name(f".{target.name}.tmp")
        self._file.seek(0)
        with gzip.open(temporary, "wb", compresslevel=6) as packed:
            shutil.copyfileobj(self._file, packed)
        temporary.replace(target)
        self.path.unlink()

    def _lock(self) -> None:
        try:
            if fcntl:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise UsageError(f"{self.path}: another run is writing to it; wait, or choose another --output") from None

    def _cut_torn_line(self) -> None:
        """Take away a last line that was not written to its end."""
        size = self._file.seek(0, 2)
        while size:
            start = max(0, size - (1 << 16))
            self._file.seek(start)
            found = self._file.read(size - start).rfind(b"\n")
            if found >= 0:
                self._file.truncate(start + found + 1)
                return
            size = start
        self._file.truncate(0)


def read_entries(path: Path) -> Iterator[tuple[int, Row]]:
    """Where each line begins, and what it says; a damaged line says nothing."""
    place = 0
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                entry = None
            if isinstance(entry, dict) and isinstance(entry.get("url"), str):
                yield place, entry
            place += len(line)


def still_holds(entry: Row, key: str, today: datetime.date, *, retry_failed: bool) -> bool:
    """Whether a line answers for the same archive and job today."""
    if not key or entry.get("key") != key or (retry_failed and not Status(entry["status"]).is_answer):
        return False
    until = entry.get("until")
    return until is None or datetime.date.fromisoformat(entry["today"]) <= today < datetime.date.fromisoformat(until)


def _text(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
