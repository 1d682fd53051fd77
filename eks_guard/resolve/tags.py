"""Tags in either form of CloudFormation: a mapping, or a list of keys and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import as_written
from eks_guard.model.value import Known, Unknown, lift
from eks_guard.resolve.read import read, text

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node
    from eks_guard.model.value import Value


def tags(node: Node) -> Value[tuple[tuple[str, str], ...]]:
    """The tags that are written at a place, as pairs; unknown where one is."""
    match node.raw:
        case dict(pairs):
            found = [_tag(Known(str(key)), read(node, key, parse=text, absent="")) for key in pairs]
        case list(rows):
            entries = [node.child(index, row) for index, row in enumerate(rows)]
            found = [read(entry, parse=_tag_of_list, absent=None) for entry in entries]
        case _:
            return Unknown(f"found {as_written(node.raw)}, expected tags", node.place)
    every: Value[tuple[tuple[str, str], ...]] = lift(lambda *pairs: tuple(tag for tag in pairs if tag), *found)
    return Known(every.value, node.place) if isinstance(every, Known) else every


def _tag_of_list(entry: Node) -> Value[tuple[str, str] | None]:
    return _tag(*(read(entry, key, parse=text, absent="") for key in ("Key", "Value")))


def _tag(key: Value[str], value: Value[str]) -> Value[tuple[str, str] | None]:
    return lift(lambda *pair: pair, key, value)
