"""Regular expressions of policies and schemas: searched in time that grows with the text alone, whoever wrote them.

Python's engine tries every way in which a text may match, and some patterns have 2^n. Those that repeat are
run on all ways at once instead, as Thompson did: https://swtch.com/~rsc/regexp/regexp1.html
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, Protocol

from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PATTERN = 1000
"""Characters of a pattern."""
MAX_STATES = 5000
"""Places in a pattern whose counted repetitions are written out."""
_parser: Any = re._parser  # type: ignore[attr-defined] # noqa: SLF001 (the tree that `re` itself compiles)
_MANY = int(_parser.MAXREPEAT)


class Pattern(Protocol):
    """What can be searched for in a text; `pattern` is how it is written."""

    @property
    def pattern(self) -> str:
        """The text of the pattern."""

    def search(self, string: str, /) -> object:
        """Return something true if the text has a match."""


@dataclass(slots=True)
class _State:
    """A place in a pattern: what one character has to be, or which places follow without any."""

    takes: re.Pattern[str] | None = None
    at: str | None = None
    next: list[_State] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LinearPattern:
    """A pattern that follows all ways at once; `pattern` is its text."""

    pattern: str
    start: _State
    end: _State

    def search(self, string: str) -> bool:
        """Return whether the text has a match."""
        current: dict[int, _State] = {}
        for position in range(len(string) + 1):
            pending = [*current.values(), self.start]
            ready = self._reachable(pending, string, position)
            if id(self.end) in ready:
                return True
            if position < len(string):
                character = string[position]
                taken = (s for s in ready.values() if s.takes and s.takes.fullmatch(character))
                current = {id(following): following for state in taken for following in state.next}
        return False

    def _reachable(self, pending: list[_State], text: str, position: int) -> dict[int, _State]:
        found: dict[int, _State] = {}
        while pending:
            state = pending.pop()
            if id(state) in found:
                continue
            found[id(state)] = state
            if state.takes is None and (state.at is None or _holds(state.at, text, position)):
                pending.extend(state.next)
        return found


def compile_pattern(text: str) -> Pattern:
    """A pattern that is searched in bounded time. Raises ValueError for one that is none, or cannot be."""
    if len(text) > MAX_PATTERN:
        raise ValueError(f"found {len(text)} characters, expected at most {MAX_PATTERN}")
    try:
        with warnings.catch_warnings():  # what later releases of Python may read otherwise: it means what it means here
            warnings.simplefilter("ignore", FutureWarning)
            compiled = re.compile(text)
            tree = _parser.parse(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"found {text[:100]!r}, which is not a regular expression: {error}") from None
    if not any(_repeats(tree)) or _is_plain(list(tree)):
        return compiled
    builder = _Builder(compiled.flags)
    end = _State()
    return LinearPattern(text, builder.sequence(list(tree), end), end)


def tree_of(text: str) -> list[Any]:
    """The tree of a pattern: pairs of an operation of `re` and what it is about. Raises ValueError as above."""
    compile_pattern(text)
    return list(_parser.parse(text))


def _is_plain(items: list[Any]) -> bool:
    """Whether a pattern is bound to the start of the text and repeats one kind of character, once."""
    repeated = [argument for operation, argument in items if str(operation) in ("MAX_REPEAT", "MIN_REPEAT")]
    anchored = bool(items) and str(items[0][0]) == "AT" and "BEGINNING" in str(items[0][1])
    alone = len(repeated) == 1 and len(repeated[0][2]) == 1 and str(repeated[0][2][0][0]) in ("LITERAL", "IN", "ANY")
    return anchored and alone and sum(_repeats(items)) == 1


def _repeats(tree: Any) -> Iterator[int]:
    """One for each repetition that may go on, also those inside of others."""
    for operation, argument in tree:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield int(argument[1] > 1)
        elif name in ("GROUPREF", "GROUPREF_EXISTS"):
            yield 2
        for inner in _inner(name, argument):
            yield from _repeats(inner)


def _inner(name: str, argument: Any) -> list[Any]:
    match name:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return [argument[2]]
        case "SUBPATTERN":
            return [argument[3]]
        case "BRANCH":
            return list(argument[1])
        case "ASSERT" | "ASSERT_NOT":
            return [argument[1]]
        case "ATOMIC_GROUP":
            return [argument]
    return []


class _Builder:
    """Writes a parsed pattern as states, from its end to its start."""

    def __init__(self, flags: int) -> None:
        self._flags = flags & (re.IGNORECASE | re.DOTALL | re.ASCII | re.UNICODE)
        self._multiline = bool(flags & re.MULTILINE)
        self._states = 0

    def sequence(self, items: list[Any], following: _State) -> _State:
        for operation, argument in reversed(items):
            following = self._one(str(operation), argument, following)
        return following

    def _one(self, name: str, argument: Any, following: _State) -> _State:
        self._states += 1
        if self._states > MAX_STATES:
            raise ValueError(f"repeats more than {MAX_STATES} places")
        match name:
            case "LITERAL" | "NOT_LITERAL":
                negated = "^" if name == "NOT_LITERAL" else ""
                return self._taking(f"[{negated}{_in_class(argument)}]", following)
            case "ANY":
                return self._taking(".", following)
            case "IN":
                return self._taking(_class(argument), following)
            case "AT":
                at = str(argument)
                return _State(at=f"{at}_LINE" if self._multiline and at in _OF_LINES else at, next=[following])
            case "SUBPATTERN" if not argument[1] and not argument[2]:
                return self.sequence(list(argument[3]), following)
            case "BRANCH":
                return _State(next=[self.sequence(list(branch), following) for branch in argument[1]])
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, items = argument
                return self._repeated(int(least), int(most), items, following)
        raise ValueError(f"repeats in several places and uses {name.lower()}, which takes time without bound")

    def _repeated(self, least: int, most: int, items: Any, following: _State) -> _State:
        if most == _MANY:
            loop = _State()
            loop.next = [self.sequence(list(items), loop), following]
            following = loop
        else:
            for _ in range(most - least):
                following = _State(next=[self.sequence(list(items), following), following])
        for _ in range(least):
            following = self.sequence(list(items), following)
        return following

    def _taking(self, one: str, following: _State) -> _State:
        return _State(takes=re.compile(one, self._flags), next=[following])


_OF_LINES = ("AT_BEGINNING", "AT_END")
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d", "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S", "CATEGORY_WORD": r"\w", "CATEGORY_NOT_WORD": r"\W",
}  # fmt: skip


def _in_class(code: int) -> str:
    return f"\\U{code:08x}"


def _class(items: Any) -> str:
    """A set of characters as it is written."""
    parts = []
    for operation, argument in items:
        match str(operation):
            case "NEGATE":
                parts.append("^")
            case "LITERAL":
                parts.append(_in_class(argument))
            case "RANGE":
                parts.append(f"{_in_class(argument[0])}-{_in_class(argument[1])}")
            case _:
                parts.append(_CATEGORIES[str(argument)])
    return f"[{''.join(parts)}]"


def _holds(at: str, text: str, position: int) -> bool:
    """Whether a place in a text is the one that an anchor asks for."""
    match at:
        case "AT_BEGINNING" | "AT_BEGINNING_STRING":
            return position == 0
        case "AT_BEGINNING_LINE":
            return position == 0 or text[position - 1] == "\n"
        case "AT_END":
            return position == len(text) or (position == len(text) - 1 and text[position] == "\n")
        case "AT_END_LINE":
            return position == len(text) or text[position] == "\n"
        case "AT_END_STRING":
            return position == len(text)
    edge = _is_word(text, position - 1) is not _is_word(text, position)
    return edge is (at == "AT_BOUNDARY")


def _is_word(text: str, position: int) -> bool:
    return 0 <= position < len(text) and (text[position].isalnum() or text[position] == "_")
