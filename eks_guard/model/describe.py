"""The one voice for known and unknown values in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.value import Known, describe

if TYPE_CHECKING:
    from eks_guard.model.value import Candidate, Value


VERSION_OF_EKS = "the version that EKS "
"""Begins the condition of a candidate that stands for a version in EKS's calendar."""


def in_words(value: Value[Any]) -> str:
    """A value for a sentence; of an unknown one the reason, with all that it can be."""
    if isinstance(value, Known):
        return listed(value.value) if isinstance(value.value, tuple) else str(value.value)
    if not value.candidates:
        return value.reason
    return f"{value.reason}: {_of_calendar(value.candidates) or _by_branch(value.candidates)}"


def in_branches(value: Value[Any]) -> str:
    """A value for the sentence of a failure: one text, or what it is in each branch of the deployment."""
    if isinstance(value, Known) or not value.candidates:
        return in_words(value)
    texts = {in_words(Known(candidate.value)) for candidate in value.candidates}
    return texts.pop() if len(texts) == 1 else _of_calendar(value.candidates) or _by_branch(value.candidates)


def _by_branch(candidates: tuple[Candidate[Any], ...]) -> str:
    return ", ".join(f"{in_words(Known(one.value))} if {describe(one.when)}" for one in candidates)


def _of_calendar(candidates: tuple[Candidate[Any], ...]) -> str | None:
    """Versions of EKS's calendar, of which there are no others: "1.31 to 1.37, every version that EKS runs on …"."""
    names = {name for one in candidates for name, _ in one.when}
    name = names.pop() if len(names) == 1 else ""
    if not name.startswith(VERSION_OF_EKS) or any(one.when != ((name, str(one.value)),) for one in candidates):
        return None
    return f"{candidates[0].value} to {candidates[-1].value}, every {name.removeprefix('the ')}"


def count(number: int, noun: str, nouns: str | None = None) -> str:
    """A number with its noun; `nouns` where the plural is more than an s."""
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"


def listed(items: tuple[str, ...]) -> str:
    """Some texts in a row."""
    return ", ".join(map(str, items)) if items else "none"
