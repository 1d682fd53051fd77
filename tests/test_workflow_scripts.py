"""What the workflows give to a shell does what they say, with stand-ins for GitHub's and Docker's programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
import yaml
from conftest import ROOT

from eks_guard import __version__

pytestmark = pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="needs bash")
ANSWERS = """#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
%s
"""


def script(workflow: str, job: str, words: str) -> str:
    """The one step of a job that runs these words."""
    text = (ROOT / ".github" / "workflows" / f"{workflow}.yml").read_text(encoding="utf-8")
    (found,) = (s["run"] for s in yaml.safe_load(text)["jobs"][job]["steps"] if words in s.get("run", ""))
    return found


@pytest.fixture
def shell(tmp_path):
    """Run a script as GitHub does, in a folder of its own; `stand_ins` answer for programs."""

    def call(text: str, stand_ins: dict[str, str], **environment: str) -> tuple[int, list[str]]:
        programs = tmp_path / "programs"
        programs.mkdir(exist_ok=True)
        for name, answer in stand_ins.items():
            (programs / name).write_text(ANSWERS % answer, encoding="utf-8")
            (programs / name).chmod(0o755)
        calls = tmp_path / "calls"
        calls.write_text("")
        given = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "CALLS": str(calls),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "RUNNER_TEMP": str(tmp_path),
            **environment,
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text], cwd=tmp_path, env=given, check=False
        )
        return done.returncode, calls.read_text().splitlines()

    return call


@pytest.mark.parametrize(("found", "code"), [(1, 0), (0, 1), (3, 1), (125, 1)])
def test_the_image_has_to_find_what_the_demo_finds(shell, found, code):
    ended, (call,) = shell(script("ci", "image", "docker run"), {"docker": f"exit {found}"})
    assert ended == code
    assert "--network none --read-only" in call


@pytest.mark.parametrize(("tag", "code"), [(f"v{__version__}", 0), ("v9.9.9", 1), (__version__, 0)])
def test_a_tag_of_another_version_releases_nothing(shell, tmp_path, tag, code):
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / f"eks_guard-{__version__}-py3-none-any.whl").touch()
    assert shell(script("release", "build", "GITHUB_REF_NAME"), {}, GITHUB_REF_NAME=tag)[0] == code


def test_the_notes_of_a_release_are_its_section(shell, tmp_path):
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "eks_guard.whl").touch()
    step = script("release", "notes", "notes.md")
    code, (call,) = shell(step, {"gh": ""}, GITHUB_REF_NAME=f"v{__version__}")
    notes = (tmp_path / "notes.md").read_text(encoding="utf-8")
    assert code == 0
    assert call.startswith(f"gh release create v{__version__} ")
    assert call.endswith("files/eks_guard.whl")
    assert "### Added" in notes
    assert "\n## " not in notes
    assert len(notes) > 1000
    assert shell(step, {"gh": ""}, GITHUB_REF_NAME="v9.9.9") == (1, [])


@pytest.mark.parametrize(
    ("answer", "methods"), [("", ["PATCH"]), ('case "$*" in *PATCH*) exit 1;; esac', ["PATCH", "POST"])]
)
def test_the_tag_of_the_major_moves_or_is_made(shell, answer, methods):
    step = script("release", "notes", "git/refs/tags/$major")
    code, calls = shell(step, {"gh": answer}, GITHUB_REF_NAME="v0.3.0", GITHUB_REPOSITORY="a/b", GITHUB_SHA="f" * 40)
    assert code == 0
    assert [call.split()[3] for call in calls] == methods
    assert "v0" in calls[-1]


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq, as GitHub's machines have")
def test_the_digest_of_the_image_is_handed_on(shell, tmp_path):
    docker = """case "$2" in build) echo '{"containerimage.digest": "sha256:0a"}' >metadata.json;; esac"""
    step = script("release", "image", "buildx build")
    code, calls = shell(step, {"docker": docker}, GITHUB_REF_NAME="v0.3.0", IMAGE="ghcr.io/a/b")
    assert code == 0
    assert "--tag ghcr.io/a/b:0.3.0" in calls[-1]
    assert (tmp_path / "output").read_text() == "digest=sha256:0a\n"


REFRESHED = ("eks_guard/data/layers.json", "docs/policies.md", "tools/requirements.txt")


@pytest.fixture
def repository(tmp_path):
    """A small checkout of `main`, with what a refresh may change and what it may not."""
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "init", "-q", "--bare", "origin"], cwd=tmp_path, check=True)
    for name in (*REFRESHED, "eks_guard/cli/app.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old\n")
    for command in (["init", "-q", "-b", "main"], ["add", "eks_guard", "docs", "tools"], ["commit", "-qm", "begin"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    subprocess.run(["git", "remote", "add", "origin", str(tmp_path / "origin")], cwd=tmp_path, check=True)
    return tmp_path


def test_a_refresh_proposes_every_table_that_changed_and_no_code(shell, repository):
    for name in (*REFRESHED, "eks_guard/data/new.json", "eks_guard/cli/app.py"):
        (repository / name).write_text("new\n")
    (repository / "log.txt").write_text("noted\n")
    assert shell(script("refresh", "tables", "git diff"), {})[0] == 0
    assert (repository / "output").read_text() == "changed=true\n"
    assert "    noted" in (repository / "proposal" / "body.md").read_text()
    subprocess.run(["git", "reset", "-q"], cwd=repository, check=True)
    subprocess.run(["git", "checkout", "-q", "."], cwd=repository, check=True)
    (repository / "eks_guard" / "data" / "new.json").unlink()
    step = script("refresh", "propose", "git push")
    code, calls = shell(step, {"gh": "echo CLOSED"}, PROPOSAL=str(repository / "proposal"))
    assert code == 0
    changed = subprocess.run(
        ["git", "--git-dir", "origin", "diff-tree", "--no-commit-id", "--name-only", "-r", "refresh"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert changed == sorted([*REFRESHED, "eks_guard/data/new.json"])
    assert calls[-1].startswith("gh pr create --head refresh")


def test_a_refresh_that_finds_nothing_new_proposes_nothing(shell, repository):
    (repository / "log.txt").write_text("")
    assert shell(script("refresh", "tables", "git diff"), {})[0] == 0
    assert not (repository / "output").exists()
