"""One thing that two rules find is said once: by the row that knows what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.upgrade import Weight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.model.upgrade import Item

VALID = "manifest-valid"
_QUOTED = regex(r'"([^"]+)"')


def without_twins(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items without those of `manifest-valid` that a row of the table says of the same object and values."""
    found = tuple(items)
    return tuple(item for item in found if item.id != VALID or not any(_says_the_same(item, other) for other in found))


def _says_the_same(item: Item, other: Item) -> bool:
    if other.id == VALID or other.weight is not Weight.BLOCKS:
        return False
    values = _QUOTED.findall(item.says)
    return (
        (item.at, item.site, item.object) == (other.at, other.site, other.object)
        and bool(values)
        and all(value in other.says for value in values)
    )
