"""The cdk.out that a folder means: itself, or the one that lies below it, as in the folder of a project."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.cli.console import say
from eks_guard.errors import UsageError
from eks_guard.matching import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "manifest.json"
ENDINGS = (".json", ".yaml", ".yml")
_TEMPLATE = regex(rb'(?:^|[{,]\s*)["\']?(?:Resources|AWSTemplateFormatVersion)["\']?\s*:', re.MULTILINE)
HEAD = 1 << 16
"""As many bytes of a file say whether it is a template."""
DEPTH = 4
SKIPPED = frozenset({"node_modules", "cdk.out"})


def find_assembly(path: str) -> str:
    """Return the path to read. A folder without an assembly or templates stands for the only cdk.out below it.

    Says which was found. Raises UsageError if there are several: each app is an audit of its own.
    """
    folder = Path(path)
    if path == "-" or not folder.is_dir() or _holds_input(folder):
        return path
    found = sorted(str(each) for each in _assemblies(folder, DEPTH))
    if len(found) > 1:
        shown = ", ".join(found[:5]) + (", …" if len(found) > 5 else "")  # noqa: PLR2004 (enough to see the pattern)
        raise UsageError(f"{path}: found {len(found)} cloud assemblies below it, expected one; check each: {shown}")
    if found:
        say(f"note: {path}: reading {found[0]}, the only cloud assembly below it")
    return found[0] if found else path


def _holds_input(folder: Path) -> bool:
    """Whether the folder itself is a cdk.out, or a folder of templates."""
    try:
        if (folder / MANIFEST).is_file():
            return True
        files = [entry for entry in folder.iterdir() if entry.is_file() and not entry.is_symlink()]
        return any(file.name.endswith(ENDINGS) and _is_template(file) for file in files)
    except OSError:
        return True  # whoever reads it says what is wrong


def _is_template(file: Path) -> bool:
    with file.open("rb") as stream:
        return bool(_TEMPLATE.search(stream.read(HEAD)))


def _assemblies(folder: Path, depth: int) -> Iterator[Path]:
    """Every folder cdk.out with a manifest, a few levels down; links are not followed."""
    try:
        inner = [entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink()]
    except OSError:
        return
    for entry in inner:
        if entry.name == "cdk.out" and (entry / MANIFEST).is_file():
            yield entry
        elif depth > 1 and entry.name not in SKIPPED and not entry.name.startswith("."):
            yield from _assemblies(entry, depth - 1)
