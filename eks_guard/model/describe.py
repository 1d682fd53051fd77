"""The one voice for known and unknown values in sentences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.model.value import EMPTY, Known, describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.value import Candidate, Unknown, Value, When


MAX_BRANCHES = 4
"""Branches of a deployment that a sentence names."""
MAX_VALUES = 12
"""Values of one parameter that it names."""
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
    return f"{value.reason}: {_of_parameter(value) or _by_branch(value.candidates)}"


def in_branches(value: Value[Any]) -> str:
    """A value for the sentence of a failure: one text, or what it is in each branch of the deployment."""
    if isinstance(value, Known) or not value.candidates:
        return in_words(value)
    texts = {in_words(Known(candidate.value)) for candidate in value.candidates}
    return texts.pop() if len(texts) == 1 else _of_calendar(value.candidates) or _by_branch(value.candidates)


def _of_parameter(value: Unknown[Any]) -> str | None:
    """What a parameter may be, where the value is its value and the reason names it: "1.27, 1.28 or 1.35"."""
    name = _own(value.candidates)
    if name is None:
        return None
    if name.startswith(VERSION_OF_EKS):
        return _of_calendar(value.candidates)
    return _or([str(one.value) for one in value.candidates]) if f" {name} " in value.reason else None


def _own(candidates: tuple[Candidate[Any], ...]) -> str | None:
    """The one thing of which candidates are the values as they stand; None where they are not."""
    names = {name for one in candidates for name, _ in one.when}
    name = names.pop() if len(names) == 1 else None
    return name if all(one.when == ((name, str(one.value)),) for one in candidates) else None


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


def in_some(branches: Sequence[When]) -> str:
    """Some branches of a deployment by what each depends on, to follow an `if`; of many the first.

    Those that one thing tells apart name it once: "Minor is 1.33 or 1.34 or if IsProd is true and Stage is dev".
    """
    alike: dict[tuple[str, ...], list[When]] = {}
    for when in branches:
        alike.setdefault(tuple(name for name, _ in when), []).append(when)
    told: list[str] = []
    for names, whens in alike.items():
        told += [_any_of(whens[:MAX_VALUES])] if len(names) == 1 else map(describe, whens)
    left_out = told[MAX_BRANCHES:] or any(len(whens) > MAX_VALUES for names, whens in alike.items() if len(names) == 1)
    return f"{' or if '.join(told[:MAX_BRANCHES])}{' and in further cases' if left_out else ''}"


def _any_of(whens: list[When]) -> str:
    """Several branches; those that one thing tells apart name it once."""
    names = {tuple(name for name, _ in when) for when in whens}
    name = names.pop() if len(names) == 1 else ()
    if len(name) != 1:
        return " or if ".join(map(describe, whens))
    return f"{name[0]} is {_or([value or EMPTY for ((_, value),) in whens])}"


def _or(texts: list[str]) -> str:
    """Alternatives in a row: "1.27, 1.28 or 1.35"."""
    *others, last = texts
    return f"{', '.join(others)}{' or ' if others else ''}{last}"


def _of_calendar(candidates: tuple[Candidate[Any], ...]) -> str | None:
    """Versions of EKS's calendar, of which there are no others: "1.31 to 1.37, every version that EKS runs on …"."""
    name = _own(candidates) or ""
    if not name.startswith(VERSION_OF_EKS):
        return None
    return f"{candidates[0].value} to {candidates[-1].value}, every {name.removeprefix('the ')}"


def count(number: int, noun: str, nouns: str | None = None) -> str:
    """A number with its noun; `nouns` where the plural is more than an s."""
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"


def listed(items: tuple[str, ...]) -> str:
    """Some texts in a row."""
    return ", ".join(map(str, items)) if items else "none"
