"""Which known name a misspelt one is surely meant for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONG = 6
"""Characters of a word in which another letter is taken for a slip; `Rule` and `Role` are two words."""


def slip(name: str, known: Iterable[str], *, changed: bool = True) -> str | None:
    """The known name of which this one is a slip of the fingers: one letter lost, added, changed or exchanged, or case.

    Where names that are not known may be right, only such a one is surely meant for another. Without `changed`, a name
    with another letter is another name.
    """
    return next((word for word in sorted(known) if word != name and _is_slip(name, word, changed)), None)


def _is_slip(name: str, word: str, changed: bool) -> bool:
    if name.lower() == word.lower():
        return True
    if len(name) > len(word):
        name, word = word, name
    if len(word) - len(name) > 1:
        return False
    start = next((index for index, letter in enumerate(name) if letter != word[index]), len(name))
    if len(name) < len(word):
        return name[start:] == word[start + 1 :]
    swapped = name[start : start + 2] == word[start : start + 2][::-1] and name[start + 2 :] == word[start + 2 :]
    return swapped or (changed and len(word) >= LONG and name[start + 1 :] == word[start + 1 :])
