"""Which kubectl a layer carries, concluded from independent witnesses.

A witness speaks (`Evidence`) or is silent (None). SOURCES is the precedence: the first that speaks decides,
and all that speak are shown. Witnesses that open files are asked only while no other has settled the matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from eks_guard.resolve.kubectl.evidence import analytics, asset_hash, binary, construct, declaration, description

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.model.kubectl import Evidence
    from eks_guard.resolve.kubectl.evidence.layer import LayerSource


class Source(NamedTuple):
    """A witness: its question, and whether it opens files to answer it."""

    look: Callable[[LayerSource], Evidence | None]
    opens_files: bool


SOURCES = (
    Source(asset_hash.look, opens_files=False),
    Source(binary.look, opens_files=True),
    Source(construct.look, opens_files=True),
    Source(description.look, opens_files=False),
    Source(analytics.look, opens_files=False),
    Source(declaration.look, opens_files=False),
)


def testimony(layer: LayerSource) -> tuple[Evidence, ...]:
    """What the witnesses say about a layer, in order of precedence."""
    spoken: dict[Source, Evidence | None] = {source: source.look(layer) for source in SOURCES if not source.opens_files}
    settled = any(evidence and _settles(evidence) for evidence in spoken.values())
    for source in SOURCES:
        if source.opens_files and not settled:
            spoken[source] = source.look(layer)
            settled = spoken[source] is not None
    return tuple(evidence for source in SOURCES if (evidence := spoken.get(source)))


def _settles(evidence: Evidence) -> bool:
    """A published hash is certain, and a layer that says it holds no kubectl has no reason to lie."""
    return evidence.source == asset_hash.NAME or evidence.kubectl is None
