"""Environments that lack something, or are strict: the same report and exit code as anywhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile

import pytest
from cold import cold
from conftest import SAMPLES

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"

ENVIRONMENTS = {
    "no HOME": {"HOME": None, "XDG_CACHE_HOME": None, "USERPROFILE": None},
    "a HOME that is not there": {"HOME": "/proc/nowhere", "XDG_CACHE_HOME": None},
    "a relative cache": {"XDG_CACHE_HOME": "cache"},
    "the C locale": {"LC_ALL": "C", "LANG": "C"},
    "the C locale without UTF-8 mode": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "an ASCII terminal": {"PYTHONIOENCODING": "ascii"},
    "a Turkish locale": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "warnings as errors": {"PYTHONWARNINGS": "error"},
    "no bytecode": {"PYTHONDONTWRITEBYTECODE": "1"},
    "development mode": {"PYTHONDEVMODE": "1"},
    "no asserts": {"PYTHONOPTIMIZE": "1"},
    "no docstrings": {"PYTHONOPTIMIZE": "2"},
    "a dumb terminal": {"TERM": "dumb", "COLUMNS": "20", "NO_COLOR": "1"},
    "nothing but a PATH": dict.fromkeys(("HOME", "LANG", "LC_ALL", "TERM", "USER", "TMPDIR", "XDG_CACHE_HOME")),
}


@pytest.fixture(scope="module")
def usual():
    return cold("check", WRONG, "--today", "2026-11-24")


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_the_report_is_the_same_in_any_environment(environment, usual):
    result = cold("check", WRONG, "--today", "2026-11-24", env=environment)
    assert result.stderr == usual.stderr == ""
    assert result.stdout == usual.stdout
    assert result.returncode == usual.returncode == 1


@pytest.mark.parametrize("cache", ["/proc/nowhere", "/dev/null"])
def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path, cache):
    folder = shutil.copytree(WRONG, tmp_path / "cdk.out")
    known, unknown = "c475180f5b1bbabac165414da13a9b843b111cd3b6d5fae9c954c006640c4064", "b" * 64
    for file in folder.glob("*.json"):
        file.write_text(file.read_text(encoding="utf-8").replace(known, unknown), encoding="utf-8")
    with zipfile.ZipFile(folder / f"asset.{unknown}.zip", "w") as archive:
        archive.writestr("kubectl/kubectl", b"\x7fELF\x00v1.24.3\x00")
    result = cold("check", folder, env={"XDG_CACHE_HOME": cache})
    assert result.returncode == 1
    assert "kubectl 1.24.3" in result.stdout
    assert result.stderr == ""


def test_a_working_directory_that_is_gone_is_no_crash(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"rmdir {gone}; exec {sys.executable} -m eks_guard check {WRONG}"
    result = subprocess.run(["sh", "-c", script], cwd=gone, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode in (1, 2)
    assert "Traceback" not in result.stderr
