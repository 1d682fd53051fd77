"""Things as they are in some cases of a deployment, so that a sentence names nothing that they never meet there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.value import Candidate, Known, Unknown, under
from eks_guard.records import fields, is_dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eks_guard.model.value import When

    Possible = Callable[[When], bool]


def narrowed(thing: Any, cases: Sequence[When], possible: Possible) -> Any:
    """A thing without what no deployment has in one of some cases; the same one where that changes nothing.

    What belongs to the thing, as a node group does to its cluster, is left as it is: it has cases of its own.
    """
    changes = {}
    for field in fields(thing):
        before = getattr(thing, field.name)
        after = _within(before, cases, possible)
        if after is not before:
            changes[field.name] = after
    return replace(thing, **changes) if changes else thing


def _within(held: Any, cases: Sequence[When], possible: Possible) -> Any:
    if isinstance(held, Known):
        inner = _within(held.value, cases, possible)
        return held if inner is held.value else Known(inner, held.place)
    if isinstance(held, Unknown):
        return _of_unknown(held, cases, possible)
    if isinstance(held, tuple):
        found = tuple(_within(one, cases, possible) for one in held)
        return held if all(one is other for one, other in zip(found, held, strict=True)) else found
    is_part = is_dataclass(held) and not isinstance(held, type) and not hasattr(held, "owner")
    return narrowed(held, cases, possible) if is_part else held


def _of_unknown(held: Unknown[Any], cases: Sequence[When], possible: Possible) -> Any:
    found = under(held, cases, possible)
    if isinstance(found, Known):
        return _within(found, cases, possible)
    inner = tuple(_within(one.value, cases, possible) for one in found.candidates)
    if all(one is other.value for one, other in zip(inner, found.candidates, strict=True)):
        return found
    kept = (Candidate(value, one.when) for value, one in zip(inner, found.candidates, strict=True))
    return Unknown(found.reason, found.place, tuple(kept))
