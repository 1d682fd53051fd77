"""Facts about what the app applies: one observation for each Kubernetes object of a manifest."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from eks_guard.kubernetes.table import Schemas
from eks_guard.model.cluster import Origin
from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.data import Tables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.resource import Site
    from eks_guard.model.version import Version
    from eks_guard.model.workloads import Chart, Manifest, ManifestObject


ALWAYS_THERE = ("default", "kube-system", "kube-public", "kube-node-lease")
"""Namespaces that Kubernetes makes by itself; a manifest with one of them changes its labels:
https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces"""

NOTHING_MAKES = (
    "which nothing in the app makes: a new cluster does not have it, so the deploy will fail with "
    '"namespaces not found" unless something else makes it before; add the namespace to the app'
)


class _Asked(NamedTuple):
    """A manifest and the cluster that it is applied to."""

    manifest: Manifest
    cluster: Cluster


def _asked(manifest: Manifest, context: Context) -> _Asked | None:
    cluster = context.cluster_of(manifest.owner)
    return _Asked(manifest, cluster) if cluster else None


def _apis_served(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    asked = _asked(manifest, context)
    if asked is None:
        return ()
    if isinstance(asked.manifest.objects, Unknown):
        return (_unread(asked.manifest, asked.manifest.objects),)
    observations = []
    schemas, version = Schemas(context.tables), asked.cluster.version
    for item in asked.manifest.objects.value:
        removed = context.tables.removed_apis.get((item.api_version, item.kind))
        if removed:
            served = lift(lambda known, gone=removed[0]: known.of_minor < gone, version)
            observations.append(_about(asked.manifest, item, served, _gone(item, removed[0], version, context.tables)))
        elif not schemas.may_be_served(item.api_version, item.kind):
            served = _is_before(version, schemas.minors[0])
            observations.append(_about(asked.manifest, item, served, _never_served(item, version, schemas)))
    named = any(item.api_version and item.kind for item in asked.manifest.objects.value)
    fine = (_fine(asked.manifest, "uses no API version that Kubernetes ever removed"),) if named else ()
    return tuple(observations) or fine


def _is_before(version: Value[Version], minor: int) -> Value[bool]:
    """Whether a control plane is older than a minor that EKS no longer runs the ones before of."""
    if isinstance(version, Unknown) and not version.candidates:
        return Known(value=False)
    return lift(lambda known: known.minor < minor, version)


def _never_served(item: ManifestObject, version: Value[Version], schemas: Schemas) -> str:
    near = schemas.like(item.api_version, item.kind)
    instead = f"; did you mean {near}?" if near else ""
    return (
        f"{_named(item)} is no kind that Kubernetes has in that version, the control plane runs {in_words(version)}: "
        f'the deploy will fail with "no matches for kind "{item.kind}" in version "{item.api_version}""{instead}'
    )


def _gone(item: ManifestObject, removed: Version, version: Value[Version], tables: Tables) -> str:
    replacement = _replacement(item, version, tables)
    instead = f"; use {replacement}" if replacement else ""
    if isinstance(version, Unknown):
        return f"{_named(item)} is not served from {removed} on, the version is not known: {in_words(version)}{instead}"
    return (
        f"{_named(item)} is not served from {removed} on, the control plane runs {in_words(version)}: "
        f'the deploy will fail with "no matches for kind "{item.kind}" in version "{item.api_version}""{instead}'
    )


def _replacement(item: ManifestObject, version: Value[Version], tables: Tables) -> str | None:
    """What to write instead; where that is not served any more either, what came after it."""
    minor = version.value.of_minor if isinstance(version, Known) else max(tables.eks_versions)
    removed, replacement = tables.removed_apis[item.api_version, item.kind]
    while replacement and (row := tables.removed_apis.get((replacement, item.kind))) and removed < row[0] <= minor:
        removed, replacement = row
    return replacement


def _namespaces_ordered(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    asked = _asked(manifest, context)
    if asked is None or isinstance(asked.manifest.objects, Unknown):
        return ()
    observations = []
    for index, item in enumerate(asked.manifest.objects.value):
        creator = _creator(asked, item)
        if creator:
            says = (
                f"{_named(item)} is applied to namespace {item.namespace}, which {creator.at.id} creates, but it does "
                "not depend on that: the deploy will fail with "
                f'"namespaces "{item.namespace}" not found" if it comes first'
            )
            ordered = Known(creator.at.resource in asked.manifest.after, asked.manifest.at.place)
            observations.append(_about(asked.manifest, item, ordered, says))
        elif charts := _making_charts(asked, item):
            observations.append(_after_charts(asked.manifest, item, charts))
        elif _precedes(asked.manifest, index):
            says = (
                f"{_named(item)} stands before its namespace {item.namespace}, and kubectl creates what a manifest "
                f'holds in its order: the deploy will fail with "namespaces "{item.namespace}" not found"'
            )
            observations.append(_about(asked.manifest, item, Known(value=False, place=asked.manifest.at.place), says))
        elif item.namespace and not item.open and is_made_by_nothing(asked.cluster, item.namespace):
            says = f"{_named(item)} is applied to namespace {item.namespace}, {NOTHING_MAKES}"
            observations.append(_about(asked.manifest, item, Unknown(says, asked.manifest.at.place), says))
    return tuple(observations)


def is_made_by_nothing(cluster: Cluster, namespace: str) -> bool:
    """Whether a new cluster lacks a namespace, and all that the app applies is known and makes none of that name."""
    if cluster.origin is Origin.IMPORTED or namespace in ALWAYS_THERE:
        return False
    if any(isinstance(m.objects, Unknown) or any(map(_is_open_namespace, _objects(m))) for m in cluster.manifests):
        return False
    if any(_is_namespace(item, namespace) for m in cluster.manifests for item in _objects(m)):
        return False
    return not any(_may_make(chart, namespace) for chart in cluster.charts)


def _may_make(chart: Chart, namespace: str) -> bool:
    """Whether Helm makes a namespace for a chart, or the deployment decides whether it does."""
    goes_there = isinstance(chart.namespace, Unknown) or chart.namespace.value == namespace
    return goes_there and not _is_known(chart.creates_namespace, False)


def _making_charts(asked: _Asked, item: ManifestObject) -> tuple[Chart, ...]:
    """The charts that make an object's namespace in a new cluster, where nothing else in the app can have made it."""
    cluster, manifest = asked.cluster, asked.manifest
    if item.namespace is None or item.open or item.namespace in ALWAYS_THERE:
        return ()
    if cluster.origin is Origin.IMPORTED or _template(manifest.at) != _template(cluster.at):
        return ()
    if any(isinstance(m.objects, Unknown) or any(map(_is_open_namespace, _objects(m))) for m in cluster.manifests):
        return ()
    if any(_is_namespace(other, item.namespace) for m in cluster.manifests for other in _objects(m)):
        return ()
    theirs = [chart for chart in cluster.charts if _is_known(chart.namespace, item.namespace)]
    makers = tuple(chart for chart in theirs if _is_known(chart.creates_namespace, True))
    waits_for = [chart for chart in cluster.charts if chart.at.resource in manifest.after]
    near = all(_template(chart.at) == _template(manifest.at) for chart in theirs)
    return makers if near and (not waits_for or not set(makers).isdisjoint(waits_for)) else ()


