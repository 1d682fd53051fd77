"""What an update makes of each EKS resource, as words: in rows for text and page, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.change import Fate
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.change import Change, Effect, ResourceChange

ORDER = (Fate.REPLACED, Fate.DELETED, Fate.REFUSED, Fate.UNKNOWN, Fate.LEFT, Fate.CREATED, Fate.KEPT)
"""The gravest first."""
COLOURS = {
    Fate.REPLACED: "red",
    Fate.DELETED: "red",
    Fate.REFUSED: "red",
    Fate.UNKNOWN: "magenta",
    Fate.LEFT: "yellow",
    Fate.CREATED: "blue",
    Fate.KEPT: "green",
}


def word(change: ResourceChange) -> str:
    """What becomes of a resource, in one word or two."""
    return "in place" if change.fate is Fate.KEPT and change.changed else str(change.fate)


def in_order(change: Change) -> list[ResourceChange]:
    """The resources, those that the update touches first."""
    return sorted(change.resources, key=lambda found: (ORDER.index(found.fate), not found.changed, found.id))


def reasons(change: ResourceChange) -> Iterator[str]:
    """Why: what the update does to it, else what decides its fate, else the properties that change."""
    said = [_said(effect) for effect in change.effects]
    if said:
        yield from said
    elif change.because:
        yield change.because
    elif change.changed:
        yield f"{', '.join(change.changed)} changes"


def _said(effect: Effect) -> str:
    if isinstance(effect.value, Unknown) and not effect.says.startswith("whether"):
        return f"unknown: {effect.says}"
    return effect.says


def as_json(change: Change) -> dict[str, Any]:
    """The update as JSON."""
    return {
        "previous": change.previous,
        "condition": change.condition,
        "resources": [_resource(found) for found in in_order(change)],
        "notes": list(change.notes),
    }


def _resource(found: ResourceChange) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "type": found.type,
        "id": found.id,
        "stack": found.stack,
        "logical_id": found.logical_id,
        "fate": str(found.fate),
        "in": "previous" if found.is_gone else "new",
        "changed": list(found.changed),
        "because": list(reasons(found)),
    }
