"""Line and column of a JSON pointer, found only for what a report shows.

The text is walked along the pointer; what stands beside it is skipped at the speed of the C scanner.
"""

from __future__ import annotations

import bisect
import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined] # the C function, absent from typeshed
from typing import TYPE_CHECKING

from eks_guard.errors import TemplateError
from eks_guard.matching import regex
from eks_guard.model.value import unescape_pointer
from eks_guard.records import cached_property

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
        return _places_in(document).of(keys)
    except (TemplateError, ValueError, IndexError, RecursionError):
        return None


def _places_in(document: Document) -> Places:
    """What was found of a file, or of the file that it is a part of."""
    whole = document.whole
    if whole.places is None:
        whole.places = Places(whole.text, is_valid=whole.is_parsed)
    places: Places = whole.places
    return places


class Places:
    """Where things stand in a JSON text, found as far as somebody asks, and once.

    `is_valid`: whether it was parsed, and so has each key once in its object. Else it may be broken, or have a key
    twice, of which the last one counts: its objects are read whole.
    """

    def __init__(self, text: str, *, is_valid: bool) -> None:
        self._text = text
        self._is_valid = is_valid
        self._objects: dict[int, Members] = {}
        self._lists: dict[int, list[int]] = {}
        self._lines: dict[int, tuple[int, int]] = {}

    def of(self, keys: list[str]) -> tuple[int, int]:
        """The line and column of a key, or of the nearest one above it. Raises as the parser does."""
        at = start = _space(self._text, 0)
        for key in keys:
            found = self._member(at, key) if self._text[at] == "{" else self._element(at, key)
            if found is None:
                break
            start, at = found
        if start not in self._lines:
            self._lines[start] = self._line(start)
        return self._lines[start]

    def _member(self, at: int, key: str) -> tuple[int, int] | None:
        """Where a key of an object is, and its value."""
        if at not in self._objects:
            members = Members(self._text, at)
            while not self._is_valid and members.read():
                pass
            self._objects[at] = members
        return self._objects[at].get(key)

    def _element(self, at: int, key: str) -> tuple[int, int] | None:
        """Where an element of a list is."""
        if self._text[at] != "[" or not key.isdecimal():
            return None
        if at not in self._lists:
            elements, found = [], _space(self._text, at + 1)
            while self._text[found] != "]":
                elements.append(found)
                found = _next(self._text, found)
            self._lists[at] = elements
        elements = self._lists[at]
        return (elements[int(key)], elements[int(key)]) if int(key) < len(elements) else None

    def _line(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset. To list all lines takes as long as to count them for a few places."""
        if len(self._lines) < WORTH_LISTING:
            return self._text.count("\n", 0, offset) + 1, offset - self._text.rfind("\n", 0, offset)
        line = bisect.bisect_left(self._ends, offset)
        return line + 1, offset - (self._ends[line - 1] if line else -1)

    @cached_property
    def _ends(self) -> list[int]:
        """Where each line ends."""
        return [match.start() for match in re.finditer("\n", self._text)]


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


def _next(text: str, at: int) -> int:
    """Skip a value and the comma behind it."""
    _, at = _skip_value(text, at)
    at = _space(text, at)
    return _space(text, at + 1) if text[at] == "," else at


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match, "the pattern matches the empty text"
    return match.end()