def _after_charts(manifest: Manifest, item: ManifestObject, charts: tuple[Chart, ...]) -> Observation:
    says = (
        f"{_named(item)} is applied to namespace {item.namespace}, which a chart makes, and does not wait for it: "
        f'the deploy will fail with "namespaces "{item.namespace}" not found" if it comes first'
    )
    waits = Known(any(chart.at.resource in manifest.after for chart in charts), manifest.at.place)
    steps = (
        Step(0, "manifest", _named(item), manifest.at.place),
        Step(1, "chart", f"makes namespace {item.namespace}", charts[0].at.place),
    )
    return Observation(waits, says, manifest.at.place, steps)


def _precedes(manifest: Manifest, index: int) -> bool:
    """Whether an object stands before its namespace; where a manifest overwrites, that may exist already."""
    objects, item = _objects(manifest), _objects(manifest)[index]
    if item.namespace is None or item.open or item.namespace in ALWAYS_THERE or _overwrites(manifest):
        return False
    makes = [_is_namespace(other, item.namespace) for other in objects]
    return any(makes[index:]) and not any(makes[:index])


def _creator(asked: _Asked, item: ManifestObject) -> Manifest | None:
    """Another manifest that creates an object's namespace."""
    if item.namespace is None or item.open:
        return None
    if any(_is_namespace(other, item.namespace) for other in _objects(asked.manifest)):
        return None
    return namespace_creator(asked.cluster, asked.manifest.at, item.namespace)


def namespace_creator(cluster: Cluster, at: Site, namespace: str) -> Manifest | None:
    """The manifest in the template of a resource, but not that resource, that creates a namespace."""
    if namespace in ALWAYS_THERE:
        return None
    others = (m for m in cluster.manifests if m.at.resource != at.resource and _template(m.at) == _template(at))
    return next((m for m in others if any(_is_namespace(item, namespace) for item in _objects(m))), None)


def _template(at: Site) -> str:
    """The stack or nested stack that declares a resource: an order can be said only within one."""
    return at.resource.stack


def _is_known(value: Value[Any], expected: object) -> bool:
    return isinstance(value, Known) and value.value == expected


