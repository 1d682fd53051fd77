"""`Fn::ForEach`, expanded where the template decides what it goes through.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.assembly.following.resolution import Absent, Literal
from eks_guard.assembly.following.texts import as_text
from eks_guard.assembly.stack import Node
from eks_guard.matching import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.assembly.stack import Stack

FOR_EACH = "Fn::ForEach::"
MAX_COPIED = 200_000
"""Loops that make more values than this are not expanded; CloudFormation deploys at most 500 resources a template."""
Pointer: TypeAlias = "tuple[str | int, ...]"
_NOT_IN_IDS = regex(r"[^A-Za-z0-9]")


class _TooMuchError(Exception):
    """A loop makes more than is worth expanding."""


def expand(stack: Stack, name: str, section: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Pointer]]:
    """Return a section of a template with its loops expanded, and where each of its keys is written.

    A loop over what the template does not decide stays as it is.
    """
    try:
        return _Loops(stack).mapping(section, {}, (name,))
    except _TooMuchError:
        return section, {key: (name, key) for key in section}


class _Loops:
    """Expands loops, and counts what that makes."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._copied = 0

    def mapping(
        self, raw: Mapping[str, Any], variables: Mapping[str, str], pointer: Pointer
    ) -> tuple[dict[str, Any], dict[str, Pointer]]:
        """Return an object with its loops expanded and variables replaced, and where each key is written."""
        made: dict[str, Any] = {}
        written: dict[str, Pointer] = {}
        for key, value in raw.items():
            at = (*pointer, key)
            items = self._items(value, variables, at) if key.startswith(FOR_EACH) else None
            if items is None:
                name = _replaced(key, variables)
                made[name], written[name] = self._value(value, variables, at), at
                continue
            for item in items:
                inner, where = self.mapping(value[2], {**variables, value[0]: item}, (*at, 2))
                made.update(inner)
                written.update(where)
        return made, written

    def _items(self, loop: Any, variables: Mapping[str, str], pointer: Pointer) -> list[str] | None:
        """Return the texts that a loop goes through; None where the template does not decide them."""
        match loop:
            case [str(_), list() | dict() as collection, dict(_)]:
                pass
            case _:
                return None
        found = Node(self._stack, (*pointer, 1), self._value(collection, variables, (*pointer, 1))).follow()
        if not (isinstance(found, Literal) and isinstance(found.node.raw, list)):
            return None
        items: list[str] = []
        for index, raw in enumerate(found.node.raw):
            item = found.node.child(index, raw).follow()
            if isinstance(item, Absent):
                continue
            if not (isinstance(item, Literal) and isinstance(item.node.raw, str | int | float)):
                return None
            items.append(as_text(item.node.raw))
        return items

    def _value(self, raw: Any, variables: Mapping[str, str], pointer: Pointer) -> Any:
        self._copied += 1 + (len(raw) // 100 if isinstance(raw, str) else 0)
        if self._copied > MAX_COPIED:
            raise _TooMuchError
        match raw:
            case str():
                return _replaced(raw, variables)
            case list():
                return [self._value(item, variables, (*pointer, index)) for index, item in enumerate(raw)]
            case {"Ref": str(name)} if name in variables and len(raw) == 1:
                return variables[name]
            case dict():
                return self.mapping(raw, variables, pointer)[0]
        return raw


def _replaced(text: str, variables: Mapping[str, str]) -> str:
    """Put values in the place of `${Name}`, and what is letter or digit of them in that of `&{Name}`."""
    for name, value in variables.items():
        if name in text:
            text = text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", _NOT_IN_IDS.sub("", value))
    return text
