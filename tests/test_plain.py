"""A plain `check` is understood without typer, and exactly as typer understands it."""

from __future__ import annotations

import dataclasses
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from conftest import SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_guard.__main__ import _leave
from eks_guard.api import Keywords
from eks_guard.cli.app import build
from eks_guard.cli.options import OPTIONS, Kind
from eks_guard.cli.plain import FLAGS, plain_check

MODULES = 287
"""How many modules of ours a plain check may import; each takes a third of a millisecond."""
WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
COMMAND = typer.main.get_group(build()).commands["check"]
PROCESS = (sys.executable, "-m", "eks_guard")
words = st.sampled_from(
    [*FLAGS, *(f"{name}=x" for name in FLAGS), "--strict=", "--pack=", "-h", "--help", "--", "-", "-x", "--stric", "cdk.out", "a=b", "", "="]
)  # fmt: skip


@pytest.fixture(autouse=True)
def _unpinned_day(monkeypatch):
    """An option in the environment is left to typer: these tests are about what is not."""
    monkeypatch.delenv("EKS_GUARD_TODAY")


def by_typer(arguments: list[str]) -> dict[str, object]:
    return COMMAND.make_context("check", list(arguments), resilient_parsing=False).params


def as_text(value: object) -> object:
    """Without what typer's releases differ in before they call the command: none or empty, tuples or lists."""
    if isinstance(value, (list, tuple)):
        return [as_text(item) for item in value] or None
    return str(value) if isinstance(value, Path) else value


@settings(max_examples=500, deadline=None)
@given(arguments=st.lists(words, max_size=6))
def test_what_is_plain_means_what_typer_says(arguments):
    plain = plain_check(["check", *arguments], {})
    if plain is not None:
        paths, options = plain
        found = {"path": paths, **dataclasses.asdict(options)}
        typed = {"path": ["cdk.out"], **{name: value for name, value in by_typer(arguments).items() if value}}
        assert {name: as_text(value) for name, value in found.items() if value} == {
            name: as_text(value) for name, value in typed.items()
        }


def test_every_keyword_of_python_is_an_option():
    assert set(Keywords.__annotations__) <= {option.key for option in OPTIONS}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_every_option_can_be_set_in_the_environment(monkeypatch, option):
    written, meant = {
        Kind.TEXT: ("a", "a"),
        Kind.PATH: ("a", "a"),
        Kind.TEXTS: ("a b", ["a", "b"]),
        Kind.PATHS: ("a:b", ["a", "b"]),
        Kind.SWITCH: ("1", True),
        Kind.TOGGLE: ("0", False),
    }[option.kind]
    monkeypatch.setenv(option.variable, written)
    assert as_text(by_typer([])[option.key]) == meant
    assert plain_check(["check"], {option.variable: written}) is None


def test_the_command_line_wins_over_the_environment(run, monkeypatch):
    monkeypatch.setenv("EKS_GUARD_FORMAT", "sarif")
    assert '"version": "2.1.0"' in run("check", WRONG).out
    assert '"eks-guard.report/1"' in run("check", WRONG, "--format", "json").out


@pytest.mark.parametrize(
    "arguments",
    [
        ["inspect"],
        [],
        ["--help"],
        ["check", "--help"],
        ["check", "-"],
        ["check", "--none"],
        ["check", "--strict=1"],
    ],
)
def test_all_else_is_left_to_typer(arguments):
    assert plain_check(arguments, {}) is None


@pytest.mark.parametrize("options", [[], ["--strict", "--format", "sarif"], ["--no-cache", "--today=2026-11-24"]])
def test_a_plain_check_imports_neither_typer_nor_pydantic_nor_yaml(options):
    command = [sys.executable, "-X", "importtime", "-m", "eks_guard", "check", str(WRONG), *options]
    errors = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    imported = {line.rpartition("|")[2].strip() for line in errors.splitlines() if line.startswith("import time:")}
    assert "eks_guard.audit" in imported
    assert imported.isdisjoint(
        {"typer", "click", "rich", "pydantic", "yaml", "jsonpath_ng", "zipfile", "argparse", "logging"}
    )


