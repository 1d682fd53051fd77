"""Every engine gives the same rows; on a cluster of Dask's, too, whose workers are processes of their own."""

from __future__ import annotations

import json
import logging
import os
import signal

import psutil
import pytest
from conftest import TODAY

from fleet.archives import good
from fleet.conftest import everything, rows

FEW = ("--today", TODAY, "--engine", "one-by-one")
TEMPORARY = {
    "distributed.scheduler.allowed-failures": 1,
    "distributed.logging": {"distributed": "error"},
    "distributed.admin.system-monitor.gil.enabled": False,
}


@pytest.fixture(scope="module")
def scheduler():
    """The address of a scheduler with two workers, as a team runs it."""
    import dask.config
    from distributed import LocalCluster

    for name in ("distributed", "distributed.nanny", "distributed.scheduler", "distributed.worker"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with (
        dask.config.set(TEMPORARY),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1") as cluster,
    ):
        yield cluster.scheduler_address


@pytest.fixture
def dask(scheduler):
    return "--today", TODAY, "--engine", scheduler


def test_dask_says_what_one_process_says(run, fleet, tmp_path, dask):
    run("fleet", fleet, "--output", tmp_path / "one", *FEW)
    result = run("fleet", fleet, "--output", tmp_path / "dask", *dask)
    assert result.code == 3, result.err
    assert everything(tmp_path / "dask") == everything(tmp_path / "one")


def listed(tmp_path, *urls: str, good_ones: int) -> str:
    """A list of these URLs and of so many good archives."""
    paths = [tmp_path / f"app-{number}.zip" for number in range(good_ones)]
    for number, path in enumerate(paths):
        path.write_bytes(good(number))
    (tmp_path / "list.jsonl").write_text("".join(json.dumps({"url": str(url)}) + "\n" for url in (*urls, *paths)))
    return "@list.jsonl"


def audits(scheduler: str) -> set[int]:
    """The processes in which the workers audit, and the workers' own."""
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        workers = client.run(os.getpid).values()
    return {child.pid for pid in workers for child in psutil.Process(pid).children(recursive=True)} | set(workers)


def test_a_hang_and_a_death_cost_a_process_and_no_worker(run, tmp_path, dask, scheduler, server):
    """A hostile archive keeps its audit busy, and one makes the kernel end it: no thread of a worker stays behind."""
    (server.folder / "app.zip").write_bytes(good(1))
    urls = [f"{server.url}/deadly/app.zip", f"{server.url}/slow/app.zip"]
    before = audits(scheduler)
    source = listed(tmp_path, *urls, good_ones=10)
    result = run("fleet", source, "--output", "runs", "--timeout", 20, *dask)
    assert result.code == 3, result.err
    found = {url: (status, reason) for url, status, reason in rows(tmp_path / "runs", columns="url, status, reason")}
    assert found.pop(urls[0]) == ("died", "its process was ended by SIGKILL, as when memory runs out")
    assert found.pop(urls[1]) == ("timed-out", "took more than 20 seconds; raise --timeout")
    assert len(found) == 10
    assert {status for status, _ in found.values()} <= {"audited", "empty"}
    assert audits(scheduler) == before


def test_what_kills_workers_costs_one_archive(run, tmp_path, dask, server):
    (server.folder / "app.zip").write_bytes(good(1))
    url = f"{server.url}/disastrous/app.zip"
    source = listed(tmp_path, url, good_ones=10)
    result = run("fleet", source, "--output", "runs", *dask)
    assert result.code == 3, result.err
    found = dict(rows(tmp_path / "runs", columns="url, status"))
    assert found.pop(url) == "died"
    assert len(found) == 10
    assert set(found.values()) <= {"audited", "empty"}


def test_workers_with_other_policies_are_named_and_nothing_runs(run, tmp_path, dask, monkeypatch):
    """A policy that lies in a folder of one machine is not there on the others."""
    (tmp_path / "app.zip").write_bytes(good(1))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.yaml").write_text(
        "id: mine\ntitle: clusters are named\nseverity: low\nmatch: cluster\nexpect:\n- fact: cluster.name\n"
        "  exists: true\nrationale: Names help.\nremediation: Name it.\n"
    )
    result = run("fleet", "app.zip", "--policy", "own", "--output", "runs", *dask)
    assert result.code == 2
    assert "workers need the same eks-guard, policies and tables: here it is" in result.err
    assert "tcp://127.0.0.1" in result.err


def test_a_scheduler_that_is_not_there_is_wrong_usage(run, tmp_path, monkeypatch):
    monkeypatch.setattr("eks_guard.fleet.engines.dask.PATIENCE", 1)
    (tmp_path / "app.zip").write_bytes(good(1))
    result = run("fleet", "app.zip", "--output", "runs", "--engine", "tcp://127.0.0.1:1")
    assert result.code == 2
    assert "no scheduler with a worker responds" in result.err


def test_signals_are_as_before_when_a_run_is_over(run, tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    (tmp_path / "app.zip").write_bytes(good(1))
    run("fleet", "app.zip", "--output", "runs", *FEW)
    assert signal.getsignal(signal.SIGTERM) is before
