"""A plain `check` is understood without typer, and exactly as typer understands it."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from conftest import SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_guard import cli
from eks_guard.check import check
from eks_guard.plain import OPTIONS, Kind, plain_arguments

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
COMMAND = typer.main.get_command(cli.app).commands["check"]
words = st.sampled_from(
    [*OPTIONS, *(f"{name}=x" for name in OPTIONS), "--strict=", "--pack=", "-h", "--help", "--", "-", "-x", "--stric", "cdk.out", "a=b", "", "="]
)  # fmt: skip


def by_typer(arguments: list[str]) -> dict[str, object]:
    parsed = COMMAND.make_context("check", list(arguments), resilient_parsing=False).params
    return {name: value if value != () else None for name, value in parsed.items()}


def as_text(value: object) -> object:
    """Without what typer's releases differ in before they call the command: tuples or lists, paths or their text."""
    if isinstance(value, (list, tuple)):
        return [as_text(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def test_the_table_lists_every_option_of_typer_s_and_no_other():
    declared = {}
    for option in COMMAND.params:
        for names, flag in ((option.opts, Kind.ON), (option.secondary_opts, Kind.OFF)):
            for name in names if option.param_type_name == "option" else ():
                declared[name] = (option.name, flag if option.is_flag else option.multiple)
    several = {Kind.TEXT: False, Kind.PATH: False, Kind.TEXTS: True, Kind.PATHS: True}
    assert {name: (key, several.get(kind, kind)) for name, (key, kind) in OPTIONS.items()} == declared


def test_both_doors_have_the_same_options_and_defaults():
    def options(function):
        return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()}

    assert options(check) == options(cli.check)


@settings(max_examples=500, deadline=None)
@given(arguments=st.lists(words, max_size=6))
def test_what_is_plain_means_what_typer_says(arguments):
    plain = plain_arguments(["check", *arguments])
    if plain is not None:
        defaults = {name: parameter.default for name, parameter in inspect.signature(check).parameters.items()}
        parsed = by_typer(arguments)
        assert {name: as_text(value) for name, value in {**defaults, **plain}.items()} == {
            name: as_text(defaults[name] if parsed[name] is None else parsed[name]) for name in defaults
        }


@pytest.mark.parametrize(
    "arguments",
    [
        ["inspect"],
        [],
        ["--help"],
        ["check", "--help"],
        ["check", "-"],
        ["check", "a", "b"],
        ["check", "--none"],
        ["check", "--strict=1"],
    ],
)
def test_all_else_is_left_to_typer(arguments):
    assert plain_arguments(arguments) is None


@pytest.mark.parametrize("options", [[], ["--strict", "--format", "sarif"], ["--no-cache", "--today=2026-11-24"]])
def test_a_plain_check_imports_neither_typer_nor_pydantic_nor_yaml(options):
    command = [sys.executable, "-X", "importtime", "-m", "eks_guard", "check", str(WRONG), *options]
    errors = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    imported = {line.rpartition("|")[2].strip() for line in errors.splitlines() if line.startswith("import time:")}
    assert "eks_guard.audit" in imported
    assert imported.isdisjoint(
        {"typer", "click", "rich", "pydantic", "yaml", "jsonpath_ng", "zipfile", "argparse", "logging"}
    )
