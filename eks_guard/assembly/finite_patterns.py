"""The texts that a pattern takes, where it spells them out: `(dev|prod)`, or `v[12]`."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from eks_guard.patterns import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Texts = Sequence[str]


MAX_DEPTH = 20
"""Groups, alternatives and repetitions inside each other."""


class _TooManyError(Exception):
    """More texts than asked for, or some that a pattern does not spell out."""


def texts_of(pattern: str, most: int) -> tuple[str, ...] | None:
    """All texts that a pattern may take as a whole, anchors left aside; None where they are more than some number.

    Raises ValueError for a pattern that is none.
    """
    try:
        return tuple(dict.fromkeys(_of_sequence(tree_of(pattern), most, 0)))
    except _TooManyError:
        return None


def _of_sequence(items: Iterable[Any], most: int, depth: int) -> Texts:
    if depth > MAX_DEPTH:
        raise _TooManyError
    texts: Texts = ("",)
    for operation, argument in items:
        parts = _of_item(str(operation), argument, most, depth)
        if len(texts) * len(parts) > most:
            raise _TooManyError
        texts = [f"{before}{part}" for before, part in product(texts, parts)]
    return texts


def _of_item(operation: str, argument: Any, most: int, depth: int) -> Texts:
    match operation:
        case "LITERAL":
            return (chr(argument),)
        case "AT":
            return ("",)
        case "IN":
            return [letter for item in argument for letter in _of_class(item, most)]
        case "BRANCH":
            return [text for way in argument[1] for text in _of_sequence(way, most, depth + 1)]
        case "SUBPATTERN":
            return _of_sequence(argument[3], most, depth + 1)
        case "MAX_REPEAT":
            return _of_repetition(argument, most, depth + 1)
    raise _TooManyError


def _of_repetition(repetition: Any, most: int, depth: int) -> Texts:
    least, longest, inner = repetition
    if int(longest) > most:
        raise _TooManyError
    return [text for times in range(least, int(longest) + 1) for text in _of_sequence([*inner] * times, most, depth)]


def _of_class(part: Any, most: int) -> Texts:
    """The letters of one part of a class of characters."""
    operation, argument = part
    match str(operation):
        case "LITERAL":
            return (chr(argument),)
        case "RANGE" if argument[1] - argument[0] < most:
            return [chr(letter) for letter in range(argument[0], argument[1] + 1)]
    raise _TooManyError
