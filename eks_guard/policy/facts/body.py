"""What stands in the resource of a subject, where references have been followed already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.value import Known, Place, Unknown, Value, escape_pointer

if TYPE_CHECKING:
    from eks_guard.model.finding import Subject


def written(subject: Subject, *keys: str) -> Value[Any]:
    """The value at some keys below the resource; None where nothing stands there, unknown where one above is."""
    found: Any = subject.body
    for key in keys:
        if isinstance(found, Unknown):
            return found
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, Unknown) else Known(found, place_of(subject, *keys))


def place_of(subject: Subject, *keys: str) -> Place:
    """Where these keys stand in the template."""
    pointer = "".join(f"/{escape_pointer(key)}" for key in keys)
    return Place(subject.place.template, f"{subject.place.pointer}{pointer}")
