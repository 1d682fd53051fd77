"""The Kubernetes objects of a manifest, with parts that only a deployment knows as marks that are alike in both."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.assembly.following.composed import text_of
from eks_guard.assembly.following.resolution import Attribute
from eks_guard.model.properties import Property
from eks_guard.model.value import OPEN_PART
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates

Identity: TypeAlias = tuple[str, str, str, str]
"""Group, kind, namespace and name."""


@dataclass(frozen=True, slots=True)
class KubernetesObject:
    """One object of a manifest."""

    manifest: Resource
    body: dict[str, Any]
    open_parts: Mapping[str, Resolution]

    @property
    def identity(self) -> Identity:
        """What the API server knows it by; two versions of a group hold one object."""
        group = str(self.body.get("apiVersion") or "").rpartition("/")[0]
        metadata = self._metadata
        namespace = metadata.get("namespace") or "default"
        return group, str(self.body.get("kind") or ""), str(namespace), str(metadata.get("name") or "")

    @property
    def kind(self) -> str:
        """Its kind."""
        return self.identity[1]

    @property
    def annotations(self) -> dict[str, Any]:
        """Its annotations."""
        found = self._metadata.get("annotations")
        return found if isinstance(found, dict) else {}

    @property
    def words(self) -> str:
        """The object as people name it."""
        _, kind, namespace, name = self.identity
        return f"{kind} {namespace}/{name}" if self._metadata.get("namespace") else f"{kind} {name}"

    @property
    def _metadata(self) -> dict[str, Any]:
        found = self.body.get("metadata")
        return found if isinstance(found, dict) else {}


class Objects:
    """The objects of all manifests, each manifest parsed once."""

    def __init__(self, fates: Fates) -> None:
        self._fates = fates
        self._known: dict[Resource, tuple[KubernetesObject, ...] | None] = {}

    def of(self, manifest: Resource) -> tuple[KubernetesObject, ...] | None:
        """The objects of a manifest, also those in a `List`; None where its text is not decided or is no JSON."""
        if manifest not in self._known:
            self._known[manifest] = self._parsed(manifest)
        return self._known[manifest]

    def _parsed(self, manifest: Resource) -> tuple[KubernetesObject, ...] | None:
        open_parts: dict[str, Resolution] = {}

        def mark(part: Resolution) -> str:
            name = f"{OPEN_PART}{self._name(part)}}}"
            open_parts[name] = part
            return name

        node = self._fates.at(manifest, Property.OBJECTS)
        written = text_of(node.stack.follower, node, mark)
        try:
            parsed = json.loads(written) if written is not None else None
        except (ValueError, RecursionError):
            return None
        items = parsed if isinstance(parsed, list) else [parsed]
        objects = [item for item in items if isinstance(item, dict)]
        if len(objects) != len(items):
            return None
        return tuple(KubernetesObject(manifest, body, open_parts) for item in objects for body in _flat(item))

    def _name(self, part: Resolution) -> str:
        """A name for an open part, which is the same in both assemblies where the same is asked."""
        if isinstance(part, Attribute):
            return f"{'/'.join(self._fates.pairing.key(part.resource))}.{part.name}"
        raw = getattr(getattr(part, "node", None), "raw", None)
        return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:16]


def _flat(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    items = item.get("items")
    if str(item.get("kind")).endswith("List") and isinstance(items, list):
        yield from (inner for inner in items if isinstance(inner, dict))
    else:
        yield item
