"""The hash of the asset, against the table of published layers.

CDK derives it from the Dockerfile that the layer is built from, so it names kubectl and Helm exactly and is the
same in every CDK release and language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.kubectl import Evidence

if TYPE_CHECKING:
    from eks_guard.resolve.kubectl.evidence.layer import LayerSource

NAME = "asset-hash"


def look(layer: LayerSource) -> Evidence | None:
    """Speak if the hash is one that was published."""
    digest = layer.asset_hash
    published = layer.tables.published_layers.get(digest) if digest else None
    if published is None or digest is None:
        return None
    holds = "" if published.kubectl else ", which contains no kubectl"
    return Evidence(
        NAME,
        published.kubectl,
        published.helm,
        f"asset {digest[:8]}… is {published.name}{holds}",
        layer.place,
    )
