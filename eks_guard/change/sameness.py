"""Whether two things are the same: true, false, or unknown for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

Sameness: TypeAlias = Value[bool]

SAME: Sameness = Known(value=True)
OTHER: Sameness = Known(value=False)


def every(parts: Iterable[Sameness]) -> Sameness:
    """Whether all are the same: one that is not decides, else one that is unknown."""
    unknown: Sameness | None = None
    for part in parts:
        if isinstance(part, Unknown):
            unknown = unknown or part
        elif not part.value:
            return OTHER
    return unknown or SAME


def is_same(found: Sameness) -> bool:
    """Whether it is known to be the same."""
    return isinstance(found, Known) and found.value


def differs(found: Sameness) -> bool:
    """Whether it is known to be another."""
    return isinstance(found, Known) and not found.value


def agreed(results: Iterable[Sameness], reason: str) -> Sameness:
    """What all cases agree on; unknown where they do not."""
    found = list(results)
    blank = next((part for part in found if isinstance(part, Unknown)), None)
    if blank:
        return blank
    if all(is_same(part) for part in found):
        return SAME
    return OTHER if all(differs(part) for part in found) else Unknown(reason)
