"""Measure a fleet: CPU an archive by engine, memory of coordinator and workers, and equal rows. Run by hand.

usage: python tests/bench/fleets.py [ARCHIVES [MANY]], by default 1000 and 20000; needs the extras of `dev`.
"""

from __future__ import annotations

import datetime
import gc
import io
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from fleet.archives import contents  # noqa: E402
from fleet.conftest import everything  # noqa: E402

DAY = "2026-11-24"
MEGABYTE = 1 << 20


@dataclass
class Cost:
    """What a run took: seconds on the wall and of all its processes, and the most memory in MB."""

    wall: float
    cpu: float
    coordinator: float
    worker: float


def cost_of(command: list[str], helpers: tuple[int, ...] = ()) -> Cost:
    """Run a command and watch it, and processes that help it and stay."""
    before = sum(map(cpu_of_tree, helpers))
    started, own, most, worker = time.monotonic(), {}, 0.0, 0.0
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        for each in tree(process.pid):
            try:
                times, size = each.cpu_times(), each.memory_info().rss / MEGABYTE
            except psutil.Error:
                continue
            own[each.pid] = times.user + times.system
            most, worker = (max(most, size), worker) if each.pid == process.pid else (most, max(worker, size))
        time.sleep(0.05)
    for each in (found for helper in helpers for found in tree(helper)[1:]):
        worker = max(worker, each.memory_info().rss / MEGABYTE)
    after = sum(map(cpu_of_tree, helpers))
    return Cost(time.monotonic() - started, sum(own.values()) + after - before, most, worker)


def tree(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def cpu_of_tree(pid: int) -> float:
    """Seconds of processes that live, and of those that they started and that ended."""
    return sum(sum(each.cpu_times()[:4]) for each in tree(pid))


def folders_in_one_process(archives: Path, target: Path) -> tuple[float, int]:
    """CPU seconds of auditing the same apps as folders, in this process; the floor of every engine."""
    from eks_guard.audit import Options, audit
    from eks_guard.errors import EksGuardError

    count, spent = 0, 0.0
    for path in sorted(archives.rglob("*.zip")):
        folder = target / path.parent.name
        try:
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
                archive.extractall(folder)
        except (zipfile.BadZipFile, OSError):
            shutil.unpack_archive(path, folder, "gztar") if path.read_bytes()[:2] == b"\x1f\x8b" else None
        if not (folder / "cdk.out" / "manifest.json").is_file():
            continue
        began = time.process_time()
        try:
            audit(Options(str(folder / "cdk.out"), datetime.date.fromisoformat(DAY)))
        except EksGuardError:
            continue
        spent += time.process_time() - began
        count += 1
        shutil.rmtree(folder)
        gc.collect() if count % 200 == 0 else None
    return spent, count


@contextmanager
def dask_cluster() -> Iterator[tuple[str, int]]:
    """The address of a cluster of two workers, and the process that holds it."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_hold_cluster, args=(theirs,))
    process.start()
    assert process.pid, "it was started"
    yield ours.recv(), process.pid
    ours.send("end")
    process.join()


def _hold_cluster(connection) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        connection.send(cluster.scheduler_address)
        connection.recv()


def fleet(source: Path, output: Path, *options: str) -> list[str]:
    command = [sys.executable, "-m", "eks_guard", "fleet", str(source), "--output", str(output), "--today", DAY]
    return [*command, *options]


def show(name: str, count: int, cost: Cost) -> None:
    print(
        f"| {name} | {1000 * cost.cpu / count:.1f} | {cost.wall:.0f} | {cost.coordinator:.0f} | {cost.worker:.0f} |",
        flush=True,
    )


def main() -> None:
    count, many = (int(text) for text in (*sys.argv[1:], "1000", "20000")[:2])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        home = Path(folder)
        archives = home / "archives"
        for name, content in contents(count):
            (archives / name).parent.mkdir(parents=True, exist_ok=True)
            (archives / name).write_bytes(content)
        print(
            "| way | ms of CPU an archive | seconds | MB coordinator | MB of the largest worker |\n|---|--:|--:|--:|--:|"
        )
        spent, audited = folders_in_one_process(archives, home / "unpacked")
        print(f"| folders in one process ({audited}) | {1000 * spent / audited:.1f} | | | |", flush=True)
        show("one by one", count, cost_of(fleet(archives, home / "one", "--engine", "one-by-one")))
        show("local, 2 workers", count, cost_of(fleet(archives, home / "local", "--workers", "2")))
        with dask_cluster() as (address, pid):
            show("Dask, 2 workers", count, cost_of(fleet(archives, home / "dask", "--engine", address), (pid,)))
        one = everything(home / "one")
        same = one == everything(home / "local") == everything(home / "dask")
        print(
            f"\nrows equal: {same}; " + ", ".join(f"{len(found)} {table}" for table, found in one.items()), flush=True
        )
        paths = sorted(archives.rglob("*.zip"))
        for number in range(many):
            target = home / "many" / f"{number % 97}" / f"app-{number:06}.zip"
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(paths[number % len(paths)], target)
        few = ("--select", "endpoint-private", "--workers", "2")
        show(f"local, {count} archives, one policy", count, cost_of(fleet(archives, home / "few", *few)))
        show(f"local, {many} archives, one policy", many, cost_of(fleet(home / "many", home / "lots", *few)))


if __name__ == "__main__":
    main()
