"""Whether a cluster serves the API versions of Kubernetes objects, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.kubernetes.custom_kinds import served_versions
from eks_guard.kubernetes.table import Schemas, is_own_group
from eks_guard.model.describe import in_branches, in_words
from eks_guard.model.fix import Fix
from eks_guard.model.value import OPEN_PART, Known, Unknown, Value, lift
from eks_guard.model.version import Version
from eks_guard.policy.facts.apis_to_come import not_served_yet
from eks_guard.policy.facts.control_plane import minors_of, running
from eks_guard.policy.facts.custom_kinds import custom_kinds
from eks_guard.policy.facts.fact import Context
from eks_guard.policy.facts.manifest import Asked, about, asked_of, fine, is_known, named, objects_of, unread
from eks_guard.policy.facts.properties import settled
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.data import Tables
    from eks_guard.data.upgrades import Deprecation
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.model.workloads import Manifest, ManifestObject

SOON = 2
"""How many minors ahead an API version has to be served: two upgrades, some eight months."""


def served(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """Return whether the control plane serves the API version of each object."""
    asked = asked_of(manifest, context)
    if asked is None:
        return ()
    if isinstance(asked.manifest.objects, Unknown):
        return (unread(asked.manifest, asked.manifest.objects),)
    items, schemas = asked.manifest.objects.value, context.once(Schemas, context.tables)
    doubtful = _doubtful(items, context)
    observations = tuple(_served(asked, doubtful, schemas, context)) if doubtful else ()  # as most have none
    whole = all(item.kind and item.api_version for item in doubtful) and any(is_own_group(i.api_version) for i in items)
    none_gone = (fine(asked.manifest, "uses no API version that Kubernetes has removed"),) if whole else ()
    return observations or none_gone


def _doubtful(items: Iterable[ManifestObject], context: Context) -> list[ManifestObject]:
    """The objects that not every version of Kubernetes serves."""
    schemas, removals = context.once(Schemas, context.tables), context.tables.removed_apis
    return [
        item
        for item in items
        if (item.api_version, item.kind) in removals or not schemas.is_everywhere(item.api_version, item.kind)
    ]


def is_served_always(manifest: Manifest, context: Context) -> bool:
    """Return whether every version of Kubernetes serves what a manifest holds."""
    return isinstance(manifest.objects, Known) and not _doubtful(manifest.objects.value, context)


def is_lasting_always(manifest: Manifest, context: Context) -> bool:
    """Return whether no version of Kubernetes is to lose what a manifest holds."""
    known = context.tables.upgrades.deprecations
    return is_served_always(manifest, context) and not any(
        (item.api_version, item.kind) in known for item in objects_of(manifest)
    )


def _served(asked: Asked, items: Iterable[ManifestObject], schemas: Schemas, context: Context) -> Iterator[Observation]:
    """What is to be said of objects that not every version of Kubernetes serves."""
    version, minors = running(asked.cluster, context), minors_of(asked.cluster, context)
    for item in items:
        removed = context.tables.removed_apis.get((item.api_version, item.kind))
        if _is_open(item):
            yield _of_open(asked.manifest, item)
            continue
        is_gone = removed and all(minor >= removed[0].minor for minor in minors)
        early = None if is_gone else not_served_yet(asked, item, schemas, context)
        if early:
            instead = _replacement(item, version, context.tables) if removed else None
            is_there = instead and minors[0] >= (schemas.first_minor(instead, item.kind) or 0)
            yield replace(early, fix=_written(item, instead if is_there else None))
        elif removed:
            instead = _replacement(item, version, context.tables)
            is_served = lift(lambda known, gone=removed[0]: known.of_minor < gone, version)
            observed = about(asked.manifest, item, is_served, _gone(item, removed[0], version, instead))
            doubts = _may_be_gone(item, removed[0], version, instead)
            remedy = None if instead else NOTHING_INSTEAD
            yield replace(observed, fix=_written(item, instead), if_unknown=doubts, remedy=remedy)
        elif not schemas.may_be_served(item.api_version, item.kind):
            is_served = _is_before(version, schemas.minors[0])
            near = schemas.like(item.api_version, item.kind)
            observed = about(asked.manifest, item, is_served, _never_served(item, version, near), _spelled(item, near))
            yield replace(observed, remedy=AS_IT_IS_CALLED)
        elif item.kind and not is_own_group(item.api_version):
            yield from _custom_served(asked, item, context)


def _is_open(item: ManifestObject) -> bool:
    """Whether the deployment decides the kind or version of an object that may be one of Kubernetes' own."""
    return OPEN_PART in f"{item.api_version}{item.kind}" and is_own_group(item.api_version)


def _of_open(manifest: Manifest, item: ManifestObject) -> Observation:
    says = f"the deployment decides the API version or the kind of {named(item)}: {item.why_open}"
    return about(manifest, item, Unknown(says, manifest.at.place), says)


def _custom_served(asked: Asked, item: ManifestObject, context: Context) -> Iterator[Observation]:
    """Whether a definition of the app serves a kind; nothing is known of those that come from elsewhere."""
    kinds = custom_kinds(asked.cluster, context)
    serves = served_versions(kinds, item.api_version.rpartition("/")[0], item.kind)
    if item.api_version in serves:
        says = f"{named(item)} is served by its definition in the app"
        yield about(asked.manifest, item, Known(value=True, place=asked.manifest.at.place), says)
    elif serves:
        says = (
            f"{named(item)}: the definition in the app serves {', '.join(serves)} only: the deploy will fail with "
            f'"no matches for kind "{item.kind}" in version "{item.api_version}""'
        )
        refused: Value[bool] = Known(value=False, place=asked.manifest.at.place)
        observed = about(asked.manifest, item, refused, says, _written(item, serves[-1]))
        yield replace(observed, remedy=AS_DEFINED)


