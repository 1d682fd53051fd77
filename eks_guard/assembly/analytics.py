"""What CDK reports about a stack in `AWS::CDK::Metadata`: the classes in it with the versions of their packages."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING

from eks_guard.matching import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

METADATA = "AWS::CDK::Metadata"
MAX_TEXT = 1 << 20
"""Bytes of the unpacked report that are read at most; real ones have a few thousand."""
MAX_DEPTH = 50
_PREFIX = "v2:deflate64:"
_GZIP = 31
_PIECES = regex(r"[{},]|[^{},]+")


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
