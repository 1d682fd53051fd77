"""What the witnesses look at: a layer of a handler, and what the assembly holds about it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.references import Literal, References
from eks_guard.resolve.evidence.memory import NO_MEMORY, Memory

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource
    from eks_guard.data import Tables
    from eks_guard.model.declaration import DeclaredLayer
    from eks_guard.model.value import Place

_HASH = re.compile(r"[0-9a-f]{64}")
LAYER_VERSION = "AWS::Lambda::LayerVersion"


@dataclass(frozen=True)
class LayerSource:
    """A layer as a handler names it: a resource of the app, or the text of an ARN from elsewhere."""

    references: References
    tables: Tables
    place: Place
    resource: Resource | None = None
    arn: str | None = None
    declared: tuple[DeclaredLayer, ...] = ()
    memory: Memory = NO_MEMORY

    @cached_property
    def asset_hash(self) -> str | None:
        """The hash of the layer's asset: the stem of its S3 key, or part of CDK v1's parameter names."""
        if self.resource is None or self.resource.type != LAYER_VERSION:
            return None
        content = (
            self.resource.properties.raw.get("Content", {}) if isinstance(self.resource.properties.raw, dict) else {}
        )
        found = self.references.dig(self.resource.properties, "Content", "S3Key")
        key = found.node.raw if isinstance(found, Literal) else None
        for text in (key, json.dumps(content), self.resource.metadata.get("aws:asset:path")):
            digests = _HASH.findall(text) if isinstance(text, str) else []
            if digests:
                return str(digests[-1])
        return None

    def of(self, resource: Resource) -> LayerSource:
        """Another resource, seen with the same eyes."""
        return replace(self, resource=resource, place=resource.place)

    def property(self, name: str) -> Any:
        """A literal property of the layer, else None."""
        if self.resource is None:
            return None
        found = self.references.dig(self.resource.properties, name)
        return found.node.raw if isinstance(found, Literal) else None
