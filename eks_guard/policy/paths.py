"""JSONPath on a resource, with the unknowns inside it kept in sight."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonpath_ng import Child, Fields, JSONPath
from jsonpath_ng.exceptions import JSONPathError
from jsonpath_ng.ext.parser import parse

from eks_guard.model.value import Unknown, escape_pointer


@dataclass(frozen=True, slots=True)
class Found:
    """A value, its JSON pointer below the resource, and whether an unknown above it hides it."""

    value: Any
    pointer: str
    hidden: bool = False


@cache
def parse_path(path: str) -> JSONPath:
    """A compiled JSONPath. Raises ValueError saying what was found and what is expected."""
    if not path.startswith("$"):
        raise ValueError(f"found {path!r}, expected a JSONPath from the resource, such as $.Properties.AmiType")
    try:
        return parse(path)
    except JSONPathError as error:
        raise ValueError(f"found {path!r}, which is not a JSONPath: {str(error).splitlines()[0]}") from None


def find(path: str, body: Any) -> list[Found]:
    """The values at a path; an Unknown above them stands for what it hides."""
    expression = parse_path(path)
    found = [Found(match.value, _pointer(match)) for match in expression.find(body)]
    while not found and isinstance(expression, Child):
        expression = expression.left
        hiding = (match for match in expression.find(body) if isinstance(match.value, Unknown))
        found = [Found(match.value, _pointer(match), hidden=True) for match in hiding]
    return found


def _pointer(match: Any) -> str:
    """The JSON pointer of a match, below the resource."""
    segments: list[str] = []
    while match.context is not None:
        path = match.path
        segments.append(path.fields[0] if isinstance(path, Fields) else str(path).strip("[]"))
        match = match.context
    return "".join(f"/{escape_pointer(segment)}" for segment in reversed(segments))
