"""Manifests and their objects, as facts observe and word them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.fix import Fix
    from eks_guard.model.workloads import Manifest, ManifestObject
    from eks_guard.policy.facts.fact import Context


@dataclass(frozen=True, slots=True)
class Asked:
    """A manifest and the cluster that it is applied to."""

    manifest: Manifest
    cluster: Cluster


def asked_of(manifest: Manifest, context: Context) -> Asked | None:
    """The manifest with its cluster, None where it belongs to none; found once for all that asks of it."""
    return context.once_here(_asked_of, manifest)


def _asked_of(manifest: Manifest, context: Context) -> Asked | None:
    cluster = context.cluster_of(manifest.owner)
    return Asked(manifest, cluster) if cluster else None


def objects_of(manifest: Manifest) -> tuple[ManifestObject, ...]:
    """The objects of a manifest; none where they cannot be read."""
    return manifest.objects.value if isinstance(manifest.objects, Known) else ()


def overwrites(manifest: Manifest) -> bool:
    """A manifest that overwrites, or may, is meant to share its objects."""
    return not (isinstance(manifest.overwrites, Known) and manifest.overwrites.value is False)


def is_known(value: Value[Any], expected: object) -> bool:
    """Whether a value is known, and is the one expected."""
    return isinstance(value, Known) and value.value == expected


def named(item: ManifestObject) -> str:
    """An object in words: `v1 Namespace 'shop'`."""
    return f"{item.api_version} {item.kind} {item.name!r}"


def unread(manifest: Manifest, objects: Unknown[tuple[ManifestObject, ...]]) -> Observation:
    """The observation of a manifest that cannot be read."""
    return Observation(Unknown(objects.reason, manifest.at.place), objects.reason, manifest.at.place)


def fine(manifest: Manifest, says: str) -> Observation:
    """The observation of a manifest in which nothing is wrong."""
    return Observation(Known(value=True, place=manifest.at.place), f"{manifest.at.id} {says}", manifest.at.place)


def about(
    manifest: Manifest, item: ManifestObject, value: Value[bool], says: str, fix: Fix | None = None
) -> Observation:
    """An observation of one object of a manifest."""
    return Observation(value, says, manifest.at.place, (Step(0, "manifest", named(item), manifest.at.place),), fix)
