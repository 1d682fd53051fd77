"""A value that is known, or unknown for a stated reason; both say where they were read.

A template is not a deployment: a parameter without a default, an import from another app or a layer
given by ARN has no value yet. `None` never means "unknown"; it means "known to be absent".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast

from eks_guard.matching import regex
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R")

MAX_CANDIDATES = 64
"""More possible values than this are not worth telling apart: the value is then simply unknown."""
MAX_COMBINED = 4096
"""Combinations of such values that a sentence about several of them is worked out for."""
EMPTY = "empty"
"""How a sentence names the answer that is a text without letters."""
OPEN_PART = "${"
"""How a part that only the deployment knows begins, in a text of which the rest is known: `${Version}`."""
OPEN_PARTS = regex(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a template, relative to the assembly, and a JSON pointer (RFC 6901) in it."""

    template: str
    pointer: str = ""

    @property
    def logical_id(self) -> str | None:
        """The logical id of the resource that the pointer leads into, if it leads into one."""
        parts = self.pointer.split("/")
        return unescape_pointer(parts[2]) if len(parts) > 2 and parts[1] == "Resources" else None  # noqa: PLR2004


def escape_pointer(key: str | int) -> str:
    """One segment of a JSON pointer, as RFC 6901 writes it."""
    return str(key).replace("~", "~0").replace("/", "~1")


def joined_pointer(keys: Sequence[str | int]) -> str:
    """A JSON pointer, as RFC 6901 writes it."""
    try:
        joined = "/".join(cast("Sequence[str]", keys))
    except TypeError:  # a place in a list
        joined = "/".join(map(str, keys))
    if "~" in joined or joined.count("/") >= len(keys):  # few keys need to be escaped
        joined = "/".join(map(escape_pointer, keys))
    return f"/{joined}" if keys else ""


def unescape_pointer(segment: str) -> str:
    """The key that a segment of a JSON pointer stands for."""
    return segment.replace("~1", "/").replace("~0", "~")


@dataclass(frozen=True, slots=True)
class Known(Generic[T_co]):
    """A value that the assembly decides. Where it was read is no part of what it is: equality ignores the place."""

    value: T_co
    place: Place | None = field(default=None, compare=False)


When: TypeAlias = tuple[tuple[str, str], ...]
"""What must hold for a value: pairs of something undecided and what it turns out to be."""
Cases: TypeAlias = tuple[When, ...]
"""Answers to what values depend on, one of which holds; empty where any may."""


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T_co]):
    """One value that an unknown may turn out to have, and when it does."""

    value: T_co
    when: When


@dataclass(frozen=True, slots=True)
class Unknown(Generic[T_co]):
    """A value that the assembly does not decide, and why.

    `candidates`, when there are any, are all the values it can have: a question whose answer is the
    same for each of them is decided although the value is not. `branches` are there instead of them where a condition
    chooses between values of which some are open: what it is in each branch, an open one as an unknown of its own.
    """

    reason: str
    place: Place | None = field(default=None, compare=False)
    candidates: tuple[Candidate[T_co], ...] = ()
    branches: tuple[tuple[When, Known[T_co] | Unknown[T_co]], ...] = ()


Value: TypeAlias = Known[T] | Unknown[T]


def possible(value: Value[T]) -> tuple[T, ...]:
    """What a value is, or all that it may be; nothing where that is not known."""
    return (value.value,) if isinstance(value, Known) else tuple(one.value for one in value.candidates)


def known_in(value: Value[T]) -> tuple[T, ...]:
    """What a value is, or all that it is certain to be in some branch, although others may be open."""
    return possible(value) or tuple(one.value for _, one in branches_of(value) if isinstance(one, Known))


def branches_of(value: Value[T]) -> Iterator[tuple[When, Value[T]]]:
    """Yield what an unknown may turn out to be: all that is known of it, and what stays open."""
    if isinstance(value, Unknown):
        yield from value.branches or ((one.when, Known(one.value, value.place)) for one in value.candidates)


def lift(function: Callable[..., R], *values: Value[Any]) -> Value[R]:
    """Apply `function` to the values; unknown if one of them is, unless all candidates agree."""
    if len(values) == 1 and isinstance(values[0], Known):  # as most are
        return Known(function(values[0].value), values[0].place)
    place = next((value.place for value in values if value.place), None)
    unknowns = [value for value in values if isinstance(value, Unknown)]
    if not unknowns:
        return Known(function(*(value.value for value in values if isinstance(value, Known))), place)
    blank = next((value for value in unknowns if not (value.candidates or value.branches)), None)
    if blank:
        return Unknown(blank.reason, blank.place or place)
    combined = _combined(unknowns)
    if combined is None:
        return Unknown(unknowns[0].reason, unknowns[0].place)
    branches: list[tuple[When, Value[R]]] = []
    for when, found in combined:
        left = iter(found)
        given = [next(left) if isinstance(value, Unknown) else value for value in values]
        open_ = next((one for one in found if isinstance(one, Unknown)), None)
        decided = (one.value for one in given if isinstance(one, Known))
        branches.append((when, open_ or Known(function(*decided), place)))
    return choose(branches, unknowns[0].reason, unknowns[0].place)


