"""Refresh the calendar of EKS: python tools/refresh_versions.py SOURCE.

SOURCE is what `aws eks describe-cluster-versions --include-all` printed, or what
https://endoflife.date/api/amazon-eks.json answers: a file, or the address itself.
"""

from __future__ import annotations

import datetime
import json
import sys
from typing import TYPE_CHECKING, Any

from table import DATA, fetch, load, save

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENDS = ("released", "end_of_standard_support", "end_of_extended_support")


def main() -> None:
    """Note what the source says, and show what changed."""
    (source,) = sys.argv[1:]
    for line in note(json.loads(fetch(source)), datetime.datetime.now(tz=datetime.UTC).date(), DATA):
        print(line)


def note(answer: Any, today: datetime.date, data: Path) -> list[str]:
    """Write what is new, one line for each change. A day that the source does not tell stays as it was."""
    table = load("eks_versions", data)
    rows = {row["minor"]: row for row in table["versions"]}
    changes = []
    for minor, days in _rows(answer):
        row = rows.setdefault(minor, {"minor": minor, **dict.fromkeys(ENDS)})
        for key, day in zip(ENDS, days, strict=True):
            if day and row[key] != day:
                changes.append(f"{minor} {key}: {row[key]} → {day}")
                row[key] = day
    table["versions"] = sorted(rows.values(), key=lambda row: int(row["minor"].partition(".")[2]))
    table["as_of"] = today.isoformat()
    save("eks_versions", table, data)
    return changes


def _rows(answer: Any) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """Minor and days, of either source."""
    if isinstance(answer, dict):
        keys = ("clusterVersion", "releaseDate", "endOfStandardSupportDate", "endOfExtendedSupportDate")
        entries = answer["clusterVersions"]
    else:
        keys, entries = ("cycle", "releaseDate", "eol", "extendedSupport"), answer
    for entry in entries:
        minor, *days = (entry.get(key) for key in keys)
        yield minor, tuple(day[:10] if isinstance(day, str) else None for day in days)


if __name__ == "__main__":
    main()
