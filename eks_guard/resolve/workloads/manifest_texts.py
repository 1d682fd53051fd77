"""The text of a manifest as CloudFormation hands it to the handler, with its open parts in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.composed import text_from
from eks_guard.assembly.following.resolution import reason_of
from eks_guard.kubernetes.texts import OpenParts
from eks_guard.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.workloads import ManifestText


UNREADABLE = "it cannot be read from the template"


def manifest_text(manifest: Resource, node: Node | None, pieces: Iterable[str | Resolution]) -> Value[ManifestText]:
    """The text of a manifest, parsed; unknown where it is no text, or the deployment decides all of it.

    `node` is where it is written, if it is, and `pieces` those of the text there.
    """
    found = _parsed(node, pieces) if node and node.raw is not None else None
    if found is None or (isinstance(found, Unknown) and found.reason == UNREADABLE):
        return Unknown(f"the manifest of {manifest.logical_id} cannot be read from the template", manifest.place)
    return found


def json_text(resource: Resource, name: str) -> Value[ManifestText | None]:
    """The JSON in a property, with its open parts; None where nothing is written."""
    raw = resource.properties.raw
    written = raw.get(name) if isinstance(raw, dict) else None
    if written is None:
        return Known(None, resource.place)
    node = resource.properties.child(name, written)
    return _parsed(node, node.parts())


def _parsed(node: Node, pieces: Iterable[str | Resolution]) -> Value[Any]:
    open_parts = OpenParts()
    text = text_from(pieces, lambda part: open_parts.mark(reason_of(part)))
    if text is None:
        return Unknown(UNREADABLE, node.place)
    parsed = open_parts.parse(text)
    return Unknown(parsed.reason, node.place) if isinstance(parsed, Unknown) else Known(parsed.value, node.place)
