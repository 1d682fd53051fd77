"""The plain forms of `check`, understood without typer, which takes longer to start than an audit to run.

What is not plain is left to typer: help, mistakes, other commands. A test compares the table with typer's
definitions, and what both make of any command line.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind(Enum):
    """What an option takes: one text or path, several, or nothing, being there or not."""

    TEXT = "text"
    PATH = "path"
    TEXTS = "texts"
    PATHS = "paths"
    ON = "on"
    OFF = "off"


OPTIONS = {
    "--pack": ("pack", Kind.TEXTS),
    "--policy": ("policy", Kind.PATHS),
    "--config": ("config", Kind.PATH),
    "--format": ("format", Kind.TEXT),
    "--output": ("output", Kind.TEXTS),
    "--fail-on": ("fail_on", Kind.TEXT),
    "--strict": ("strict", Kind.ON),
    "--exit-zero": ("exit_zero", Kind.ON),
    "--stack": ("stack", Kind.TEXT),
    "--require-cluster": ("require_cluster", Kind.ON),
    "--show-passed": ("show_passed", Kind.ON),
    "--today": ("today", Kind.TEXT),
    "--data": ("data", Kind.PATH),
    "--cache": ("cache", Kind.ON),
    "--no-cache": ("cache", Kind.OFF),
}


def plain_arguments(words: Sequence[str]) -> dict[str, Any] | None:
    """The arguments of a plain `check`; None for what typer should look at."""
    if words[:1] != ["check"]:
        return None
    found: dict[str, Any] = {}
    rest = iter(words[1:])
    for word in rest:
        name, separator, value = word.partition("=")
        if name in OPTIONS:
            key, kind = OPTIONS[name]
            is_flag = kind in (Kind.ON, Kind.OFF)
            if is_flag and not separator:
                found[key] = kind is Kind.ON
            elif is_flag or not _take(found, key, kind, value if separator else next(rest, "")):
                return None
        elif word[:1] in ("", "-") or "path" in found:
            return None
        else:
            found["path"] = word
    return found


def _take(found: dict[str, Any], key: str, kind: Kind, value: str) -> bool:
    """Note an option as typer would; False if its value is not plain."""
    if value[:1] in ("", "-"):
        return False
    taken = Path(value) if kind in (Kind.PATH, Kind.PATHS) else value
    if kind in (Kind.TEXTS, Kind.PATHS):
        found.setdefault(key, []).append(taken)
    else:
        found[key] = taken
    return True
