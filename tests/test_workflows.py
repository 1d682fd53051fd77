"""The workflows of this repository: pinned, with few rights, and complete."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: (?:\./\S+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)")


def jobs(file):
    return yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]


@pytest.mark.parametrize("file", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda file: file.name)
def test_actions_are_pinned_by_commit_with_the_version_beside_it(file):
    used = re.findall(r"uses: .*", file.read_text(encoding="utf-8"))
    assert used
    assert [line for line in used if not PINNED.match(line)] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_every_job_names_its_rights_and_keeps_no_credentials(file):
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["permissions"] == {}
    for name, job in jobs(file).items():
        assert "permissions" in job, name
        assert "timeout-minutes" in job or "uses" in job, name
        for step in job.get("steps", ()):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name


def test_one_action_has_one_version():
    text = "".join(file.read_text(encoding="utf-8") for file in [*WORKFLOWS, ROOT / "action.yml"])
    versions = dict(re.findall(r"uses: ([\w./-]+)@(\S+)", text))
    assert set(re.findall(r"uses: ([\w./-]+)@(\S+)", text)) == set(versions.items())


def test_ci_covers_every_python_that_the_package_claims():
    pythons = jobs(ROOT / ".github" / "workflows" / "ci.yml")["tests"]["strategy"]["matrix"]["python"]
    claimed = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert pythons == claimed
    assert f">={pythons[0]}" in (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="runs where `zizmor` is a program beside python")
def test_zizmor_finds_nothing():
    zizmor = Path(sys.executable).with_name("zizmor")
    checked = [ROOT / ".github" / "workflows", ROOT / ".github" / "dependabot.yml", ROOT / "action.yml"]
    result = subprocess.run(
        [zizmor, "--offline", "--no-progress", "--quiet", *checked], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_weekly_refresh_runs_every_tool():
    script = (ROOT / "tools" / "refresh.sh").read_text(encoding="utf-8")
    tools = {file.name for file in (ROOT / "tools").glob("refresh_*")}
    assert {name for name in tools if f"\n  {name})" not in script} == set()


def test_the_image_copies_what_the_context_lets_through():
    kept = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for line in copied for name in line.split()} == kept


def test_make_help_lists_every_target():
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.split()[0] for line in listed.splitlines()] == phony.split()