def _is_open_namespace(item: ManifestObject) -> bool:
    return item.kind == "Namespace" and item.open


def _is_namespace(item: ManifestObject, name: str | None) -> bool:
    return item.kind == "Namespace" and item.name == name and not item.open


def _objects_unique(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    asked = _asked(manifest, context)
    if asked is None or isinstance(asked.manifest.objects, Unknown):
        return ()
    if _overwrites(asked.manifest):
        return tuple(_overwritten(asked))
    observations = []
    before = [m for m in _before(asked) if not _overwrites(m)]
    for item in asked.manifest.objects.value:
        if item.open:
            continue
        twins = [m for m in before if any(_same(item, other) for other in _objects(m))]
        twin = next((m for m in twins if _together(m, asked.manifest)), None)
        unique: Value[bool] = Known(twin is None, asked.manifest.at.place)
        says = f"{_named(item)} is declared once"
        if twin:
            says = (
                f"{_named(item)} is declared by {twin.at.id}, too: the deploy will fail with "
                f'"Error from server (AlreadyExists): "{item.name}" already exists", or one deletes what the other made'
            )
        elif twins:
            says = (
                f"{_named(item)} is declared by {twins[0].at.id}, too, and conditions decide whether both are deployed"
            )
            unique = Unknown(says, asked.manifest.at.place)
        observations.append(_about(asked.manifest, item, unique, says))
    return tuple(observations)


def _overwritten(asked: _Asked) -> Iterator[Observation]:
    """The objects of a manifest that overwrites which an earlier one overwrites as well, with other content."""
    if not _is_known(asked.manifest.overwrites, True):
        return
    earlier = [m for m in _before(asked) if _is_known(m.overwrites, True) and _together(m, asked.manifest)]
    for item in _objects(asked.manifest):
        twins = (m for m in earlier for other in _objects(m) if _same(item, other) and item.body != other.body)
        twin = None if item.open else next(twins, None)
        if twin:
            says = (
                f"{_named(item)} is overwritten by {twin.at.id}, too, each time with what that manifest says: "
                "what one of the two writes is gone as soon as the other is applied"
            )
            yield _about(asked.manifest, item, Known(value=False, place=asked.manifest.at.place), says)


def _before(asked: _Asked) -> Iterator[Manifest]:
    """The manifests of the cluster that stand before one, in the order of the templates."""
    return takewhile(lambda manifest: manifest.at.resource != asked.manifest.at.resource, asked.cluster.manifests)


def _together(one: Manifest, other: Manifest) -> bool:
    """Whether two manifests are deployed together, if at all: neither has a condition, or they have the same."""
    return one.at.condition == other.at.condition


def _overwrites(manifest: Manifest) -> bool:
    """A manifest that overwrites, or may, is meant to share its objects."""
    return not (isinstance(manifest.overwrites, Known) and manifest.overwrites.value is False)


def _same(one: ManifestObject, other: ManifestObject) -> bool:
    return not other.open and _key(one) == _key(other)


def _key(item: ManifestObject) -> tuple[str, str, str, str]:
    group = item.api_version.rpartition("/")[0]
    return group, item.kind, item.namespace or "default", item.name


def _objects(manifest: Manifest) -> tuple[ManifestObject, ...]:
    return manifest.objects.value if isinstance(manifest.objects, Known) else ()


def _named(item: ManifestObject) -> str:
    return f"{item.api_version} {item.kind} {item.name!r}"


def _unread(manifest: Manifest, objects: Unknown[tuple[ManifestObject, ...]]) -> Observation:
    return Observation(Unknown(objects.reason, manifest.at.place), objects.reason, manifest.at.place)


def _fine(manifest: Manifest, says: str) -> Observation:
    return Observation(Known(value=True, place=manifest.at.place), f"{manifest.at.id} {says}", manifest.at.place)


def _about(manifest: Manifest, item: ManifestObject, value: Value[bool], says: str) -> Observation:
    return Observation(value, says, manifest.at.place, (Step(0, "manifest", _named(item), manifest.at.place),))


FACTS = (
    Fact(
        "manifest.apis_served",
        BOOLEAN,
        "Whether the control plane serves the API version of each object.",
        "true",
        _apis_served,
        match=("manifest",),
    ),
    Fact(
        "manifest.namespaces_ordered",
        BOOLEAN,
        "Whether an object comes after its namespace, where a manifest or a chart of the template makes that.",
        "true",
        _namespaces_ordered,
        match=("manifest",),
    ),
    Fact(
        "manifest.objects_unique",
        BOOLEAN,
        "Whether no earlier manifest of the cluster declares the same object, where neither overwrites.",
        "true",
        _objects_unique,
        match=("manifest",),
    ),
)
