"""Refresh when Lambda stops to take a runtime: python tools/refresh_runtimes.py SOURCE.

SOURCE is the page https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, a file or the address itself.
"""

from __future__ import annotations

import datetime
import re
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from table import DATA, fetch, load, save

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUNTIME = re.compile(r"(?:nodejs|python)[\d.]+x?")
"""The runtimes that CDK's own functions have."""
COLUMNS = ("block function create", "block function update")


class Tables(HTMLParser):
    """The rows of every table of a page, as texts."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (the parser's own)
        """Begin a row or a cell."""
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        """Add to a cell."""
        if self._in_cell:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


def main() -> None:
    """Note what the page says, and show what changed."""
    (source,) = sys.argv[1:]
    for line in note(fetch(source).decode(), datetime.datetime.now(tz=datetime.UTC).date(), DATA):
        print(line)


def note(page: str, today: datetime.date, data: Path) -> list[str]:
    """Write what is new, one line for each change."""
    table = load("lambda_runtimes", data)
    rows = {row["runtime"]: row for row in table["runtimes"]}
    changes = []
    for runtime, create, update in _runtimes(page):
        new = {"runtime": runtime, "block_create": create, "block_update": update}
        if rows.get(runtime) != new:
            changes.append(f"{runtime}: no new function from {create}, no update from {update}")
            rows[runtime] = new
    if not rows.keys() & {runtime for runtime, *_ in _runtimes(page)}:
        raise SystemExit("found no runtime on the page, expected the tables of lambda-runtimes.html")
    table["runtimes"], table["as_of"] = list(rows.values()), today.isoformat()
    save("lambda_runtimes", table, data)
    return changes


def _runtimes(page: str) -> Iterator[tuple[str, str | None, str | None]]:
    tables = Tables()
    tables.feed(page)
    columns: dict[str, int] = {}
    for row in tables.rows:
        heads = [cell.lower() for cell in row]
        if COLUMNS[0] in heads:
            columns = {name: heads.index(name) for name in ("identifier", *COLUMNS)}
        elif columns and len(row) > max(columns.values()) and RUNTIME.fullmatch(row[columns["identifier"]]):
            create, update = (_day(row[columns[name]]) for name in COLUMNS)
            yield row[columns["identifier"]], create, update


def _day(text: str) -> str | None:
    """`Oct 14, 2024` as 2024-10-14; None for `Not scheduled`."""
    try:
        return datetime.datetime.strptime(text, "%b %d, %Y").replace(tzinfo=datetime.UTC).date().isoformat()
    except ValueError:
        return None


if __name__ == "__main__":
    main()
