"""The assertion for unit tests on a real App and Template of aws-cdk-lib, in node:test, jest and vitest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES

HERE = Path(__file__).with_name("live")
CDK = SAMPLES / "packages" / "newest" / "node_modules"
RUNNERS = HERE / "node_modules"
ALL = bool(os.environ.get("EKS_GUARD_ALL_TESTS"))
COMMANDS = {
    "node:test": (CDK, ["tsx/dist/cli.mjs", "--test", "node.test.ts"]),
    "types": (CDK, ["typescript/bin/tsc", "--noEmit", "--strict", "--esModuleInterop", "--skipLibCheck", "--target", "es2022", "--module", "node16", "--moduleResolution", "node16", "--types", "node", "node.test.ts"]),
    "jest": (RUNNERS, ["jest/bin/jest.js", "jest.test.js"]),
    "vitest": (RUNNERS, ["vitest/vitest.mjs", "run", "vitest.test.mjs"]),
}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    """A project of an author of apps, with all packages in its node_modules."""
    shutil.copytree(HERE, tmp_path, ignore=shutil.ignore_patterns("node_modules"), dirs_exist_ok=True)
    modules = tmp_path / "node_modules"
    (modules / "@eks-guard").mkdir(parents=True)
    (modules / "@eks-guard" / "cdk-plugin").symlink_to(ROOT / "packages" / "cdk-plugin")
    for package in (package for folder in (CDK, RUNNERS) if folder.is_dir() for package in folder.iterdir()):
        if not (modules / package.name).exists() and package.name != ".bin":
            (modules / package.name).symlink_to(package)
    return tmp_path


@pytest.mark.skipif(not ALL, reason="takes a minute: set EKS_GUARD_ALL_TESTS=1")
@pytest.mark.parametrize("runner", COMMANDS)
def test_a_real_app_and_template_are_judged_in_every_runner(project, runner):
    folder, (script, *arguments) = COMMANDS[runner]
    node = shutil.which("node")
    if node is None or not (folder / script).exists() or not (CDK / "aws-cdk-lib").exists():
        pytest.fail("needs node and the packages of tools/install_test_tools.sh")
    environment = {
        **os.environ,
        "EKS_GUARD": str(Path(sys.executable).with_name("eks-guard")),
        "CDK_VALIDATION": "false",
        "CI": "true",
    }
    done = subprocess.run(
        [node, project / "node_modules" / script, *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
