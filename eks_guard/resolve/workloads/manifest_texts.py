"""The text of a manifest as CloudFormation hands it to the handler, with its open parts in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import reason_of
from eks_guard.kubernetes.texts import OpenParts
from eks_guard.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.workloads import ManifestText


UNREADABLE = "it cannot be read from the template"


def manifest_text(manifest: Resource) -> Value[ManifestText]:
    """The text of a manifest, parsed; unknown where it is no text, or the deployment decides all of it."""
    found = json_text(manifest, "Manifest")
    if isinstance(found, Known) and found.value is not None:
        return Known(found.value, found.place)
    if isinstance(found, Unknown) and found.reason != UNREADABLE:
        return Unknown(found.reason, found.place)
    return Unknown(f"the manifest of {manifest.logical_id} cannot be read from the template", manifest.place)


def json_text(resource: Resource, name: str) -> Value[ManifestText | None]:
    """The JSON in a property, with its open parts; None where nothing is written."""
    raw = resource.properties.raw
    written = raw.get(name) if isinstance(raw, dict) else None
    if written is None:
        return Known(None, resource.place)
    open_parts = OpenParts()
    node = resource.properties.child(name, written)
    text = node.text_with(lambda part: open_parts.mark(reason_of(part)))
    if text is None:
        return Unknown(UNREADABLE, node.place)
    parsed = open_parts.parse(text)
    if isinstance(parsed, Unknown):
        return Unknown(parsed.reason, node.place)
    return Known(parsed.value, node.place)
