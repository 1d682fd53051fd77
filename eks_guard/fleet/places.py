"""Numbers by text, kept on disk, so that memory does not grow with the fleet."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

KILOBYTES = 256
"""What SQLite holds in memory of its file."""


class Places:
    """A table of texts, each with a number, in a temporary file that is gone when it is closed."""

    def __init__(self) -> None:
        # a name that is empty makes a database on disk that is temporary: https://www.sqlite.org/inmemorydb.html
        self._database = sqlite3.connect("", isolation_level=None)
        for setting in ("journal_mode = off", "synchronous = off", f"cache_size = -{KILOBYTES}"):
            self._database.execute(f"PRAGMA {setting}").close()
        self._database.execute("CREATE TABLE places (text BLOB PRIMARY KEY, place INTEGER) WITHOUT ROWID").close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __contains__(self, text: str) -> bool:
        return self.get(text) is not None

    def __len__(self) -> int:
        with closing(self._database.execute("SELECT count(*) FROM places")) as cursor:
            return int(cursor.fetchone()[0])

    def __setitem__(self, text: str, place: int) -> None:
        self._database.execute("INSERT OR REPLACE INTO places VALUES (?, ?)", (_bytes(text), place)).close()

    def get(self, text: str) -> int | None:
        """The number of a text; None where it has none."""
        with closing(self._database.execute("SELECT place FROM places WHERE text = ?", (_bytes(text),))) as cursor:
            found = cursor.fetchone()
        return int(found[0]) if found else None

    def add(self, text: str) -> bool:
        """Take a text in, as a set does; whether it was not there yet."""
        with closing(self._database.execute("INSERT OR IGNORE INTO places VALUES (?, 0)", (_bytes(text),))) as cursor:
            return cursor.rowcount == 1

    def in_order(self) -> Iterator[int]:
        """The numbers in the order of their texts."""
        with closing(self._database.execute("SELECT place FROM places ORDER BY text")) as cursor:
            yield from (place for (place,) in cursor)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()


def _bytes(text: str) -> bytes:
    """A text as SQLite compares it, by code point; a path may hold bytes that are no text."""
    return text.encode(errors="surrogatepass")
