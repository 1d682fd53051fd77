"""How many of some claims hold at once, where conditions decide some of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eks_guard.model.value import Known, possible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eks_guard.model.value import Cases, Value


def how_many(
    claims: Sequence[Value[bool]], bounds: Callable[[Sequence[tuple[Cases, int]]], tuple[int, int]]
) -> tuple[int, int]:
    """The least and the most of the claims that can hold at once.

    `bounds`: how many can, of claims that hold in some cases, so many in the same ones.
    """
    certain = sum(claim.value for claim in claims if isinstance(claim, Known))
    unknowns = [claim for claim in claims if not isinstance(claim, Known)]
    open_ = sum(not possible(claim) for claim in unknowns)
    alike = Counter(tuple(one.when for one in claim.candidates if one.value) for claim in unknowns if possible(claim))
    least, most = bounds(tuple(alike.items())) if alike else (0, 0)
    return certain + least, certain + most + open_
