"""Facts about objects that several manifests declare."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING

from eks_guard.model.value import Known, Unknown, Value
from eks_guard.policy.facts.declared import declared_in, key_of
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.manifest import about, asked_of, is_known, named, objects_of, overwrites
from eks_guard.policy.operators import BOOLEAN
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.declared import Declaration, Declared
    from eks_guard.model.finding import Observation
    from eks_guard.model.workloads import Manifest, ManifestObject


MAX_TWINS = 20
"""Earlier manifests that declare one object and are compared with it; more are taken as unknown."""


def _objects_unique(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    asked = asked_of(manifest, context)
    if asked is None or isinstance(asked.manifest.objects, Unknown):
        return ()
    declared = declared_in(asked.cluster, context)
    if isinstance(asked.manifest.overwrites, Unknown):
        return tuple(_perhaps_overwritten(asked.manifest, asked.manifest.overwrites, declared, context))
    if overwrites(asked.manifest):
        return tuple(_overwritten(asked.manifest, declared, context))
    unread = next((found for found in declared.unread if _may_come_first(found, manifest, declared)), None)
    return tuple(
        _once(asked.manifest, item)
        if unread is None and _is_alone(item, declared)  # as most are
        else _unique(asked.manifest, item, declared, unread[1] if unread else None, context)
        for item in asked.manifest.objects.value
        if not item.open
    )


def _is_alone(item: ManifestObject, declared: Declared) -> bool:
    """Whether nothing else declares an object, be it to create or to overwrite it."""
    key = key_of(item)
    created = declared.objects.get((key, False), ())
    return len(created) == 1 and created[0].item is item and (key, True) not in declared.objects


def _once(manifest: Manifest, item: ManifestObject) -> Observation:
    unique: Value[bool] = Known(value=True, place=manifest.at.place)
    return about(manifest, item, unique, f"{named(item)} is declared once")


def _may_come_first(unread: tuple[int, Manifest], manifest: Manifest, declared: Declared) -> bool:
    """Whether a manifest whose objects are unknown may be applied before one that creates some."""
    order, other = unread
    if overwrites(other):
        return manifest.at.resource not in other.after
    return order < declared.order[manifest.at.resource]


def _unique(
    manifest: Manifest, item: ManifestObject, declared: Declared, unread: Manifest | None, context: Context
) -> Observation:
    """Whether no earlier manifest creates the same object."""
    earlier = _earlier(manifest, item, declared)
    met = [(found.manifest, _together(found.manifest, manifest, context)) for found in earlier[:MAX_TWINS]]
    twin = next((found for found, together in met if together), None)
    perhaps = next((found for found, together in met if together is None), None)
    if len(earlier) > MAX_TWINS:
        perhaps = perhaps or earlier[MAX_TWINS].manifest
    racers = [] if twin else list(_racing(manifest, item, declared, context))
    racing = next((found for found, together in racers if together), None)
    overwriting = next((found for found, _ in racers), None)
    unique: Value[bool] = Known(twin is None and racing is None, manifest.at.place)
    says = f"{named(item)} is declared once"
    if racing:
        says = (
            f"{named(item)} is also written by {racing.at.id}, which overwrites and does not depend on "
            f'{manifest.at.id}: if it is applied first, the deploy will fail with "Error from server '
            f'(AlreadyExists): "{item.name}" already exists"'
        )
    elif twin:
        says = (
            f'{named(item)} is also declared by {twin.at.id}: the deploy will fail with "Error from server '
            f'(AlreadyExists): "{item.name}" already exists", or one deletes what the other created'
        )
    elif perhaps:
        says = f"{named(item)} is also declared by {perhaps.at.id}, and conditions decide whether both are deployed"
        unique = Unknown(says, manifest.at.place)
    elif overwriting:
        says = f"{named(item)} is also written by {overwriting.at.id}, which may overwrite it and may be applied first"
        unique = Unknown(says, manifest.at.place)
    elif unread:
        says = f"whether {unread.at.id} declares {named(item)}, too, is unknown: its objects are"
        unique = Unknown(says, manifest.at.place)
    observed = about(manifest, item, unique, says)
    return replace(observed, remedy=ONE_AFTER_THE_OTHER) if racing else observed


ONE_AFTER_THE_OTHER = (
    "Declare the object in one place. Otherwise let the manifest that overwrites depend on the one that creates "
    "(`node.addDependency`)."
)


def _racing(
    manifest: Manifest, item: ManifestObject, declared: Declared, context: Context
) -> Iterator[tuple[Manifest, bool | None]]:
    """The manifests that may overwrite an object of this one and be applied before it; None where that is open."""
    for found in declared.objects.get((key_of(item), True), [])[:MAX_TWINS]:
        other = found.manifest
        if other.at.resource == manifest.at.resource or manifest.at.resource in other.after:
            continue
        together = _together(other, manifest, context)
        if together is not False:
            yield other, together if is_known(other.overwrites, True) else None


def _overwritten(manifest: Manifest, declared: Declared, context: Context) -> Iterator[Observation]:
    """The objects of a manifest that overwrites which an earlier one overwrites as well, with other content."""
    for item in objects_of(manifest):
        earlier = _earlier(manifest, item, declared)
        twin = next((found for found in earlier[:MAX_TWINS] if _differs(found, manifest, item, context)), None)
        found = twin or (earlier[MAX_TWINS] if len(earlier) > MAX_TWINS else None)
        if found:
            says = (
                f"{named(item)} is also overwritten by {found.manifest.at.id} with different content: whichever is "
                "applied last replaces what the other wrote"
            )
            unique: Value[bool] = Known(value=False, place=manifest.at.place)
            if twin is None:
                says = f"{named(item)} is overwritten by more than {MAX_TWINS} manifests, which are not compared"
                unique = Unknown(says, manifest.at.place)
            yield about(manifest, item, unique, says)


def _perhaps_overwritten(
    manifest: Manifest, overwriting: Unknown[bool], declared: Declared, context: Context
) -> Iterator[Observation]:
    """The objects that another manifest declares, too, where it is open whether this one may overwrite them."""
    for item in objects_of(manifest):
        if item.open:
            continue
        created = declared.objects.get((key_of(item), False), [])[:MAX_TWINS]
        written = (found.manifest for found in (*created, *_earlier(manifest, item, declared)))
        others = (found for found in written if found.at.resource != manifest.at.resource)
        twin = next((found for found in others if _together(found, manifest, context) is not False), None)
        twin = twin or next((found for found, _ in _racing(manifest, item, declared, context)), None)
        if twin:
            says = (
                f"{named(item)} is also declared by {twin.at.id}, and whether {manifest.at.id} overwrites it is "
                f"unknown: {overwriting.reason}"
            )
            yield about(manifest, item, Unknown(says, manifest.at.place), says)


def _differs(found: Declaration, manifest: Manifest, item: ManifestObject, context: Context) -> bool:
    """Whether another manifest surely overwrites an object with other content."""
    other = found.manifest
    return (
        item.body != found.item.body and is_known(other.overwrites, True) and bool(_together(other, manifest, context))
    )


def _earlier(manifest: Manifest, item: ManifestObject, declared: Declared) -> list[Declaration]:
    """How manifests before one that overwrite as it does declare an object of it; one more than are compared."""
    if item.open:
        return []
    before = declared.order[manifest.at.resource]
    same = declared.objects.get((key_of(item), overwrites(manifest)), [])
    return list(islice(takewhile(lambda found: found.order < before, same), MAX_TWINS + 1))


def _together(one: Manifest, other: Manifest, context: Context) -> bool | None:
    """Whether a deployment that applies either of two manifests applies both; None where conditions leave it open."""
    return context.estate.resources.together(one.at.resource, other.at.resource)


FACTS = (
    Fact(
        "manifest.objects_unique",
        BOOLEAN,
        (
            "Whether no earlier manifest of the cluster declares the same object, unless they overwrite, and none that "
            "overwrites it may come first."
        ),
        "true",
        _objects_unique,
        match=("manifest",),
    ),
)
