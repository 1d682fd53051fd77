"""The help of every command, at the widths of common terminals."""

from __future__ import annotations

import re

import pytest

from eks_guard.cli.app import COMMANDS


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("command", ["", *COMMANDS, "fleet report"])
def test_help_fits_and_breaks_nothing(run, monkeypatch, command, width):
    monkeypatch.setenv("COLUMNS", str(width))
    text = run(*command.split(), "--help").out
    lines = text.splitlines()
    assert max(len(line) for line in lines) <= width
    assert "\N{NON-BREAKING HYPHEN}" not in text
    assert [line for line in lines if line.endswith("-")] == []
    assert [line for line in lines[1:] if line.endswith("...")] == []
    assert not re.search(r"<(str|bool|list|path)", text, re.IGNORECASE)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_says_what_it_does_in_one_line(run, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")
    assert re.search(rf"^  {command} +\S.*\.$", run("--help").out, re.MULTILINE)
