"""Synthesizes apps with real CDK, as a user's machine does."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from conftest import ROOT, SAMPLES, TODAY

HERE = Path(__file__).parent / "cdk"
PLUGIN = ROOT / "packages" / "cdk-plugin"
COMMAND = Path(sys.executable).with_name("eks-guard")
PYTHON_PACKAGES = "pip install -e '.[cdk]'"
BROKEN = {"version": "1.36", "layer": "24"}
FIXED = {"version": "1.36", "layer": "36"}
QUIET = ["--quiet", "--no-notices", "--no-version-reporting"]


def need(found: object, how: str) -> None:
    """Skip a test for which something is missing; where all tests must run, fail."""
    if not found:
        (pytest.fail if os.environ.get("EKS_GUARD_ALL_TESTS") else pytest.skip)(f"run `{how}`")


def need_node(release: str = "newest") -> Path:
    """The packages of a release of aws-cdk-lib for JavaScript."""
    need(which("node"), "apt-get install nodejs npm")
    modules = SAMPLES / "packages" / release / "node_modules"
    need(modules.is_dir(), f"npm ci --prefix sample_templates/packages/{release}")
    return modules


def need_python() -> None:
    """aws-cdk-lib for Python, which runs in node."""
    need(which("node"), "apt-get install nodejs npm")
    need(find_spec("aws_cdk") and find_spec("aws_cdk.lambda_layer_kubectl_v36"), PYTHON_PACKAGES)


@dataclass(frozen=True)
class Synth:
    """How a synth ended, what it said, and the folder that it wrote."""

    code: int
    said: str
    out: Path

    @property
    def report(self) -> dict[str, Any]:
        """What CDK reports for us; empty where there is nothing to report."""
        file = self.out / "validation-report.json"
        reports = json.loads(file.read_text(encoding="utf-8"))["pluginReports"] if file.exists() else []
        return next((report for report in reports if report["pluginName"] == "eks-guard"), {})

    def violations(self, key: str = "violations") -> dict[tuple[str, str], str]:
        """The severities by policy and construct path."""
        return {
            (found["ruleName"], found["violatingConstructs"][0]["constructPath"]): found["severity"]
            for found in self.report.get(key) or ()
        }


def node_folder(folder: Path, release: str = "newest") -> Path:
    """A project with the packages of a release, and the plugin as npm would install it."""
    modules = folder / "node_modules"
    (modules / "@eks-guard").mkdir(parents=True)
    for package in need_node(release).iterdir():
        (modules / package.name).symlink_to(package)
    (modules / "@eks-guard" / "cdk-plugin").symlink_to(PLUGIN)
    return folder


def run(command: list[object], folder: Path, **environment: object) -> Synth:
    """Run an app in its folder, without the validator of CDK's own, which takes seconds."""
    out = folder / "cdk.out"
    more = {key: str(value) for key, value in environment.items()}
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    defaults = {"CDK_OUTDIR": str(out), "CDK_VALIDATION": "false", "EKS_GUARD": str(COMMAND)}
    result = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=inherited | defaults | {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1"} | more,
        capture_output=True,
        text=True,
        check=False,
    )
    return Synth(result.returncode, result.stdout + result.stderr, out)


def run_in_cli(command: list[object], folder: Path, *arguments: str, **environment: object) -> Synth:
    """`cdk synth`, which hands more context to the app and then judges the report itself."""
    cdk = need_node() / "aws-cdk" / "bin" / "cdk"
    need(cdk.exists(), "npm ci --prefix sample_templates/packages/newest")
    app = " ".join(shlex.quote(str(part)) for part in command)
    (folder / "cdk.json").write_text(json.dumps({"app": app}), encoding="utf-8")
    alone = {"CDK_DISABLE_CLI_TELEMETRY": "true", "HOME": str(folder), "AWS_EC2_METADATA_DISABLED": "true"}
    alone["JSII_RUNTIME_PACKAGE_CACHE_ROOT"] = str(Path.home() / ".cache" / "aws" / "jsii" / "package-cache")
    return run(["node", cdk, "synth", *QUIET, *arguments], folder, **alone, **environment)


def description(**wanted: Any) -> str:
    """The app in the words of app.js and app.py, judged as of a fixed day."""
    return json.dumps(wanted | {"options": {"today": TODAY} | wanted.get("options", {})})
