"""What all tests share: where the samples lie, and a way to run the command as a user would."""

from __future__ import annotations

import gc
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from followed import Situation
from hypothesis import HealthCheck, settings
from in_chromium import axe, chromium  # noqa: F401 (fixtures)
from made import made_once  # noqa: F401 (a fixture)

from eks_guard.__main__ import main

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_templates"
ASSEMBLIES = Path(__file__).parent / "assemblies"
TODAY = "2026-11-24"
USUAL = gc.get_threshold()
settings.register_profile("any load", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any load")


@dataclass(frozen=True)
class Run:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def outcomes(self, outcome: str = "fail") -> list[str]:
        return [finding["policy"] for finding in self.json["findings"] if finding["outcome"] == outcome]


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path_factory):
    """What opened zips said is remembered in a folder of the test's, never in the user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(autouse=True)
def _pinned_day(monkeypatch):
    """Every door judges as of the day on which the samples were good, so that an unchanged commit stays green."""
    monkeypatch.setenv("EKS_GUARD_TODAY", TODAY)


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run eks-guard in an empty folder, so that no configuration of ours is found."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "argv", ["eks-guard", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            main()
            code = 0
        except SystemExit as error:
            assert not isinstance(error.code, str)  # a text is printed, and then it is 1
            code = error.code or 0
        finally:
            gc.set_threshold(*USUAL)  # a command is a short process; the tests are one, too, which is long
        captured = capsys.readouterr()
        return Run(code, captured.out, captured.err)

    return call


@pytest.fixture
def check(run):
    """Run `check --format json` as of a fixed day."""

    def call(path: object, *arguments: object, today: str = TODAY, **options: Any) -> Run:
        return run("check", path, "--format", "json", "--today", today, *arguments, **options)

    return call


@pytest.fixture
def inspect(run):
    """Run `inspect --format json` and return its clusters."""

    def call(path: object, *arguments: object) -> list[dict[str, Any]]:
        return run("inspect", path, "--format", "json", *arguments).json["clusters"]

    return call


@pytest.fixture
def write(tmp_path):
    """Write JSON or text into a folder of its own, and return its path."""

    def call(name: str, content: Any, folder: str = "input") -> Path:
        path = tmp_path / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return call


@pytest.fixture
def assembly(tmp_path):
    """Write a cloud assembly of stacks by their names and template files; return its folder. `__` in a name is a dot."""

    def call(templates: dict[str, str], **files: Any):
        folder = tmp_path / "project" / "cdk.out"
        folder.mkdir(parents=True, exist_ok=True)
        artifacts = {
            name: {
                "type": "aws:cloudformation:stack",
                "environment": "aws://1/eu-central-1",
                "properties": {"templateFile": file},
            }
            for name, file in templates.items()
        }
        (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
        for name, content in files.items():
            (folder / name.replace("__", ".")).write_text(content if isinstance(content, str) else json.dumps(content))
        return folder

    return call


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write the goldens again; read the diff before committing")


@pytest.fixture
def golden(request):
    """Compare text with a golden file, or write it with --accept."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def situation(tmp_path):
    """A small template, and nested ones beside it, whose values are followed."""

    def make(template=None, **nested):
        return Situation(tmp_path, {"Main": {"Resources": {}, **(template or {})}, **nested})

    return make
