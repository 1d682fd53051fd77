"""JSONPath on a resource, with the unknowns inside it kept in sight."""

from __future__ import annotations

import copy
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from jsonpath_ng import Fields, JSONPath
from jsonpath_ng.exceptions import JSONPathError
from jsonpath_ng.ext.parser import parse

from eks_guard.model.value import Candidate, Unknown, joined_pointer
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Segments: TypeAlias = "list[str]"

MAX_PATH = 1000
"""Characters of a JSONPath."""
STEPS = ("Root", "This", "Fields", "Index", "Slice", "Wildcard", "Descendants", "Filter", "Len", "Keys")
SPELLED = ("$", "names", "[0]", "[*]", "[1:2]", "..", "[?(…)]", "`len`", "`keys`")
"""The steps that are understood, as jsonpath_ng and as authors call them."""


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
    if len(path) > MAX_PATH:
        raise ValueError(f"found a JSONPath of {len(path)} characters, expected at most {MAX_PATH}")
    try:
        parsed = parse(path)
    except (JSONPathError, RecursionError) as error:
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"found {path!r}, which is not a JSONPath: {why}") from None
    _check(path, parsed)
    return parsed


def _check(path: str, parsed: Any) -> None:
    """Raise ValueError for steps that take time without bound, or that fail on some resources."""
    descents = 0
    for step in _steps(parsed):
        name = type(step).__name__
        descents += name == "Descendants"
        if name not in STEPS:
            raise ValueError(f"found {path!r}, which uses {name.lower()}; expected {', '.join(SPELLED)}")
        if name == "Slice" and step.step is not None and step.step < 1:
            raise ValueError(f"found {path!r}, expected a slice with a positive step")
    if descents > 1:
        raise ValueError(f"found {path!r}, expected `..` at most once")
    for expression in (found for step in _steps(parsed) for found in getattr(step, "expressions", ())):
        if expression.op == "=~":
            raise ValueError(f"found {path!r}, which filters by a regular expression; expected ==, !=, <, <=, > or >=")
        _check(path, expression.target)


def _steps(parsed: Any) -> Iterator[Any]:
    """The steps of a path."""
    if type(parsed).__name__ in ("Child", "Descendants", "Union"):
        yield from _steps(parsed.left)
        yield from _steps(parsed.right)
    if type(parsed).__name__ not in ("Child", "Union"):
        yield parsed


def find(path: str, body: Any) -> list[Found]:
    """The values at a path, and after them each Unknown that may hide more of them."""
    expression: Any = parse_path(path)
    if type(getattr(expression, "right", None)).__name__ == "Len":
        found = list(_lengths(expression.left, body))
    else:
        found = [Found(match.value, joined_pointer(_segments(match))) for match in expression.find(body)]
    hiding = (Found(unknown, joined_pointer(at), hidden=True) for at, unknown in _hiding(expression, body))
    return [*found, *hiding]


def open_values(paths: Iterable[str], body: Any) -> Iterator[tuple[Segments, Unknown[Any]]]:
    """Yield what a deployment chooses among known values, where some paths look: on their way, or at their end."""
    for path in paths:
        expression: Any = parse_path(path)
        ends = expression.left if type(getattr(expression, "right", None)).__name__ == "Len" else expression
        inside = (found for match in ends.find(body) for found in _inside(match.value, _segments(match)))
        for at, unknown in (*inside, *_hiding(expression, body)):
            if unknown.candidates:
                yield at, unknown


def with_values(body: Any, values: Iterable[tuple[Segments, Any]]) -> Any:
    """A copy with other values in some places; None takes what is there away."""
    changed = copy.deepcopy(body)
    inside = {tuple(at): value for at, value in values}
    for at in sorted(inside, key=lambda at: [(int(key) if key.isdecimal() else 0, key) for key in at], reverse=True):
        *above, last = at  # of a list, the last entries first: to take one away moves those behind it
        container = changed
        for key in above:
            container = container[key if isinstance(container, dict) else int(key)]
        index = last if isinstance(container, dict) else int(last)
        if inside[at] is None:
            del container[index]
        else:
            container[index] = inside[at]
    return changed


def _hiding(expression: Any, body: Any) -> Iterator[tuple[Segments, Unknown[Any]]]:
    """Each Unknown from which a path would lead on."""
    if not hasattr(expression, "left"):
        return
    yield from _hiding(expression.left, body)
    match type(expression).__name__:
        case "Union":
            yield from _hiding(expression.right, body)
        case "Descendants":
            for match in expression.left.find(body):
                yield from _inside(match.value, _segments(match))
        case _:
            is_filter = type(expression.right).__name__ == "Filter"
            for match in expression.left.find(body):
                if isinstance(match.value, Unknown):
                    yield _segments(match), match.value
                elif is_filter and isinstance(match.value, list):
                    yield from _filtered(expression.right, match.value, _segments(match))


def _filtered(filtering: Any, entries: list[Any], at: Segments) -> Iterator[tuple[Segments, Unknown[Any]]]:
    """Each Unknown among some entries, and in them where a filter looks."""
    for index, entry in enumerate(entries):
        if isinstance(entry, Unknown):
            yield [*at, str(index)], entry
        for target in (expression.target for expression in filtering.expressions):
            hiding = _hiding(target, entry)
            found = ((_segments(match), match.value) for match in target.find(entry))
            for below, value in (*hiding, *found):
                if isinstance(value, Unknown):
                    yield [*at, str(index), *below], value


def _inside(value: Any, at: Segments) -> Iterator[tuple[Segments, Unknown[Any]]]:
    """Each Unknown in a value, however deep."""
    if isinstance(value, Unknown):
        yield at, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _inside(item, [*at, str(key)])


def _lengths(lists: JSONPath, body: Any) -> Iterator[Found]:
    """The lengths of the lists at a path; of one with entries that may be absent, all that it may have."""
    for match in lists.find(body):
        if isinstance(match.value, list | dict | str):
            yield Found(_length(match.value), joined_pointer(_segments(match)))


def _length(value: Any) -> Any:
    entries = value if isinstance(value, list) else ()
    doubtful = [entry for entry in entries if isinstance(entry, Unknown) and _may_be_absent(entry)]
    if not doubtful:
        return len(value)
    possible = range(len(value) - len(doubtful), len(value) + 1)
    candidates = tuple(Candidate(number, (("the number of entries", str(number)),)) for number in possible)
    return Unknown(doubtful[0].reason, doubtful[0].place, candidates)


def _may_be_absent(entry: Unknown[Any]) -> bool:
    return any(candidate.value is None for candidate in entry.candidates)


def _segments(match: Any) -> Segments:
    """The keys and positions that lead to a match, below the resource."""
    segments: Segments = []
    while match.context is not None:
        path = match.path
        segments.append(path.fields[0] if isinstance(path, Fields) else str(path).strip("[]"))
        match = match.context
    return segments[::-1]
