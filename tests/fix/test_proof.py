"""Every patch is proved by a synthesis with real CDK: the findings are gone, and nothing else changes.

The tests take minutes, so they run with EKS_GUARD_ALL_TESTS only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from projects import MODULES, recorded
from test_shapes import PATCHED, SHAPES, asked, day

pytestmark = pytest.mark.skipif(not os.environ.get("EKS_GUARD_ALL_TESTS"), reason="set EKS_GUARD_ALL_TESTS=1")
MENDED = sorted(name for name in SHAPES if SHAPES[name] == PATCHED)


@pytest.mark.parametrize("name", MENDED)
def test_a_patch_is_proved(name, run, monkeypatch, tmp_path):
    target = recorded(name, tmp_path / "projects")
    (target / "node_modules").symlink_to(MODULES)
    monkeypatch.chdir(target)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    result = run("fix", "--today", day(name), "--verify", *asked(name))
    assert result.code == 0, result.err
    assert result.err.count("proved    ") == 3


def test_the_patched_sources_type_check(run, monkeypatch, tmp_path):
    folder = tmp_path / "projects"
    for name in MENDED:
        if name.startswith("ts-"):
            target = recorded(name, folder)
            monkeypatch.chdir(target)
            assert run("fix", "--today", day(name), "--write", *asked(name)).code == 0
    (folder / "node_modules").symlink_to(MODULES)
    options = [
        "--noEmit",
        "--strict",
        "--target",
        "es2022",
        "--module",
        "commonjs",
        "--skipLibCheck",
        "--types",
        "node",
    ]
    sources = sorted(str(path) for path in folder.glob("*/app.ts"))
    command = [shutil.which("node"), MODULES / "typescript" / "bin" / "tsc", *options, *sources]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
