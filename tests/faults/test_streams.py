"""Standard streams that are closed, full, or interrupted, and reports that cannot be written."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cold import cold
from conftest import SAMPLES

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full, which Linux has")


def start(*arguments: object, **options) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "eks_guard", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **options)


@needs_full
@pytest.mark.parametrize("command", ["check", "inspect"])
def test_a_full_disk_behind_stdout_is_said(command):
    with FULL.open("wb") as full:
        process = start(command, WRONG, stdout=full)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors.decode().splitlines() == ["eks-guard: stdout: cannot be written: No space left on device"]


@needs_full
def test_a_device_is_written_to_and_never_replaced():
    result = cold("check", WRONG, "--output", f"json={FULL}")
    assert result.returncode == 2
    assert "No space left on device" in result.stderr
    assert FULL.is_char_device()


def test_a_report_can_be_written_to_the_device_of_stdout():
    if not Path("/dev/stdout").exists():
        pytest.skip("needs /dev/stdout")
    result = cold("check", WRONG, "--format", "github", "--output", "json=/dev/stdout")
    assert result.returncode == 1
    assert result.stdout.startswith("{")
    assert Path("/dev/stdout").is_symlink()


def test_an_old_report_stays_whole_where_the_new_one_does_not_fit(tmp_path):
    report = tmp_path / "report.json"
    report.write_text("old")

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    process = start("check", WRONG, "--output", f"json={report}", preexec_fn=small_files, stdout=subprocess.PIPE)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"cannot be written: File too large" in errors
    assert report.read_text() == "old"
    assert list(tmp_path.iterdir()) == [report]


def test_a_link_to_a_report_stays_a_link(tmp_path):
    (tmp_path / "link.json").symlink_to(tmp_path / "report.json")
    cold("check", WRONG, "--output", f"json={tmp_path / 'link.json'}")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "report.json").read_text().startswith("{")


@pytest.mark.parametrize("place", ["/proc/report.json", "/nowhere/at/all/report.json"])
def test_a_place_where_nothing_can_be_written_is_said(place):
    result = cold("check", WRONG, "--output", f"json={place}")
    assert result.returncode == 2
    assert f"--output: {place}: cannot be written" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_closed_streams_change_no_exit_code(closed):
    def close() -> None:
        for stream in closed:
            os.close(stream)

    command = [sys.executable, "-m", "eks_guard", "check", str(WRONG)]
    assert subprocess.run(command, preexec_fn=close, check=False, timeout=60, capture_output=True).returncode == 1


def test_no_template_on_a_closed_stdin_is_said():
    command = [sys.executable, "-m", "eks_guard", "check", "-"]
    result = subprocess.run(command, preexec_fn=lambda: os.close(0), check=False, timeout=60, capture_output=True)
    assert result.returncode == 3
    assert b"Traceback" not in result.stderr


def test_a_reader_that_has_seen_enough_is_no_error():
    process = start("check", WRONG, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.close()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 141
    assert errors == b""


def test_an_interrupt_ends_with_130_and_no_traceback():
    listen = {
        "preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    }  # a job in the background is deaf to it
    process = start("check", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, **listen)
    assert process.stdin
    process.stdin.write(b" " * 1_000_000)  # returns when most of it has been read, so the command is at work
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in errors
