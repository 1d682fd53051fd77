"""Every Python that the package names says the same of the samples; those beside ours run in node, from npm."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

import pytest
import yaml
from apps import need
from conftest import ROOT, SAMPLES, TODAY

HERE = Path(__file__).parent
ASSEMBLIES = [str(path.relative_to(ROOT)) for path in sorted(SAMPLES.glob("*/cdk.out"))]
OTHERS = {
    name.removeprefix("python-"): name for name in json.loads((HERE / "package.json").read_text())["dependencies"]
}


def said_by(*command: object) -> dict[str, Any]:
    ran = subprocess.run(
        [*map(str, command), TODAY, *ASSEMBLIES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@cache
def said_here() -> dict[str, Any]:
    return said_by(sys.executable, HERE / "checks.py")


@pytest.mark.parametrize("version", OTHERS)
def test_the_samples_are_judged_alike(version):
    need(which("node") and (HERE / "node_modules" / OTHERS[version]).is_dir(), "npm ci --prefix tests/pythons")
    found = said_by("node", HERE / "run.mjs", OTHERS[version], ROOT, Path(yaml.__file__).parent)
    assert ".".join(map(str, found["python"])) == version
    assert found["checks"] == said_here()["checks"]
    assert {code for code, _ in found["checks"].values()} == {0, 1}


def test_all_pythons_that_the_package_names_are_tried():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {line.rpartition(" ")[2] for line in project["classifiers"] if ":: Python :: 3." in line}
    assert named == {"3.11", *OTHERS}
