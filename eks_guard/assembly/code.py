"""Which asset the code of a function, or the content of a layer, is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Choice, Literal, alternatives
from eks_guard.matching import regex

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource

_HASH = regex(r"[0-9a-f]{64}")


def asset_hash(resource: Resource, key: str) -> str | None:
    """The hash of an asset at `Code` or `Content`: the stem of its S3 key, or part of CDK v1's parameter names.

    None where there are several, of which a deployment chooses one.
    """
    found = resource.properties.dig(key, "S3Key")
    if isinstance(found, Choice):
        digests = {_last(branch.node.raw) for _, branch in alternatives(found) if isinstance(branch, Literal)}
        return digests.pop() if len(digests) == 1 else None
    written = json.dumps(resource.properties.raw.get(key)) if isinstance(resource.properties.raw, dict) else ""
    literal = _last(found.node.raw) if isinstance(found, Literal) else None
    return literal or _only(written) or _last(resource.metadata.get("aws:asset:path"))


def _last(text: object) -> str | None:
    digests = _HASH.findall(text) if isinstance(text, str) else []
    return str(digests[-1]) if digests else None


def _only(text: str) -> str | None:
    digests = set(_HASH.findall(text))
    return digests.pop() if len(digests) == 1 else None
