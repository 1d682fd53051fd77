"""What the project declares about a layer that the assembly cannot tell: `declare.layers` in eks-guard.yaml."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.model.kubectl import Evidence

if TYPE_CHECKING:
    from eks_guard.resolve.kubectl.evidence.layer import LayerSource

NAME = "declared"


def look(layer: LayerSource) -> Evidence | None:
    """Speak if a declaration matches the layer's ARN."""
    for declared in layer.declared:
        if layer.arn and fnmatchcase(layer.arn, declared.arn):
            return Evidence(
                NAME,
                declared.kubectl,
                declared.helm,
                f"declared for {declared.arn} in the configuration",
                layer.place,
            )
    return None
