"""Quantities such as `500m`, `1.5Gi` and `2e3`.

https://github.com/kubernetes/apimachinery/blob/master/pkg/api/resource/quantity.go
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

_QUANTITY = re.compile(
    r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))(?:(?P<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?P<exponent>[+-]?\d+))?", re.ASCII
)
_SUFFIXES = {
    **{letter: Fraction(1000) ** power for power, letter in zip(range(-3, 0), "num", strict=True)},
    **{letter: Fraction(1000) ** power for power, letter in enumerate("kMGTPE", 1)},
    **{f"{letter}i": Fraction(1024) ** power for power, letter in enumerate("KMGTPE", 1)},
}
LARGEST_EXPONENT = 40


def is_quantity(value: Any) -> bool:
    """Whether a value of JSON is a quantity: text without blanks inside, or a number."""
    if isinstance(value, str):
        return _QUANTITY.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def amount(value: Any) -> Fraction | None:
    """A quantity as a number; None where it is none, or is open."""
    match = (
        _QUANTITY.fullmatch(value.strip() if isinstance(value, str) else repr(value)) if is_quantity(value) else None
    )
    if match is None:
        return None
    exponent = int(match["exponent"] or 0)
    if abs(exponent) > LARGEST_EXPONENT:
        return None
    scale = _SUFFIXES[match["suffix"]] if match["suffix"] else Fraction(10) ** exponent
    return Fraction(match["number"].rstrip(".")) * scale