NOTHING_INSTEAD = "Remove the object, and do with other means what it did: no API version that is served has its kind."
AS_IT_IS_CALLED = "Write the API version and the kind as Kubernetes has them, or those of a CustomResourceDefinition."
AS_DEFINED = "Write an API version that the definition serves, or add this one to the definition."


def _is_before(version: Value[Version], minor: int) -> Value[bool]:
    """Whether a control plane is older than a minor that EKS no longer runs the ones before of."""
    if isinstance(version, Unknown) and not version.candidates:
        return Known(value=False)
    return lift(lambda known: known.minor < minor, version)


def _never_served(item: ManifestObject, version: Value[Version], near: str | None) -> str:
    instead = f"; did you mean {near}?" if near else ""
    return (
        f"Kubernetes has no {named(item)} in that API version, and the control plane runs {in_branches(version)}: "
        f'the deploy will fail with "no matches for kind "{item.kind}" in version '
        f'"{item.api_version}""{instead}'
    )


def _gone(item: ManifestObject, removed: Version, version: Value[Version], replacement: str | None) -> str:
    return (
        f"{named(item)} is not served from {removed} on, and the control plane runs {in_branches(version)}: the deploy "
        f'will fail with "no matches for kind "{item.kind}" in version "{item.api_version}""{_use(replacement)}'
    )


def _may_be_gone(item: ManifestObject, removed: Version, version: Value[Version], replacement: str | None) -> str:
    return (
        f"{named(item)} is not served from {removed} on, and the control-plane version is unknown: "
        f"{in_words(version)}{_use(replacement)}"
    )


def _use(replacement: str | None) -> str:
    return f"; use {replacement}" if replacement else ""


def _written(item: ManifestObject, replacement: str | None) -> Fix | None:
    """The line with the API version that replaces an object's."""
    if replacement is None:
        return None
    return Fix.of(
        f"Write {replacement}",
        typescript=f"apiVersion: '{replacement}'  // instead of {item.api_version}",
        python=f'"apiVersion": "{replacement}"  # instead of {item.api_version}',
    )


def _spelled(item: ManifestObject, near: str | None) -> Fix | None:
    """The lines with the API version and the kind that are meant, such as `apps/v1 Deployment`."""
    if near is None:
        return None
    api_version, _, kind = near.partition(" ")
    return Fix.of(
        f"Write {near}",
        typescript=f"apiVersion: '{api_version}', kind: '{kind}'  // instead of {item.api_version} {item.kind}",
        python=f'"apiVersion": "{api_version}", "kind": "{kind}"  # instead of {item.api_version} {item.kind}',
    )


def _replacement(item: ManifestObject, version: Value[Version], tables: Tables) -> str | None:
    """What to write instead; where that is not served any more either, what came after it."""
    minor = version.value.of_minor if isinstance(version, Known) else max(tables.eks_versions)
    removed, replacement = tables.removed_apis[item.api_version, item.kind]
    while replacement and (row := tables.removed_apis.get((replacement, item.kind))) and removed < row[0] <= minor:
        removed, replacement = row
    return replacement


def lasting(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """Return whether what is served now is served two minors later, too."""
    asked = asked_of(manifest, context)
    if asked is None or isinstance(manifest.objects, Unknown):
        return ()
    found = tuple(observed for item in manifest.objects.value for observed in _lasting(asked, item, context))
    return found or ((fine(manifest, "uses no API version that goes soon"),) if manifest.objects.value else ())


def _lasting(asked: Asked, item: ManifestObject, context: Context) -> Iterator[Observation]:
    if _is_open(item):
        yield _of_open(asked.manifest, item)
    row = context.tables.upgrades.deprecations.get((item.api_version, item.kind))
    lasts = _lasts(row, asked.cluster, context) if row else None
    if row and lasts and not is_known(lasts, None):
        says, fix = _going(item, row, running(asked.cluster, context)), _written(item, row.replacement)
        yield about(asked.manifest, item, settled(lasts, "it may be gone already"), says, fix)


def _lasts(row: Deprecation, cluster: Cluster, context: Context) -> Value[bool | None]:
    """Whether an API version is served two minors on; None where it is gone already, which is another policy's."""
    version = running(cluster, context)
    if isinstance(version, Unknown) and not version.candidates:
        answers = {_lasts_at(row, minor) for minor in minors_of(cluster, context)}
        return Known(answers.pop()) if len(answers) == 1 else Unknown(version.reason, version.place)
    return lift(lambda known: _lasts_at(row, known.minor), version)


def _lasts_at(row: Deprecation, minor: int) -> bool | None:
    ahead = row.removed_in.minor - minor
    return None if ahead <= 0 else ahead > SOON


def _going(item: ManifestObject, row: Deprecation, version: Value[Version]) -> str:
    running = f"the control plane runs {in_words(version)}"
    if isinstance(version, Unknown):
        running = f"the version is unknown: {in_words(version)}"
    since = f" (deprecated since {row.deprecated_in})" if row.deprecated_in else ""
    stops = "is to stop" if row.pre_release else "stops"
    return f"{named(item)}: {row.removed_in} {stops} serving it{since}, {running}{_instead(row, version)}"


def _instead(row: Deprecation, version: Value[Version]) -> str:
    if not row.replacement:
        return "; nothing replaces it"
    if not row.served_from:
        return f"; write {row.replacement}"
    served = Version.parse(row.served_from)
    late = isinstance(version, Known) and version.value.of_minor < served
    when = "which comes only then: write it with that upgrade" if late else "fields may differ"
    return f"; write {row.replacement}, which is served from {row.served_from} on; {when}"
