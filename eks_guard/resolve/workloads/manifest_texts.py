"""The text of a manifest as CloudFormation hands it to the handler, with its open parts in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.resolution import reason_of
from eks_guard.kubernetes.texts import OpenParts
from eks_guard.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.manifest_text import ManifestText


def manifest_text(manifest: Resource) -> Value[ManifestText]:
    """The text of a manifest, parsed; unknown where it is no text, or the deployment decides all of it."""
    raw = manifest.properties.raw
    written = raw.get("Manifest") if isinstance(raw, dict) else None
    open_parts = OpenParts()
    node = manifest.properties.child("Manifest", written)
    text = None if written is None else node.text_with(lambda part: open_parts.mark(reason_of(part)))
    if text is None:
        return Unknown(f"the manifest of {manifest.logical_id} cannot be read from the template", manifest.place)
    parsed = open_parts.parse(text)
    if isinstance(parsed, Unknown):
        return Unknown(parsed.reason, node.place)
    return Known(parsed.value, node.place)
