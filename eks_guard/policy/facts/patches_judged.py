"""Facts about patches of Kubernetes objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import Mistake
from eks_guard.kubernetes.patches import PATCH, STRATEGIC, is_custom, mistakes_in
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.policy.facts.custom_kinds import custom_names
from eks_guard.policy.facts.fact import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.value import Place
    from eks_guard.model.workloads import ManifestText, Patch


def applicable(patch: Patch, context: Context) -> tuple[Observation, ...]:
    """Return whether kubectl can apply a patch, and the one that restores; one observation for each mistake."""
    cluster = context.cluster_of(patch.owner)
    found = (*_readable(patch), *_allowed(patch, cluster))
    return found or (_observed(patch, Known(value=True), f"{patch.at.id} can be applied", patch.applies.place),)


def _readable(patch: Patch) -> Iterator[Observation]:
    if isinstance(patch.kind, Unknown):
        yield _open(patch, patch.kind)
        return
    for name, text in (("applyPatch", patch.applies), ("restorePatch", patch.restores)):
        if isinstance(text, Unknown):
            yield _open(patch, text)
        elif text.value is not None:
            for mistake in _mistakes(patch.kind.value, text.value, name):
                yield _observed(patch, Known(value=False), str(mistake), text.place)


def _mistakes(kind: str, text: ManifestText, name: str) -> tuple[Mistake, ...]:
    return (Mistake(name, PATCH, text.mistake),) if text.mistake else mistakes_in(kind, text.json, name)


def _allowed(patch: Patch, cluster: Cluster | None) -> Iterator[Observation]:
    """A strategic patch needs to know an object's fields, which a server does of Kubernetes' own only."""
    kind, target = patch.kind, patch.target
    if kind != Known(STRATEGIC) or target == Known(None):
        return
    if isinstance(target, Unknown):
        yield _open(patch, target)
    elif is_custom(target.value or "", custom_names(cluster) if cluster else ()):
        says = (
            f"{target.value} is a custom resource, which does not support strategic patches: kubectl will fail with "
            "“UnsupportedMediaType” (415); use PatchType.MERGE"
        )
        yield _observed(patch, Known(value=False), says, target.place)


def _open(patch: Patch, value: Unknown[Any]) -> Observation:
    return _observed(patch, Unknown(value.reason, value.place), value.reason, value.place)


def _observed(patch: Patch, value: Value[bool], says: str, place: Place | None) -> Observation:
    place = place or patch.at.place
    return Observation(value, says, place, (Step(0, "patch", patch.at.id, place),))
