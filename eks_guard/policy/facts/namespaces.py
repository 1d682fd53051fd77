"""Facts about the namespaces that objects go to: whether something makes each of them, and before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown
from eks_guard.policy.facts.declared import declared_in, template_of
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.manifest import Asked, about, asked_of, is_known, named, objects_of, overwrites
from eks_guard.policy.facts.namespace_fixes import first_fix
from eks_guard.policy.operators import BOOLEAN
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.declared import Declared
    from eks_guard.model.resource import ResourceId, Site
    from eks_guard.model.workloads import Chart, Manifest, ManifestObject
    from eks_guard.policy.facts.namespaces_elsewhere import Elsewhere

ALWAYS_THERE = ("default", "kube-system", "kube-public", "kube-node-lease")
"""Namespaces that Kubernetes makes by itself; a manifest with one of them changes its labels:
https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces"""

NOTHING_MAKES = (
    "which nothing in the app creates: a new cluster does not have it, so the deploy will fail with "
    '"namespaces not found" unless something else creates it first; add the namespace to the app'
)


def _namespaces_ordered(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    asked = asked_of(manifest, context)
    if asked is None or isinstance(asked.manifest.objects, Unknown):
        return ()
    declared = declared_in(asked.cluster, context)
    observations = []
    for index, item in enumerate(asked.manifest.objects.value):
        if item.open or item.namespace is None or item.namespace in ALWAYS_THERE:
            continue
        creator = _creator(asked, item, declared)
        if creator:
            where = f"{named(item)} is applied to namespace {item.namespace}, which {creator.at.id} creates"
            says = f"{where}, but {_too_early(asked.manifest, creator, creator.at.id, item.namespace)}"
            ordered = Known(creator.at.resource in asked.manifest.after, asked.manifest.at.place)
            fix = first_fix(asked.manifest, creator, item.namespace or "")
            observations.append(replace(about(asked.manifest, item, ordered, says), fix=fix))
        elif charts := _making_charts(asked, item, context):
            observations.append(_after_charts(asked.manifest, item, charts))
        elif elsewhere := _elsewhere(asked, item, declared, context):
            found = about(asked.manifest, item, elsewhere.in_time, elsewhere.says)
            observations.append(replace(found, settled_by=elsewhere.asks))
        elif _precedes(asked.manifest, index, declared):
            says = (
                f"{named(item)} is listed before its namespace {item.namespace}, and kubectl creates objects "
                f'in the order of the manifest: the deploy will fail (namespaces "{item.namespace}" not found)'
            )
            observations.append(about(asked.manifest, item, Known(value=False, place=asked.manifest.at.place), says))
        elif item.namespace and not item.open and is_made_by_nothing(asked.cluster, item.namespace, declared):
            says = f"{named(item)} is applied to namespace {item.namespace}, {NOTHING_MAKES}"
            missing = about(asked.manifest, item, Unknown(says, asked.manifest.at.place), says)
            observations.append(replace(missing, settled_by=adding(item.namespace)))
    return tuple(observations)


def _elsewhere(asked: Asked, item: ManifestObject, declared: Declared, context: Context) -> Elsewhere | None:
    if item.open or item.namespace is None or (asked.manifest.at.resource, item.namespace) in declared.first_in:
        return None
    goes = f"{named(item)} is applied to namespace {item.namespace}"
    return of_another_stack(asked.manifest.at, goes, asked.cluster, item.namespace, context)


def of_another_stack(at: Site, goes: str, cluster: Cluster, namespace: str, context: Context) -> Elsewhere | None:
    """What is known of a namespace of a new cluster that other stacks alone create; None where they do not."""
    declared = declared_in(cluster, context)
    if namespace in ALWAYS_THERE or namespace not in declared.makers or declared.is_open:
        return None
    if cluster.origin is Origin.IMPORTED or (template_of(at), namespace) in declared.namespaces:
        return None
    if any(_may_make(chart) for chart in declared.charts_for(namespace) if chart.at.resource != at.resource):
        return None
    from eks_guard.policy.facts.namespaces_elsewhere import made_elsewhere  # noqa: PLC0415 (few apps have any)

    return made_elsewhere(at, goes, declared.makers[namespace], namespace, context)


def adding(namespace: str) -> str:
    """What to do about a namespace that nothing in the app creates."""
    return (
        "Add the namespace to the app, in a manifest that is applied before: "
        f"`{{apiVersion: v1, kind: Namespace, metadata: {{name: {namespace}}}}}`; if something else creates it before "
        "each deploy, nothing is wrong."
    )


def is_made_by_nothing(cluster: Cluster, namespace: str, declared: Declared) -> bool:
    """Whether a new cluster lacks a namespace, and all that the app applies is known and makes none of that name."""
    if cluster.origin is Origin.IMPORTED or namespace in ALWAYS_THERE:
        return False
    if declared.is_open or namespace in declared.makers:
        return False
    return not any(map(_may_make, declared.charts_for(namespace)))


def _may_make(chart: Chart) -> bool:
    """Whether Helm makes the namespace of a chart, or the deployment decides whether it does."""
    return not is_known(chart.creates_namespace, False)


def _making_charts(asked: Asked, item: ManifestObject, context: Context) -> tuple[Chart, ...]:
    """The charts that make an object's namespace in a new cluster, where nothing else in the app can have made it."""
    cluster, manifest = asked.cluster, asked.manifest
    if item.namespace is None or item.open or item.namespace in ALWAYS_THERE:
        return ()
    if cluster.origin is Origin.IMPORTED or template_of(manifest.at) != template_of(cluster.at):
        return ()
    declared = declared_in(cluster, context)
    theirs = declared.charts.get(item.namespace)
    if declared.is_open or item.namespace in declared.makers or not theirs:
        return ()
    makers = tuple(chart for chart in theirs if is_known(chart.creates_namespace, True))
    near = all(template_of(chart.at) == template_of(manifest.at) for chart in theirs)
    if not near or not (_waits_for(manifest, makers) or manifest.after.isdisjoint(context.once(_charts_of, cluster))):
        return ()
    return makers


