"""The resources of a change as subjects of policies."""

from __future__ import annotations

from eks_guard.model.change import Change
from eks_guard.model.finding import Subject


def change_subjects(change: Change) -> tuple[Subject, ...]:
    """One subject for each resource, also for what only the previous assembly has."""
    return tuple(
        Subject(found.kind, found.id, found.stack, found.place, found.resource, source=found.source, change=found)
        for found in change.resources
    )
