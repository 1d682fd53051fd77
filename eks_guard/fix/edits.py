"""Replacements of ranges of bytes, and the unified diff that they make."""

from __future__ import annotations

import difflib
import itertools
from typing import TYPE_CHECKING

from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

CONTEXT = 3


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Bytes `start` to `end` of a file become `text`."""

    path: str
    start: int
    end: int
    text: str


def merged(edits: Iterable[Edit]) -> tuple[Edit, ...] | None:
    """Return edits in the order of the text, each once; None where two of them want different things of one place."""
    ordered = sorted(set(edits))
    for one, two in itertools.pairwise(ordered):
        if one.path == two.path and two.start < one.end:
            return None
    return tuple(ordered)


def applied(content: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the content of one file after its edits."""
    for edit in sorted(edits, reverse=True):
        content = content[: edit.start] + edit.text.encode() + content[edit.end :]
    return content


def diff(path: str, before: bytes, after: bytes) -> bytes:
    """Return a unified diff as `git apply` and `patch -p1` take it; empty where nothing changes."""
    lines = list(
        difflib.diff_bytes(
            difflib.unified_diff,
            _lines(before),
            _lines(after),
            b"a/" + _header(path),
            b"b/" + _header(path),
            n=CONTEXT,
            lineterm=b"\n",
        )
    )
    return b"".join(_ended(line) for line in lines)


def patch(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bytes:
    """Return the diffs of all files, in the order of their names."""
    return b"".join(diff(path, before[path], after[path]) for path in sorted(after) if before[path] != after[path])


def _lines(content: bytes) -> list[bytes]:
    parts = content.split(b"\n")
    ended = [part + b"\n" for part in parts[:-1]]
    return ended + ([parts[-1]] if parts[-1] else [])


def _header(path: str) -> bytes:
    """Return a file's name as git writes it: a tab behind it where it holds a space, so that it ends there."""
    return path.encode(errors="surrogateescape") + (b"\t" if " " in path else b"")


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def position(content: bytes, offset: int) -> tuple[int, int]:
    """Return line and column of a byte, both from 1, the column in characters."""
    begin = content.rfind(b"\n", 0, offset) + 1
    text = content[begin:offset].decode("utf-8").removeprefix("\ufeff")
    return content.count(b"\n", 0, offset) + 1, len(text) + 1


def by_path(edits: Iterable[Edit]) -> Iterator[tuple[str, list[Edit]]]:
    """Yield the edits of each file."""
    paths: dict[str, list[Edit]] = {}
    for edit in edits:
        paths.setdefault(edit.path, []).append(edit)
    yield from sorted(paths.items())