def test_importing_the_check_compiles_neither_patterns_nor_records():
    run = in_python(
        "import re, sys",
        "compiled, real = [], re.compile",
        "def note(*asked):",
        "    compiled.append(sys._getframe(1).f_globals['__name__'])",
        "    return real(*asked)",
        "re.compile = note",
        "import eks_guard.cli.check",
        "from eks_guard.model.finding import Finding",
        "print([name for name in compiled if name.startswith('eks_guard')], type(vars(Finding)['__init__']).__name__)",
    )
    assert run.stdout.split() == ["[]", "_Init"]


def test_a_check_imports_only_what_it_needs():
    run = in_python(
        "import sys; from eks_guard.__main__ import main",
        f"sys.argv = ['eks-guard', 'check', {str(WRONG)!r}, '--exit-zero']",
        "try: main()",
        "except SystemExit: pass",
        "print(*sys.modules, file=sys.stderr)",
    )
    modules = {name for name in run.stderr.split() if name.startswith("eks_guard.")}
    assert "eks_guard.kubernetes.objects" in modules, "the sample has objects"
    assert modules.isdisjoint(
        {"eks_guard.kubernetes.rules.pods", "eks_guard.report.reading", "eks_guard.policy.changes"}
    )
    assert set(run.stderr.split()).isdisjoint({"difflib", "decimal", "fractions", "dataclasses", "inspect"})
    assert len(modules) <= MODULES, "import what few checks need where it is needed"


def test_nothing_is_looked_through_for_cycles_when_the_process_ends():
    run = in_python(
        "import atexit, gc, sys; from eks_guard.__main__ import main",
        "atexit.register(lambda: print(gc.get_freeze_count() > gc.get_count()[0]))",
        f"sys.argv = ['eks-guard', 'check', {str(WRONG)!r}, '--exit-zero']",
        "main()",
    )
    assert run.stdout.splitlines()[-1] == "True"


@pytest.mark.parametrize(("mode", "ends"), [((), ""), (("-X", "dev"), "the end\n")], ids=["", "dev"])
def test_a_plain_check_leaves_without_taking_everything_down(mode, ends):
    lines = (
        "import atexit, sys; from eks_guard.__main__ import start",
        "atexit.register(lambda: print('the end'))",
        f"sys.argv = ['eks-guard', 'check', {str(WRONG)!r}]",
        "start()",
    )
    run = subprocess.run([sys.executable, *mode, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    *said, last = run.stdout.splitlines(keepends=True)
    assert (run.returncode, last if ends else "") == (1, ends)
    whole = "".join(said) if ends else run.stdout
    assert whole == subprocess.run([*PROCESS, "check", str(WRONG)], capture_output=True, text=True, check=False).stdout
    assert whole.endswith("more: eks-guard explain cluster-version-creatable\n")


class LeftError(Exception):
    """Instead of the end of the process."""


class Full(io.StringIO):
    def flush(self):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("kept", "ends"), [(None, LeftError), ("traced", SystemExit), ("profiled", SystemExit), ("unwritten", SystemExit)]
)
def test_who_watches_a_process_or_waits_for_its_last_words_gets_its_usual_end(monkeypatch, kept, ends):
    def leave(code):
        raise LeftError(code)

    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr(sys, "gettrace", lambda: True if kept == "traced" else None)
    monkeypatch.setattr(sys, "getprofile", lambda: True if kept == "profiled" else None)
    if kept == "unwritten":
        monkeypatch.setattr(sys, "stderr", Full())
    with pytest.raises(ends) as left:
        _leave(1)
    assert left.value.args == (1,)


def test_what_cannot_be_written_is_told_at_the_end(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no disk that is always full")
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [*PROCESS, "check", str(WRONG)], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (run.returncode, "stdout: cannot be written" in run.stderr) == (2, True)


def in_python(*lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
