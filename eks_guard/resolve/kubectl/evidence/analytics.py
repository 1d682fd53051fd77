"""What CDK reports about a stack in `AWS::CDK::Metadata`: the classes in it with the versions of their packages.

It is told for each stack, not for each layer, so it speaks only where a stack has one layer and one class for it.
"""

from __future__ import annotations

import base64
import re
import zlib
from typing import TYPE_CHECKING

from eks_guard.model.kubectl import Evidence
from eks_guard.resolve.kubectl.evidence import description
from eks_guard.resolve.kubectl.evidence.construct import published_by
from eks_guard.resolve.kubectl.evidence.layer import LAYER_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.resolve.kubectl.evidence.layer import LayerSource

NAME = "analytics"
METADATA = "AWS::CDK::Metadata"
MAX_TEXT = 1 << 20
"""Bytes of the unpacked report that are read at most; real ones have a few thousand."""
MAX_DEPTH = 50
_PREFIX = "v2:deflate64:"
_GZIP = 31
_PIECES = re.compile(r"[{},]|[^{},]+")


def look(layer: LayerSource) -> Evidence | None:
    """Speak if the stack's report names one class of kubectl layer, and the stack has no other layer to confuse."""
    if layer.resource is None or layer.resource.type != LAYER_VERSION:
        return None
    stack = layer.resource.stack
    for other in stack.of_type(LAYER_VERSION):
        if other is not layer.resource and layer.of(other).property("Description") != description.AWS_CLI:
            return None
    reports = [layer.of(resource).property("Analytics") for resource in stack.of_type(METADATA)]
    found = {
        (name, version)
        for report in reports
        if isinstance(report, str)
        for version, name in classes_in(report)
        if "kubectl" in name.lower() and name.endswith("Layer")
    }
    if len(found) != 1:
        return None
    name, version = found.pop()
    published = published_by(layer.tables, name, version)
    if published is None:
        return None
    return Evidence(NAME, published.kubectl, published.helm, f"the stack reports {name} {version}", layer.place)


def classes_in(report: str) -> Iterator[tuple[str, str]]:
    """Version and class of all in a report: a gzipped tree of beginnings, `2.{276.0!aws-cdk-lib.{Stack,…},…}`."""
    try:
        packed = base64.b64decode(report.removeprefix(_PREFIX), validate=True)
        text = zlib.decompressobj(_GZIP).decompress(packed, MAX_TEXT).decode("utf-8")
    except (ValueError, zlib.error):
        return
    for entry in _expanded(text):
        version, separator, name = entry.partition("!")
        if separator:
            yield version, name


def _expanded(text: str) -> Iterator[str]:
    """Every entry of the tree in full."""
    beginnings = [""]
    current = ""
    for piece in _PIECES.findall(text):
        if piece == "{":
            beginnings.append(beginnings[-1] + current)
            current = ""
        elif piece in (",", "}"):
            if current:
                yield beginnings[-1] + current
            current = ""
            if piece == "}" and len(beginnings) > 1:
                beginnings.pop()
        else:
            current = piece
        if len(beginnings) > MAX_DEPTH:
            return
    if current:
        yield beginnings[-1] + current
