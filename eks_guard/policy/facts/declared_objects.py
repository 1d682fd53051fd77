"""Facts about objects that several manifests declare."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from eks_guard.model.value import Known, Unknown, Value
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.manifest import Asked, about, asked_of, is_known, named, objects_of, overwrites
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.finding import Observation
    from eks_guard.model.workloads import Manifest, ManifestObject


def _objects_unique(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    asked = asked_of(manifest, context)
    if asked is None or isinstance(asked.manifest.objects, Unknown):
        return ()
    if overwrites(asked.manifest):
        return tuple(_overwritten(asked, context))
    observations = []
    before = [m for m in _before(asked) if not overwrites(m)]
    unread = next((m for m in before if isinstance(m.objects, Unknown)), None)
    for item in asked.manifest.objects.value:
        if item.open:
            continue
        met = [m for m in before if any(_same(item, other) for other in objects_of(m))]
        twins = [m for m in met if _together(m, asked.manifest, context) is not False]
        twin = next((m for m in twins if _together(m, asked.manifest, context)), None)
        unique: Value[bool] = Known(twin is None, asked.manifest.at.place)
        says = f"{named(item)} is declared once"
        if twin:
            says = (
                f'{named(item)} is also declared by {twin.at.id}: the deploy will fail with "Error from server '
                f'(AlreadyExists): "{item.name}" already exists", or one deletes what the other created'
            )
        elif twins:
            says = (
                f"{named(item)} is also declared by {twins[0].at.id}, and conditions decide whether both are deployed"
            )
            unique = Unknown(says, asked.manifest.at.place)
        elif unread:
            says = f"whether {unread.at.id} declares {named(item)}, too, is unknown: its objects are"
            unique = Unknown(says, asked.manifest.at.place)
        observations.append(about(asked.manifest, item, unique, says))
    return tuple(observations)


def _overwritten(asked: Asked, context: Context) -> Iterator[Observation]:
    """The objects of a manifest that overwrites which an earlier one overwrites as well, with other content."""
    if not is_known(asked.manifest.overwrites, True):
        return
    earlier = [m for m in _before(asked) if is_known(m.overwrites, True) and _together(m, asked.manifest, context)]
    for item in objects_of(asked.manifest):
        twins = (m for m in earlier for other in objects_of(m) if _same(item, other) and item.body != other.body)
        twin = None if item.open else next(twins, None)
        if twin:
            says = (
                f"{named(item)} is also overwritten by {twin.at.id} with different content: whichever is "
                "applied last replaces what the other wrote"
            )
            yield about(asked.manifest, item, Known(value=False, place=asked.manifest.at.place), says)


def _before(asked: Asked) -> Iterator[Manifest]:
    """The manifests of the cluster that stand before one, in the order of the templates."""
    return takewhile(lambda manifest: manifest.at.resource != asked.manifest.at.resource, asked.cluster.manifests)


def _together(one: Manifest, other: Manifest, context: Context) -> bool | None:
    """Whether a deployment that applies either of two manifests applies both; None where conditions leave it open."""
    return context.estate.resources.together(one.at.resource, other.at.resource)


def _same(one: ManifestObject, other: ManifestObject) -> bool:
    return not other.open and _key(one) == _key(other)


def _key(item: ManifestObject) -> tuple[str, str, str, str]:
    group = item.api_version.rpartition("/")[0]
    return group, item.kind, item.namespace or "default", item.name


FACTS = (
    Fact(
        "manifest.objects_unique",
        BOOLEAN,
        "Whether no earlier manifest of the cluster declares the same object, unless they overwrite.",
        "true",
        _objects_unique,
        match=("manifest",),
    ),
)
