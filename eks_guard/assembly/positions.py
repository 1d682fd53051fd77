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

WORTH_LISTING = 8
"""Places of a file whose lines are counted one by one."""
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
    if offset not in document.lines:
        document.lines[offset] = _line(document, offset)
    return document.lines[offset]


def _line(document: Document, offset: int) -> tuple[int, int]:
    """The line and column of an offset. To list all lines takes as long as to count them for a few places."""
    if len(document.lines) < WORTH_LISTING:
        text = document.text
        return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    line = bisect.bisect_left(document.line_ends, offset)
    return line + 1, offset - (document.line_ends[line - 1] if line else -1)


class Members:
    """Where the keys of an object stand, and where their values begin, as far as somebody asked for them.

    What stands behind a key that was found is not looked at: that may be most of the file.
    """

    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self._next = _space(text, at + 1)
        self._value: int | None = None
        self._found: dict[str, tuple[int, int]] = {}

    def get(self, key: str) -> tuple[int, int] | None:
        """The place of a key and that of its value; None if the object lacks it."""
        while key not in self._found and self.read():
            pass
        return self._found.get(key)

    def read(self) -> bool:
        """Go to the next key, behind the value of the last one; False if there is none. Raises as the parser does."""
        if self._value is not None:
            self._next, self._value = _next(self._text, self._value), None
        if self._text[self._next] != '"':
            return False
        name, behind = scanstring(self._text, self._next + 1)
        self._value = _space(self._text, _space(self._text, behind) + 1)
        self._found[name] = self._next, self._value
        return True


def _offset(document: Document, keys: list[str]) -> int:
    text = document.text
    at = start = _space(text, 0)
    for key in keys:
        found = _member(document, at, key) if text[at] == "{" else _element(document, at, key)
        if found is None:
            break
        start, at = found
    return start


def _member(document: Document, at: int, key: str) -> tuple[int, int] | None:
    """Where a key of an object is. A file that nobody parsed may be broken, or have the key twice: it is read whole."""
    members: Members | None = document.members.get(at)
    if members is None:
        members = document.members[at] = Members(document.text, at)
        while not document.is_parsed and members.read():
            pass
    return members.get(key)


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
