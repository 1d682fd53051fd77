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
from conftest import SAMPLES, TODAY
from projects import MODULES, recorded, synthesize
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
    node = shutil.which("node")
    assert node
    command = [node, str(MODULES / "typescript" / "bin" / "tsc"), *options, *sources]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("sample", "left"),
    [
        ("payment-wrong-layer", ["cluster-version-creatable"]),
        ("payment-eks-v2-wrong-layer", ["cluster-version-creatable"]),
        ("payment-cfn-wrong-layer", ["cluster-version-creatable"]),
        ("payment-no-layer", ["cluster-version-creatable"]),
        ("payment-stages", []),
        ("bad-citizen", ["endpoint-private", "workload-identity-present"]),
        ("bad-citizen-eks-v2", ["endpoint-private", "workload-identity-present"]),
    ],
)
def test_a_broken_sample_is_clean_after_the_patch_and_a_synthesis(sample, left, run, monkeypatch, tmp_path):
    folder = tmp_path / "project"
    for name in (sample, "lib"):
        shutil.copytree(SAMPLES / name, folder / name)
    shutil.copy(SAMPLES / "packages" / "newest" / "package.json", folder)
    (folder / "node_modules").symlink_to(MODULES)
    monkeypatch.chdir(folder)
    before = run("check", f"{sample}/cdk.out", "--format", "json", "--today", TODAY).outcomes()
    assert set(before) > set(left)
    run("fix", f"{sample}/cdk.out", "--project", ".", "--write", "--today", TODAY)
    shutil.rmtree(folder / sample / "cdk.out")
    synthesize(folder / sample)
    after = run("check", f"{sample}/cdk.out", "--format", "json", "--today", TODAY)
    assert sorted(after.outcomes()) == left
