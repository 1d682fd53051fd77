"""The assertion for unit tests in TypeScript and JavaScript, run by node:test on real apps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).with_name("testing.test.cjs")


def test_the_assertion_does_on_real_apps_what_it_says():
    node = shutil.which("node")
    if node is None:
        stop = pytest.fail if os.environ.get("EKS_GUARD_ALL_TESTS") else pytest.skip
        stop("needs node 18 or newer")
    environment = {**os.environ, "EKS_GUARD": str(Path(sys.executable).with_name("eks-guard"))}
    environment.pop("EKS_GUARD_TODAY", None)
    done = subprocess.run([node, "--test", TESTS], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 6" in done.stdout
