"""Line and column of a JSON pointer, found only for what a report shows.

The text is walked along the pointer; what stands beside it is skipped at the speed of the C scanner.
"""

from __future__ import annotations

import bisect
import json
from json.decoder import scanstring  # type: ignore[attr-defined] # the C function, absent from typeshed
from typing import TYPE_CHECKING

from eks_guard.errors import TemplateError
from eks_guard.matching import regex
from eks_guard.model.value import unescape_pointer

if TYPE_CHECKING:
    from eks_guard.assembly.documents import Document

_SPACE = regex(r"[ \t\n\r]*")
_skip_value = json.JSONDecoder().raw_decode


def locate(document: Document, pointer: str) -> tuple[int, int] | None:
    """The line and column, both from 1, where the pointer's key stands, or the nearest place above it.

    None where the document cannot be read.
    """
    if document.within:
        return locate(*document.within)
    keys = [unescape_pointer(segment) for segment in pointer.split("/")[1:]]
    if document.item is not None:
        keys = [str(document.item), *keys]
    try:
        if document.is_yaml:
            from eks_guard.assembly.yaml_template import position_in_yaml  # noqa: PLC0415 (rare)

            return position_in_yaml(document.yaml_root, keys)
        offset = _offset(document, keys)
    except (TemplateError, ValueError, IndexError, RecursionError):
        return None
    line = bisect.bisect_left(document.line_ends, offset)
    return line + 1, offset - (document.line_ends[line - 1] if line else -1)


def _offset(document: Document, keys: list[str]) -> int:
    text = document.text
    at = start = _space(text, 0)
    for key in keys:
        found = _members(document, at).get(key) if text[at] == "{" else _element(document, at, key)
        if found is None:
            break
        start, at = found
    return start


def _members(document: Document, at: int) -> dict[str, tuple[int, int]]:
    """Where each key of an object stands, and where its value begins; read once. The last of two equal keys counts."""
    if at in document.members:
        return document.members[at]
    members: dict[str, tuple[int, int]] = {}
    text, found = document.text, _space(document.text, at + 1)
    while text[found] == '"':
        name, behind = scanstring(text, found + 1)
        value = _space(text, _space(text, behind) + 1)
        members[name] = (found, value)
        found = _next(text, value)
    document.members[at] = members
    return members


def _element(document: Document, at: int, key: str) -> tuple[int, int] | None:
    """Where an element of a list is; the elements are looked for once."""
    text = document.text
    if text[at] != "[" or not key.isdecimal():
        return None
    if at not in document.elements:
        document.elements[at] = elements = []
        found = _space(text, at + 1)
        while text[found] != "]":
            elements.append(found)
            found = _next(text, found)
    elements = document.elements[at]
    return (elements[int(key)], elements[int(key)]) if int(key) < len(elements) else None


def _next(text: str, at: int) -> int:
    """Skip a value and the comma behind it."""
    _, at = _skip_value(text, at)
    at = _space(text, at)
    return _space(text, at + 1) if text[at] == "," else at


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match, "the pattern matches the empty text"
    return match.end()
