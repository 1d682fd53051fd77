"""Which asset the code of a function, or the content of a layer, is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Literal

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource

_HASH = re.compile(r"[0-9a-f]{64}")


def asset_hash(resource: Resource, key: str) -> str | None:
    """The hash of an asset at `Code` or `Content`: the stem of its S3 key, or part of CDK v1's parameter names."""
    raw = resource.properties.raw
    written = raw.get(key, {}) if isinstance(raw, dict) else {}
    found = resource.properties.dig(key, "S3Key")
    literal = found.node.raw if isinstance(found, Literal) else None
    for text in (literal, json.dumps(written), resource.metadata.get("aws:asset:path")):
        digests = _HASH.findall(text) if isinstance(text, str) else []
        if digests:
            return str(digests[-1])
    return None
