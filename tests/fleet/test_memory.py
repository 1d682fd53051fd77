"""The coordinator's memory does not grow with the fleet."""

from __future__ import annotations

import subprocess
import sys

import pytest

from eks_guard.fleet.parts import PART, Parts

FEW, MANY = 1_000, 12_000
MOST_GROWTH = 1.08
"""It was 1.13 while DuckDB kept what it had freed, and places and URLs lay in memory."""
WRITE_TABLES = """
import datetime, json, resource, sys
from pathlib import Path
from eks_guard.fleet.journal import Journal
from eks_guard.fleet.results import ArchiveResult, Status
from eks_guard.fleet.runs import begin
from eks_guard.fleet.tables import write_tables

count, folder = int(sys.argv[1]), Path(sys.argv[2])
run = begin(folder, datetime.datetime(2026, 11, 24, 3, 0))
lines = []
with Journal(run.journal) as journal:
    for number in range(count):
        url = f"s3://ci-artifacts/team-{number % 40}/app-{number:06}/cdk.out.zip"
        where = {"url": url, "assembly": "cdk.out", "account": "100000000000", "region": "eu-central-1", "stack": f"App{number}"}
        finding = {**where, "policy": "endpoint-private", "severity": "medium", "outcome": "fail", "because": f"why {number} " * 20}
        journal.append(ArchiveResult(url, "key", "1", Status.AUDITED, clusters=({**where, "cluster": "C"},), findings=(finding,) * 3))
        lines.append(json.dumps({"url": url, "labels": [], "modified": None}))
    run.listing.write_text("\\n".join(lines))
    assert write_tables(run, journal)["findings"] == 3 * count
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def most_memory(count: int, folder) -> int:
    command = [sys.executable, "-c", WRITE_TABLES, str(count), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux alone")
def test_the_tables_of_many_archives_take_hardly_more_memory_than_those_of_few(tmp_path):
    few, many = (most_memory(count, tmp_path / str(count)) for count in (FEW, MANY))
    assert many / few < MOST_GROWTH


def test_no_file_that_duckdb_reads_is_longer_than_a_part_and_a_row(tmp_path):
    row = {"because": "x" * 1000}
    with Parts(tmp_path, "findings") as parts:
        for _ in range(3 * PART // 1000):
            parts.write(row)
    assert len(parts.files) > 2
    assert max(file.stat().st_size for file in parts.files) < PART + 2000
    assert sum(file.read_bytes().count(b"\n") for file in parts.files) == 3 * PART // 1000