def _charts_of(cluster: Cluster) -> frozenset[ResourceId]:
    return frozenset(chart.at.resource for chart in cluster.charts)


def _waits_for(manifest: Manifest, charts: Iterable[Chart]) -> bool:
    """Whether a manifest is applied after one of some charts."""
    return any(chart.at.resource in manifest.after for chart in charts)


def _after_charts(manifest: Manifest, item: ManifestObject, charts: tuple[Chart, ...]) -> Observation:
    """What is said of the first chart that may come before; where all wait for the manifest, of the first."""
    namespace = item.namespace or ""
    maker = next((chart for chart in charts if manifest.at.resource not in chart.after), charts[0])
    early = _too_early(manifest, maker, "the chart", namespace)
    says = f"{named(item)} is applied to namespace {namespace}, which a chart creates, but {early}"
    waits = Known(_waits_for(manifest, charts), manifest.at.place)
    steps = (
        Step(0, "manifest", named(item), manifest.at.place),
        Step(1, "chart", f"creates namespace {item.namespace}", maker.at.place),
    )
    return Observation(waits, says, manifest.at.place, steps, first_fix(manifest, maker, namespace))


def _too_early(manifest: Manifest, maker: Manifest | Chart, name: str, namespace: str | None) -> str:
    """How a manifest comes before what makes its namespace: by chance, or each time, as that waits for it."""
    if manifest.at.resource in maker.after:
        return f'{name} waits for it: the deploy of a new cluster will fail (namespaces "{namespace}" not found)'
    chance = f'the deploy will fail if it is applied first (namespaces "{namespace}" not found)'
    return f"it does not depend on {name}: {chance}"


def _precedes(manifest: Manifest, index: int, declared: Declared) -> bool:
    """Whether an object stands before its namespace; where a manifest overwrites, that may exist already."""
    item = objects_of(manifest)[index]
    if item.namespace is None or item.open or item.namespace in ALWAYS_THERE or overwrites(manifest):
        return False
    return declared.first_in.get((manifest.at.resource, item.namespace), -1) >= index


def _creator(asked: Asked, item: ManifestObject, declared: Declared) -> Manifest | None:
    """Another manifest that creates an object's namespace."""
    if item.namespace is None or item.open or (asked.manifest.at.resource, item.namespace) in declared.first_in:
        return None
    return namespace_creator(declared, asked.manifest.at, item.namespace)


def namespace_creator(declared: Declared, at: Site, namespace: str) -> Manifest | None:
    """The manifest in the template of a resource, but not that resource, that creates a namespace."""
    if namespace in ALWAYS_THERE:
        return None
    makers = declared.namespaces.get((template_of(at), namespace), ())
    return next((maker for maker in makers if maker.at.resource != at.resource), None)


FACTS = (
    Fact(
        "manifest.namespaces_ordered",
        BOOLEAN,
        "Whether an object is applied after its namespace, if a manifest or chart of the app creates that.",
        "true",
        _namespaces_ordered,
        match=("manifest",),
    ),
)
