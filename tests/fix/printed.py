"""Writes the lines of a printed fix into a source where a reader would, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

OPTION = re.compile(r"(?P<name>\w+)(?P<sign>: |=)(?P<value>.+)", re.DOTALL)
IMPORT = re.compile(r"import (?:(?P<names>\{.*\})|\* as (?P<module>\w+)) from '(?P<package>.*)';")
COMMENTS = ("//", "#")
ON_IMPORT = re.compile(r"(// |# )in Cluster\.(fromClusterAttributes|from_cluster_attributes):")
KEEP = "keep the existing"


def written(finding: dict[str, Any], folder: Path, language: str) -> None:
    """Write the fix of a finding into the file that its location names."""
    edit = next(edit for edit in finding["fix"]["edits"] if edit["language"] == language)
    place = finding["location"]["source"]
    file = next(path for path in (folder / place["file"], folder.parent / place["file"]) if path.exists())
    text = file.read_text(encoding="utf-8").splitlines()
    at = place["line"] - 1
    keep = False
    for piece in pieces(edit["lines"]):
        if ON_IMPORT.fullmatch(piece):
            at = next(number for number, line in enumerate(text) if "fromClusterAttributes(" in line)
        elif piece.startswith(COMMENTS):
            keep = KEEP in piece
        elif OPTION.fullmatch(piece):
            write_option(text, at, piece, keep=keep)
        else:
            write_statement(text, at, piece)
    head = [imported(line, file.suffix) for line in edit["imports"]]
    file.write_text("\n".join([*(line for line in head if line not in text), *text]) + "\n", encoding="utf-8")


def pieces(lines: str) -> list[str]:
    """The options and statements of a fix; an option may take several lines. What follows is for another version."""
    lines = re.split(r"\n(?:// |# )(?:while the version stays|\S+ also needs)", lines)[0].strip()
    found: list[str] = []
    depth = 0
    for line in lines.splitlines():
        if depth:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
        depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
    return [piece.partition("  //")[0].rstrip(",").rstrip() if "\n" not in piece else piece for piece in found]


def write_option(text: list[str], at: int, piece: str, *, keep: bool) -> None:
    """Replace an option of the call that begins in a line, or add it as the first one."""
    match = OPTION.fullmatch(piece)
    assert match
    start = re.compile(rf"(\s*){match['name']}{match['sign'].strip()}\s*(?P<value>.*),$")
    last = next(number for number in range(at, len(text)) if re.match(r"\s*(\}\)|\));?$", text[number]))
    there = next((number for number in range(at, last) if start.match(text[number])), None)
    if there is None:
        opened = next(number for number in range(at, last + 1) if re.search(r"[{(]$", text[number]))
        text.insert(opened + 1, f"{piece},")
        return
    old = start.match(text[there])
    assert old
    if keep:
        inner = match["value"].strip("{} ")
        piece = f"{match['name']}: {{ {inner}, {old['value'].removeprefix('{')}"
    text[there] = f"{old[1]}{piece},"


def write_statement(text: list[str], at: int, piece: str) -> None:
    """Put a statement before the first one that uses the cluster."""
    there = next(number for number in range(at + 1, len(text)) if re.match(r"\s*cluster\.", text[number]))
    indent = re.match(r"\s*", text[there])
    assert indent
    text.insert(there, f"{indent[0]}{piece}")


def imported(line: str, suffix: str) -> str:
    """An import as the module system of the file has it."""
    match = IMPORT.fullmatch(line)
    if suffix != ".js" or match is None:
        return line
    return f"const {match['names'] or match['module']} = require('{match['package']}');"
