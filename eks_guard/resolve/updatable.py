"""Reads the properties of a resource that an update can touch, typed as the table says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.properties import Setting
from eks_guard.model.value import Known, Unknown
from eks_guard.resolve.plain import GONE, plain
from eks_guard.resolve.read import flag, link_of, read, targets, text, texts, whole_number
from eks_guard.resolve.tags import tags

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.data.rows import WrittenProperty
    from eks_guard.model.properties import Property
    from eks_guard.model.value import Value

PARSERS: dict[str, Callable[[Node], Value[Any]]] = {
    "text": text,
    "flag": flag,
    "number": whole_number,
    "texts": texts,
    "target": text,
    "targets": targets,
    "tags": tags,
}
"""How each kind of property is read; a record is JSON."""


def settings_of(resource: Resource, rows: Mapping[Property, WrittenProperty]) -> tuple[Setting, ...]:
    """Every property in `rows`, also those that are not written."""
    return tuple(
        Setting(property_, ".".join(row.path), _value(resource.properties, row)) for property_, row in rows.items()
    )


def _value(properties: Node, row: WrittenProperty) -> Value[Any]:
    if row.kind == "record":
        return _record(properties, row.path)
    attribute = link_of if row.kind == "target" else None
    return read(properties, *row.path, parse=PARSERS[row.kind], absent=None, attribute=attribute)


def _record(properties: Node, path: tuple[str, ...]) -> Value[Any]:
    """JSON, in which a part that a deployment decides is unknown on its own."""
    found = plain(properties.dig(*path))
    if isinstance(found, Unknown):
        return found
    return Known(None if found is GONE else found)