def _combined(unknowns: Sequence[Unknown[Any]]) -> list[tuple[When, tuple[Value[Any], ...]]] | None:
    """What some values are together, under each of the conditions that do not contradict each other; None for too many.

    One value is added after the other: many values that depend on one condition have two combinations, not 2 ** many.
    """
    combined: list[tuple[When, tuple[Value[Any], ...]]] = [((), ())]
    for value in unknowns:
        branches = tuple(branches_of(value))
        extended = ((together(when, also), (*found, one)) for when, found in combined for also, one in branches)
        combined = [(when, found) for when, found in extended if when is not None]
        if len(combined) > MAX_COMBINED:
            return None
    return combined


def either(values: Sequence[Value[bool]]) -> Value[bool]:
    """True if one is, whatever the others are; else unknown if one is; else false."""
    for value in values:
        if isinstance(value, Known) and value.value:
            return value
    unknowns = [value for value in values if isinstance(value, Unknown)]
    if any(value.candidates for value in unknowns) or (unknowns and all(value.branches for value in unknowns)):
        return lift(lambda *found: any(found), *unknowns)
    return next(iter(unknowns), Known(value=False))


def both(values: Sequence[Value[bool]]) -> Value[bool]:
    """False if one is, whatever the others are; else unknown if one is; else true."""
    refused = next((value for value in values if isinstance(value, Known) and not value.value), None)
    return refused or lift(lambda *all_: all(all_), *values)


def flatten(value: Value[Value[T]]) -> Value[T]:
    """The value inside a value, behind the conditions of both."""
    if isinstance(value, Known):
        return value.value
    inside: list[tuple[When, Any]] = [
        (when, one.value if isinstance(one, Known) else one) for when, one in branches_of(value)
    ]
    return choose(inside, value.reason, value.place) if inside else Unknown(value.reason, value.place)


def choose(branches: Sequence[tuple[When, Value[T]]], reason: str, place: Place | None) -> Value[T]:
    """Make one value of all that it can be: known where every branch agrees, else unknown.

    `reason` explains an unknown that results, unless a branch is open and gives its own.
    """
    flat: list[tuple[When, Known[T] | Unknown[T]]] = []
    for when, value in branches:
        match value:
            case Known():
                flat.append((when, value))
            case Unknown(candidates=(), branches=()):
                flat.append((when, value if value.place else Unknown(value.reason, place)))
            case Unknown():
                merged = ((together(when, also), one) for also, one in branches_of(value))
                flat.extend((both, one) for both, one in merged if both is not None)
    opened = [one for _, one in flat if isinstance(one, Unknown)]
    known = [Candidate(one.value, when) for when, one in flat if isinstance(one, Known)]
    if opened:
        partly = tuple(flat) if known and len(flat) <= MAX_CANDIDATES else ()
        return Unknown(opened[0].reason, opened[0].place, branches=partly)
    if known and all(candidate.value == known[0].value for candidate in known):
        return Known(known[0].value, place)
    if not known or len(known) > MAX_CANDIDATES:
        return Unknown(reason, place)
    return Unknown(reason, place, tuple(known))


def under(value: Value[T], cases: Sequence[When], possible: Callable[[When], bool]) -> Value[T]:
    """The value where one of some conditions holds: without the candidates that no deployment has there.

    `possible`: whether a deployment may give all of some answers.
    """
    if isinstance(value, Known):
        return value
    branches = tuple(branches_of(value))
    kept = [found for found in branches if any(map(possible, joined_with(found[0], cases)))]
    if len(kept) == len(branches):
        return value
    return choose(kept, value.reason, value.place)


def joined_with(when: When, cases: Sequence[When]) -> Iterator[When]:
    """Yield some answers together with those of each case that does not contradict them."""
    joined = (together(when, case) for case in cases or ((),))
    return (both for both in joined if both is not None)


def describe(when: When) -> str:
    """A condition in words: "IsProd is true and Stage is dev"."""
    return " and ".join(f"{name} is {value or EMPTY}" for name, value in when)


def together(*whens: When) -> When | None:
    """Return all the conditions at once, or None where they contradict each other."""
    merged: dict[str, str] = {}
    for name, value in (pair for when in whens for pair in when):
        if merged.setdefault(name, value) != value:
            return None
    return tuple(merged.items())
