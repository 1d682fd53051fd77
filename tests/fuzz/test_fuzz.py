"""A short run of every fuzz target, and what longer ones found: `make fuzz` is the long one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "property")]

from seeds import seeds  # noqa: E402
from targets import TARGETS  # noqa: E402

RUNS = 500
REGRESSIONS = sorted((HERE / "regressions").glob("*/*"))


@pytest.mark.parametrize("target", TARGETS)
def test_no_input_of_a_short_run_is_a_crash(target, tmp_path):
    if not find_spec("atheris") and not os.environ.get("EKS_GUARD_ALL_TESTS"):
        pytest.skip("needs atheris: pip install -e '.[fuzz]'")
    command = [sys.executable, str(HERE / "run.py"), target, str(tmp_path / "corpus"), f"-runs={RUNS}", "-seed=1"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=tmp_path)
    assert result.returncode == 0, result.stderr[-3000:]
    assert re.search(r"Done \d+ runs", result.stderr)


@pytest.mark.parametrize("target", TARGETS)
def test_every_seed_is_accepted(target):
    for seed in seeds(target):
        TARGETS[target](seed)


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_crashed_does_not_crash_again(path):
    TARGETS[path.parent.name](path.read_bytes())


def test_make_fuzz_runs_every_target():
    makefile = (HERE.parents[1] / "Makefile").read_text(encoding="utf-8")
    listed = re.search(r"^FUZZ_TARGETS := (.*)$", makefile, re.MULTILINE)
    assert listed
    assert listed[1].split() == list(TARGETS)
