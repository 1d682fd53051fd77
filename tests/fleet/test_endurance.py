"""What goes wrong costs what went wrong: workers that die or hang, runs that are killed, objects that change."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import psutil
import pytest
from conftest import TODAY

from fleet.archives import assembly_files, good, zipped
from fleet.conftest import PATIENCE, eventually, everything, journal_lines, rows

FEW = ("--today", TODAY, "--engine", "one-by-one")
SECONDS = 20
"""A timeout that only what hangs can reach."""


@pytest.fixture
def apps(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(12):
        (folder / f"app-{number:02}.zip").write_bytes(good(number))
    return folder


@pytest.fixture
def undisturbed(run, apps, tmp_path):
    """What a run says in which nothing goes wrong."""

    def call(*sources: object) -> dict[str, list[tuple]]:
        run("fleet", *sources, "--output", "undisturbed", *FEW)
        return everything(tmp_path / "undisturbed")

    return call


def listed(tmp_path: Path, *urls: object) -> str:
    (tmp_path / "list.jsonl").write_text("".join(json.dumps({"url": str(url)}) + "\n" for url in urls))
    return "@list.jsonl"


def test_a_hang_and_a_death_cost_their_own_archive(run, apps, tmp_path, server):
    (server.folder / "app.zip").write_bytes(good(1))
    urls = [f"{server.url}/deadly/app.zip", f"{server.url}/slow/app.zip", *sorted(apps.iterdir())]
    source = listed(tmp_path, *urls)
    result = run("fleet", source, "--output", "runs", "--today", TODAY, "--workers", 2, "--timeout", SECONDS)
    assert result.code == 3
    reasons = {url: (status, reason) for url, status, reason in rows(tmp_path / "runs", columns="url, status, reason")}
    assert reasons.pop(urls[0]) == ("died", "its process was ended by SIGKILL, as when memory runs out")
    assert reasons.pop(urls[1]) == ("timed-out", f"took more than {SECONDS} seconds; raise --timeout")
    assert len(reasons) == 12
    assert {status for status, _ in reasons.values()} <= {"audited", "empty"}


def test_a_run_that_is_killed_goes_on_where_it_was(started, undisturbed, apps, tmp_path, server):
    (server.folder / "app.zip").write_bytes(good(1))
    source = listed(tmp_path, *sorted(apps.iterdir()), f"{server.url}/slow/app.zip")
    arguments = (source, "--output", "runs", "--today", TODAY, "--workers", 1)
    process = started(*arguments)
    eventually(server.asked.is_set, "the slow object is asked for")
    eventually(lambda: journal_lines(tmp_path / "runs") == 12, "the others are done")
    workers = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)
    eventually(lambda: not any(worker.is_running() and worker.status() != "zombie" for worker in workers), "they end")
    (journal,) = (tmp_path / "runs").glob("run=*/journal.jsonl")
    with journal.open("ab") as torn:
        torn.write(b'{"url": "a line that was not writ')
    server.released.set()
    second = started(*arguments)
    _, said = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1, said
    assert "13 archives, 12 already judged" in said
    assert len(list((tmp_path / "runs").iterdir())) == 1
    assert everything(tmp_path / "runs") == undisturbed(source)


def test_ctrl_c_lets_running_audits_finish(started, undisturbed, apps, tmp_path, server):
    (server.folder / "app.zip").write_bytes(good(1))
    last = [tmp_path / f"later-{number:02}.zip" for number in range(6)]
    for number, path in enumerate(last):
        path.write_bytes(good(number))
    source = listed(tmp_path, f"{server.url}/slow/app.zip", *sorted(apps.iterdir()), *last)
    arguments = (source, "--output", "runs", "--today", TODAY, "--workers", 1)
    process = started(*arguments)
    eventually(server.asked.is_set, "the slow object is asked for")
    for each in (process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))):
        os.kill(each, signal.SIGINT)
    server.released.set()
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, said
    assert "run the same command to continue it" in said
    assert 1 <= journal_lines(tmp_path / "runs") < 19
    second = started(*arguments)
    _, said = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1, said
    assert everything(tmp_path / "runs") == undisturbed(source)


def test_a_nightly_run_reads_what_changed_and_says_what_a_fresh_one_says(run, apps, tmp_path):
    assert "12 archives\n" in run("fleet", "in", "--output", "runs", *FEW).err
    (apps / "app-03.zip").write_bytes(good(30))
    (apps / "app-04.zip").unlink()
    (apps / "new.zip").write_bytes(good(5))
    again = run("fleet", "in", "--output", "runs", *FEW)
    assert "12 archives, 10 already judged" in again.err
    run("fleet", "in", "--output", "fresh", *FEW)
    assert everything(tmp_path / "runs") == everything(tmp_path / "fresh")


def test_other_policies_or_options_are_another_question(run, apps, tmp_path):
    run("fleet", "in", "--output", "runs", *FEW)
    for extra in (("--pack", "baseline"), ("--ignore", "kubectl-version-skew"), ("--fail-on", "high")):
        assert "known from before" not in run("fleet", "in", "--output", "runs", *FEW, *extra).err


def test_the_calendar_makes_a_result_old(run, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "none.zip").write_bytes(zipped(assembly_files(1, clusters=0)))
    (tmp_path / "in" / "one.zip").write_bytes(zipped(assembly_files(4)))  # a cluster on 1.34
    first = ("fleet", "in", "--output", "runs", "--engine", "one-by-one", "--today")
    run(*first, "2026-03-01")
    assert "2 archives, 2 already judged" in run(*first, "2026-03-02").err
    assert "2 archives, 1 already judged" in run(*first, "2026-12-02").err, "1.34 left standard support"
    assert rows(tmp_path / "runs", "clusters", "support") == [("extended",)]
    for day in ("2026-11-20", "2026-11-21"):  # both count the days to the end, so each has a sentence of its own
        assert "2 archives, 1 already judged" in run(*first, day).err
    assert any("in 11 days" in says for (says,) in rows(tmp_path / "runs", "findings", "because"))


def test_a_run_that_finds_nothing_leaves_the_last_one_the_newest(run, apps, tmp_path):
    run("fleet", "in", "--output", "runs", *FEW)
    before = everything(tmp_path / "runs")
    result = run("fleet", "in/mistyped", "--output", "runs", *FEW)
    assert (result.code, result.out) == (3, "")
    assert "no such object" in result.err
    assert len(list((tmp_path / "runs").iterdir())) == 1
    assert everything(tmp_path / "runs") == before
    assert "12 archives, 12 already judged" in run("fleet", "in", "--output", "runs", *FEW).err


def test_what_failed_is_done_again_when_asked(run, apps, tmp_path):
    (apps / "bad.zip").write_bytes(b"")
    run("fleet", "in", "--output", "runs", *FEW)
    assert "13 archives, 13 already judged" in run("fleet", "in", "--output", "runs", *FEW).err
    assert "13 archives, 12 already judged" in run("fleet", "in", "--output", "runs", "--retry-failed", *FEW).err


def test_an_object_that_changes_under_the_reader_is_read_again_once(run, tmp_path, server):
    (server.folder / "app.zip").write_bytes(good(1))
    etags = iter(range(100))
    server.etag = lambda: next(etags)
    source = listed(tmp_path, f"{server.url}/app.zip")
    assert run("fleet", source, "--output", "runs", *FEW).code == 3
    assert rows(tmp_path / "runs", columns="status, reason") == [("refused", "changed while it was read")]


def test_two_runs_in_one_folder_keep_apart(run, started, tmp_path, server):
    (server.folder / "app.zip").write_bytes(good(1))
    source = listed(tmp_path, f"{server.url}/slow/app.zip")
    started(source, "--output", "runs", "--today", TODAY, "--workers", 1)
    eventually(server.asked.is_set, "the first run reads")
    second = run("fleet", source, "--output", "runs", *FEW)
    assert second.code == 2
    assert "another run is writing to it" in second.err


def test_what_the_storage_refused_is_asked_for_again(run, tmp_path, server):
    """Credentials that expired in the middle say nothing about the objects."""
    (server.folder / "app.zip").write_bytes(good(1))
    source = listed(tmp_path, f"{server.url}/app.zip")
    server.denied = True
    assert run("fleet", source, "--output", "runs", *FEW).code == 3
    ((status, reason),) = rows(tmp_path / "runs", columns="status, reason")
    assert status == "refused"
    assert "403" in reason or "denied" in reason
    server.denied = False
    assert "known from before" not in run("fleet", source, "--output", "runs", *FEW).err
    assert rows(tmp_path / "runs", columns="status") == [("audited",)]
