"""Writes docs/eks-guard.1, the manual page that a wheel installs, from the commands' own help, by docutils.

usage: python tools/write_man.py. `make docs` runs it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from docutils.core import publish_string

from eks_guard import __version__
from eks_guard.cli.app import build
from eks_guard.matching import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parent.parent / "docs" / "eks-guard.1"
HEAD = f"""
=========
eks-guard
=========

------------------------------------------------------------------------------
finds, before deploy, what breaks or exposes an EKS cluster built with AWS CDK
------------------------------------------------------------------------------

:Manual section: 1
:Manual group: User Commands
:Version: eks-guard {__version__}
"""
_CODE = re.compile(r"^\| (\d) \| (.+) \|$", re.MULTILINE)
TAIL = r"""
FILES
=====

eks-guard.yaml
    The configuration, here or in the nearest parent folder.

SEE ALSO
========

https://eks-guard.github.io/eks-guard/
"""
_SPECIAL = regex(r"([\\*`|_])")
_TYPE = regex(r" <[\w\[\]]+>$")
"""What some releases of typer put behind an argument: its type in Python."""
DEFAULT = "run"
"""The command of a group that is not typed."""


def manual() -> str:
    """Return the page in roff, without the comments in which docutils names itself."""
    source = "\n".join(
        (HEAD, *_synopsis(), *_commands(typer.main.get_command(build()), None, "eks-guard"), *_codes(), TAIL)
    )
    settings = {"output_encoding": "unicode", "report_level": 2, "halt_level": 2}
    roff = str(publish_string(source, writer="manpage", settings_overrides=settings))
    return "".join(line for line in roff.splitlines(keepends=True) if not line.startswith('.\\"'))


def _synopsis() -> Iterator[str]:
    yield from ("SYNOPSIS", "========", "", "**eks-guard** *COMMAND* [*OPTIONS*] [*ARGUMENTS*]", "")
    yield from ("COMMANDS", "========", "")


def _codes() -> Iterator[str]:
    """The exit codes, as the README lists them."""
    yield from ("EXIT STATUS", "===========", "")
    for code, meaning in _CODE.findall((PAGE.parent.parent / "README.md").read_text(encoding="utf-8")):
        yield from (code, f"    {meaning[0].upper()}{meaning[1:]}.")
    yield ""


def _commands(command: Any, parent: Any, name: str) -> Iterator[str]:
    """The section of a command, then those of the commands below it."""
    context = command.context_class(command, info_name=name, parent=parent)
    below = getattr(command, "commands", {})
    if parent is None or DEFAULT not in below:
        yield from _section(command, context, name)
    for inner, each in sorted(below.items(), key=lambda item: item[0] != DEFAULT):
        yield from _commands(each, context, f"{name} {inner}" if inner != DEFAULT else name)


def _section(command: Any, context: Any, name: str) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(context))
    yield from (_text(name), "-" * len(_text(name)), "", f"**{_text(name)}** {_text(usage)}", "")
    yield from (_text(" ".join((command.help or "").split())), "")
    for term, said in filter(None, (parameter.get_help_record(context) for parameter in command.params)):
        yield from (f"**{_text(_TYPE.sub('', term))}**", f"    {_text(' '.join(said.split()))}", "")
    yield from (_text(command.epilog or ""), "")


def _text(text: str) -> str:
    """A text that reStructuredText takes as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def main() -> None:
    """Write the page."""
    PAGE.write_text(manual(), encoding="utf-8")
    print(f"docs/{PAGE.name}")


if __name__ == "__main__":
    main()
