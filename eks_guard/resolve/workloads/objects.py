"""One object of a manifest, as the other wings ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.expressions import Expression, expression, joined
from eks_guard.matching import regex
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource

OPEN = "${open}"
"""Stands in the text for a part that only the deployment knows, and that has no name."""
_MARK = regex(r"(\$\{[^{}]*\})")


@dataclass(frozen=True, slots=True)
class KubernetesObject:
    """One object of a manifest, parsed; `index` is its place in the manifest.

    `open_parts` are the parts that only the deployment knows, by the placeholder that stands for each.
    """

    resource: Resource
    index: int
    body: dict[str, Any]
    open_parts: Mapping[str, Resolution]

    @property
    def kind(self) -> str:
        """Its kind, such as `Deployment`; empty where it is not told."""
        return str(self.body.get("kind") or "")

    @property
    def name(self) -> str:
        """Its name; `${open}` in it where the deployment decides."""
        return str(self._metadata.get("name") or "")

    @property
    def namespace(self) -> str:
        """Its namespace, `default` where none is given, as kubectl does."""
        return str(self._metadata.get("namespace") or "default")

    @property
    def annotations(self) -> dict[str, Any]:
        """Its annotations."""
        found = self._metadata.get("annotations")
        return found if isinstance(found, dict) else {}

    def spelled(self, text: str) -> Expression | None:
        """Return what a text of the object is made of; None where a part of it has no name."""
        if text in self.open_parts and text != OPEN:
            return expression(self.open_parts[text])
        if OPEN in text:
            return None
        pieces = _MARK.split(text)
        return joined(
            expression(self.open_parts[piece]) if piece in self.open_parts else Expression((piece,))
            for piece in pieces
            if piece
        )

    @property
    def _metadata(self) -> dict[str, Any]:
        found = self.body.get("metadata")
        return found if isinstance(found, dict) else {}
