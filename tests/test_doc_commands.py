"""Every eks-guard command in a code block of the documentation, with every option on its line."""

from __future__ import annotations

import html
import re

import pytest
import typer
from conftest import ROOT, SAMPLES

from eks_guard.cli.app import COMMANDS, build

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "packages").rglob("README.md"))]
BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
CALL = re.compile(r"(?:^|[\s\"'`$(])eks-guard (?!on Python|\d)([a-z][\w-]*|--?[a-z][\w-]*)([^\n|;`]*)", re.MULTILINE)
OPTION = re.compile(r"(?<![\w=])(--?[a-z][\w-]*)")


def known() -> dict[str, set[str]]:
    """The options of each command; those before a command under the empty name."""
    program = typer.main.get_command(build())
    assert isinstance(program, typer.core.TyperGroup)
    found: dict[str, set[str]] = {name: set() for name in ("", *COMMANDS)}
    for name in found:
        command = program.commands[name] if name else program
        inner = command.commands.values() if name and isinstance(command, typer.core.TyperGroup) else ()
        for parameter in (parameter for one in (command, *inner) for parameter in one.params):
            found[name] |= {*parameter.opts, *parameter.secondary_opts, "--help", "-h"}
    return found


def calls(page):
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        yield from CALL.findall(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_options_exist(page):
    options = known()
    for command, rest in calls(page):
        name = "" if command.startswith("-") else command
        assert name in options, f"{page.name}: eks-guard {command}"
        given = set(OPTION.findall(f"{command if not name else ''} {rest.partition('&&')[0]}"))
        assert given <= options[name], f"{page.name}: eks-guard {command}{rest}"


def test_calls_are_found():
    assert sum(len(list(calls(page))) for page in PAGES) > 40


def test_the_picture_of_a_terminal_shows_what_is_printed(run):
    """`make pictures` takes it again."""
    drawn = re.sub(r"<[^>]+>", "", (ROOT / "docs" / "pictures" / "terminal.svg").read_text(encoding="utf-8"))
    picture = re.sub(r"\s", "", html.unescape(drawn))
    printed = run("check", SAMPLES / "payment-wrong-layer" / "cdk.out", "--select", "kubectl-version-skew").out
    assert [line for line in printed.splitlines()[1:] if re.sub(r"\s", "", line) not in picture] == []
