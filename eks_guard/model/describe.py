"""The one voice for known and unknown values in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.value import Known, describe

if TYPE_CHECKING:
    from eks_guard.model.value import Value


def in_words(value: Value[Any]) -> str:
    """A value for a sentence; of an unknown one the reason, with all that it can be."""
    if isinstance(value, Known):
        return listed(value.value) if isinstance(value.value, tuple) else str(value.value)
    if not value.candidates:
        return value.reason
    return f"{value.reason}: " + ", ".join(
        f"{in_words(Known(candidate.value))} if {describe(candidate.when)}" for candidate in value.candidates
    )


def in_branches(value: Value[Any]) -> str:
    """A value for the sentence of a failure: one text, or what it is in each branch of the deployment."""
    if isinstance(value, Known) or not value.candidates:
        return in_words(value)
    branches = [(in_words(Known(candidate.value)), candidate.when) for candidate in value.candidates]
    if len({text for text, _ in branches}) == 1:
        return branches[0][0]
    return ", ".join(f"{text} if {describe(when)}" for text, when in branches)


def listed(items: tuple[str, ...]) -> str:
    """Some texts in a row."""
    return ", ".join(map(str, items)) if items else "none"
