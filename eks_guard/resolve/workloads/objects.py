"""One object of a manifest, as the other wings ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource


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

    @property
    def _metadata(self) -> dict[str, Any]:
        found = self.body.get("metadata")
        return found if isinstance(found, dict) else {}
