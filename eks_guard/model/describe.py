"""The one voice for known and unknown values in sentences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.model.value import EMPTY, Known, describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.value import Candidate, Value, When


MAX_BRANCHES = 4
"""Branches of a deployment that a sentence names."""
MAX_SHOWN = 60
"""Characters of a value that a message shows."""
VERSION_OF_EKS = "the version that EKS "
"""Begins the condition of a candidate that stands for a version in EKS's calendar."""


def as_written(raw: Any) -> str:
    """A value of a template for a message, shortened: JSON, but a text in single quotes."""
    if isinstance(raw, str):
        return repr(raw) if len(raw) <= MAX_SHOWN else f"{raw[: MAX_SHOWN - 1]!r}…"
    return shortened(json.dumps(raw, ensure_ascii=False))


def shortened(text: str) -> str:
    """A text for a sentence, its end left out where it is long."""
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


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
    """Each value once, with the branches in which it is: "extended if Minor is 1.33 or 1.34, standard if …"."""
    branches: dict[str, list[When]] = {}
    for one in candidates:
        branches.setdefault(in_words(Known(one.value)), []).append(one.when)
    first, *others = (f"{words} if {_any_of(whens)}" for words, whens in branches.items())
    name = candidates[0].when[0][0] if candidates[0].when else ""
    if name.startswith(VERSION_OF_EKS):
        others = [other.replace(name, "it") for other in others]
    return ", ".join((first, *others))


def in_some(branches: Sequence[str]) -> str:
    """Some branches of a deployment by what each depends on, to follow an `if`; of many the first."""
    more = " and in further cases" if branches[MAX_BRANCHES:] else ""
    return f"{' or if '.join(branches[:MAX_BRANCHES])}{more}"


def _any_of(whens: list[When]) -> str:
    """Several branches; those that one thing tells apart name it once."""
    names = {tuple(name for name, _ in when) for when in whens}
    name = names.pop() if len(names) == 1 else ()
    if len(name) != 1:
        return " or if ".join(map(describe, whens))
    *others, last = (value or EMPTY for ((_, value),) in whens)
    return f"{name[0]} is {', '.join(others)}{' or ' if others else ''}{last}"


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
