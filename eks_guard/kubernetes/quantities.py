"""Quantities such as `500m`, `1.5Gi` and `2e3`.

https://github.com/kubernetes/apimachinery/blob/master/pkg/api/resource/quantity.go
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex

if TYPE_CHECKING:
    from fractions import Fraction

_QUANTITY = regex(
    r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))(?:(?P<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?P<exponent>[+-]?\d+))?", re.ASCII
)
_SUFFIXES = {
    **{letter: (1000, power) for power, letter in zip(range(-3, 0), "num", strict=True)},
    **{letter: (1000, power) for power, letter in enumerate("kMGTPE", 1)},
    **{f"{letter}i": (1024, power) for power, letter in enumerate("KMGTPE", 1)},
}
"""A base and its power."""
LARGEST_EXPONENT = 40


def is_quantity(value: Any) -> bool:
    """Whether a value of JSON is a quantity: text without blanks inside, or a number."""
    if isinstance(value, str):
        return _QUANTITY.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def amount(value: Any) -> Fraction | None:
    """A quantity as a number; None where it is none, or is open."""
    from fractions import Fraction  # noqa: PLC0415 (few checks compare quantities)

    match = (
        _QUANTITY.fullmatch(value.strip() if isinstance(value, str) else repr(value)) if is_quantity(value) else None
    )
    if match is None:
        return None
    exponent = int(match["exponent"] or 0)
    if abs(exponent) > LARGEST_EXPONENT:
        return None
    base, power = _SUFFIXES[match["suffix"]] if match["suffix"] else (10, exponent)
    return Fraction(match["number"].rstrip(".")) * Fraction(base) ** power
