"""Which kubectl a layer carries, concluded from independent witnesses.

A witness speaks (`Evidence`) or is silent (None). SOURCES is the precedence: the first that speaks decides,
and all that speak are shown. The program itself comes first, since whoever writes the assembly chooses all the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.records import dataclass
from eks_guard.resolve.kubectl.evidence import analytics, asset_hash, binary, construct, declaration, description

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.model.kubectl import Evidence
    from eks_guard.resolve.kubectl.evidence.layer import LayerSource


@dataclass(frozen=True, slots=True)
class Source:
    """A witness: its question, and whether a published hash makes it superfluous, since it opens `tree.json`."""

    look: Callable[[LayerSource], Evidence | None]
    spared: bool = False


SOURCES = (
    Source(binary.look),
    Source(asset_hash.look),
    Source(construct.look, spared=True),
    Source(description.look),
    Source(analytics.look),
    Source(declaration.look),
)


def testimony(layer: LayerSource) -> tuple[Evidence, ...]:
    """Return what the witnesses say about a layer, in order of precedence."""
    spoken = {source: source.look(layer) for source in SOURCES if not source.spared}
    if not any(evidence and _settles(evidence) for evidence in spoken.values()):
        spoken |= {source: source.look(layer) for source in SOURCES if source.spared}
    return tuple(evidence for source in SOURCES if (evidence := spoken.get(source)))


def _settles(evidence: Evidence) -> bool:
    """A program and a published hash name the version exactly; a layer has no reason to deny its kubectl."""
    return evidence.source in (asset_hash.NAME, binary.NAME) or evidence.kubectl is None
