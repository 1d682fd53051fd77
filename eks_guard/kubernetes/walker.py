"""Walks an object along the definitions of its kind: unknown fields, types, and the rules of each definition."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import UNKNOWN_FIELD, below, of_key
from eks_guard.kubernetes.parts import OpenText, has_open_keys, is_given
from eks_guard.kubernetes.quantities import is_quantity
from eks_guard.matching import regex
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from eks_guard.kubernetes.notes import Notes
    from eks_guard.kubernetes.table import Schemas

    Rule = Callable[[dict[Any, Any], str, Notes], None]

TYPE = "field-type"
UNJUDGED = frozenset({"status", "volumeClaimTemplates"})
"""Fields whose insides the server decodes, but does not validate when an object is created."""
EXPECTED = {
    "s": "text",
    "i": "a whole number",
    "i4": "a whole number",
    "n": "a number",
    "b": "true or false",
    "B": "text in base64",
    "t": "a time as text",
    "q": "a quantity",
    "is": "a whole number or text",
    "o": "an object",
}
INT32 = range(-(2**31), 2**31)
INT64 = range(-(2**63), 2**63)
_TIME = regex(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})")


class Walker:
    """Judges objects at one minor, by the types and `rules` of their definitions.

    `in_list` tells also what OpenAPI calls required.
    """

    def __init__(
        self,
        schemas: Schemas,
        rules: Callable[[str], Iterable[Rule]],
        notes: Notes,
        *,
        in_list: bool = False,
    ) -> None:
        self._schemas = schemas
        self._rules = rules
        self._notes = notes
        self._in_list = in_list
        self._judging = True

    def walk(self, value: Any, kind: Any, path: str) -> None:
        """Note what is wrong with a value of a type."""
        if value is None:  # null is taken for absent everywhere
            return
        if isinstance(kind, str):
            if kind[0] == "#":
                self._object(value, kind[1:], path)
            else:
                self._scalar(value, kind, path)
        elif isinstance(value, Unknown):
            return
        elif isinstance(kind, list):
            self._list(value, kind[0], path)
        else:
            self._map(value, kind[""], path)

    def _map(self, value: Any, kind: Any, path: str) -> None:
        if not isinstance(value, dict):
            self._mistyped(value, path, "an object")
            return
        for key, item in value.items():
            if kind != "s" or item.__class__ is not str:
                self.walk(item, kind, of_key(path, key))

    def _list(self, value: Any, kind: Any, path: str) -> None:
        if not isinstance(value, list):
            self._mistyped(value, path, "a list")
            return
        for index, item in enumerate(value):
            self.walk(item, kind, f"{path}[{index}]")

    def _object(self, value: Any, name: str, path: str) -> None:
        if isinstance(value, Unknown):
            return
        if not isinstance(value, dict):
            self._mistyped(value, path, "an object")
            return
        definition = self._schemas.definition(name, self._notes.at)
        self._notes.defined_by.add(name)
        for key, item in value.items():
            kind = definition.properties.get(key)
            if kind is not None:
                if kind != "s" or item.__class__ is not str:  # as most fields are, right
                    self._field(item, kind, below(path, key), key)
            elif isinstance(key, str) and definition.properties:
                self._unknown(path, key, definition.properties)
        if self._in_list and not has_open_keys(value):
            self._require(value, definition.required, path)
        if self._judging:
            for rule in self._rules(name):
                rule(value, path, self._notes)

    def _require(self, value: dict[Any, Any], keys: Iterable[str], path: str) -> None:
        for key in keys:
            if value.get(key) is None:
                self._notes.wrong(below(path, key), "required", "required, and missing, in an object of a List")

    def _field(self, value: Any, kind: Any, path: str, key: str) -> None:
        if key not in UNJUDGED or not self._judging:
            self.walk(value, kind, path)
            return
        self._judging = False
        self.walk(value, kind, path)
        self._judging = True

    def _unknown(self, path: str, key: str, known: Mapping[str, Any]) -> None:
        from difflib import get_close_matches  # noqa: PLC0415 (for a mistake alone)

        near = get_close_matches(key.lower(), {name.lower() for name in known}, 1, 0.75)
        meant = next((name for name in known if near and name.lower() == near[0]), None)
        self._notes.wrong(
            below(path, key), UNKNOWN_FIELD, "unknown field" + (f", did you mean {meant}?" if meant else "")
        )

    def _scalar(self, value: Any, kind: str, path: str) -> None:
        if kind == "*":
            return
        if isinstance(value, Unknown):
            if kind in ("s", "t", "B"):
                says = "is not in quotes where text is expected, and its value is known only after deployment"
                self._notes.doubtful(path, TYPE, says)
            return
        wrong = _mistake(value, kind)
        if wrong == TYPE:
            self._mistyped(value, path, EXPECTED[kind])
        elif wrong:
            self._notes.wrong(path, "quantity" if kind == "q" else "data" if kind == "B" else TYPE, wrong)

    def _mistyped(self, value: Any, path: str, expected: str) -> None:
        self._notes.wrong(
            path, TYPE, f"is {in_words(value)}, which the server cannot unmarshal: the type must be {expected}"
        )


def _mistake(value: Any, kind: str) -> str | None:
    """What is wrong with a value; TYPE where it has another type."""
    match kind:
        case "s":
            fits = isinstance(value, str | OpenText)
        case "b":
            fits = isinstance(value, bool)
        case "i" | "i4":
            return _whole(value, INT32 if kind == "i4" else INT64)
        case "n":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        case "is":
            return None if isinstance(value, str | OpenText) else _whole(value, INT32)
        case "q":
            return _quantity(value)
        case "B":
            return _base64(value)
        case "t":
            return _time(value)
        case _:
            fits = isinstance(value, dict)
    return None if fits else TYPE


def _whole(value: Any, span: range) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return TYPE
    if isinstance(value, float) and not value.is_integer():
        return f"cannot unmarshal {value}: the type must be a whole number"
    bits = 32 if span is INT32 else 64
    return None if int(value) in span else f"cannot unmarshal {value:.0f}: it must be of type int{bits}"


def _quantity(value: Any) -> str | None:
    if isinstance(value, OpenText):
        ok = all(re.fullmatch(r"[-+0-9.a-zA-Z]*", piece) for piece in value.fixed)
        return None if ok else f'"{value}" cannot be a quantity, it must match the regular expression of one'
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return TYPE
    if is_quantity(value):
        return None
    return (
        f'"{value}" is not a quantity: it must match the regular expression of one, a number and a suffix such as m, '
        "k, M, Mi or Gi"
    )


def _base64(value: Any) -> str | None:
    """Go's decoder skips line breaks and wants the padding."""
    if not isinstance(value, str):
        return None if isinstance(value, OpenText) else TYPE
    try:
        base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return "illegal base64 data; write plain text under stringData"
    return None


def _time(value: Any) -> str | None:
    if not isinstance(value, str):
        return None if isinstance(value, OpenText) else TYPE
    return (
        None
        if not is_given(value) or _TIME.fullmatch(value)
        else f'"{value}" must be a time such as 2026-01-31T12:00:00Z'
    )


def in_words(value: Any) -> str:
    """A value in words: `the number 3000`."""
    match value:
        case bool():
            return f"the bool {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str() | OpenText():
            shown = str(value)
            return f'the string "{shown[:57]}…"' if len(shown) > 60 else f'the string "{shown}"'  # noqa: PLR2004
        case dict():
            return "an object"
    return "a list" if isinstance(value, list) else "null"
