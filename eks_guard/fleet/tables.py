"""The tables of a run, made of its listing and its journal at the end: whole, or not at all."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from eks_guard.fleet.columns import ARCHIVES, TABLES
from eks_guard.fleet.database import open_database
from eks_guard.fleet.parts import Parts
from eks_guard.fleet.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.fleet.journal import Journal
    from eks_guard.fleet.results import Row
    from eks_guard.fleet.runs import RunFolder

ROWS = ("clusters", "findings", "plans")


def write_tables(run: RunFolder, journal: Journal) -> dict[str, int]:
    """Write the tables, sorted by archive; return how many rows each has, and how many archives each status."""
    folder = run.path / ".tables"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with ExitStack() as stack:
        parts = {name: stack.enter_context(Parts(folder, name)) for name in TABLES}
        counts = _write_rows(run, journal, parts)
    names = [name for name in TABLES if name != "plans" or counts["plans"]]
    with open_database() as database:
        for name in names:
            database.write_table(name, parts[name].files, folder / f"{name}.parquet")
    for name in names:
        (folder / f"{name}.parquet").replace(run.table(name))
    shutil.rmtree(folder)
    return dict(counts)


def _write_rows(run: RunFolder, journal: Journal, parts: Mapping[str, Parts]) -> Counter[str]:
    """Write flat rows for each table, an archive at a time, so that memory does not grow with the fleet."""
    counts: Counter[str] = Counter(dict.fromkeys(TABLES, 0))
    for source in _sorted_sources(run):
        entry = journal.entry(source["url"])
        if entry is None:
            continue
        counts["archives"] += 1
        counts[entry["status"]] += 1
        counts["failed"] += bool(entry["failed"])
        counts["own configurations"] += bool(entry["notes"])
        parts["archives"].write(_archive(run, source, entry))
        for name in ROWS:
            counts[name] += len(entry[name])
            for row in entry[name]:
                parts[name].write({"run": run.id, **row})
    return counts


def _sorted_sources(run: RunFolder) -> Iterator[Row]:
    """The lines of the listing in the order of their URLs."""
    with run.listing.open("rb") as lines, Places() as places:
        place = 0
        for line in lines:
            places[json.loads(line)["url"]] = place
            place += len(line)
        for start in places.in_order():
            lines.seek(start)
            yield json.loads(lines.readline())


def _archive(run: RunFolder, source: Mapping[str, Any], entry: Row) -> Row:
    """The row of an archive."""
    named = {
        "run": run.id,
        "labels": dict(source["labels"]),
        "modified": source["modified"],
        "clusters": len(entry["clusters"]),
    }
    own = {"audited_on": entry["today"], **{key: entry[key] for key in ARCHIVES if key in entry}}
    return {**own, **named}
