"""Facts about the releases that Helm makes of charts: their names, versions and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.chart_values import NoValidatorError, is_on, merged, mistakes_in
from eks_guard.kubernetes.charts import allows_eks, dotted_keys, open_release_mistake, release_mistake, version_mistake
from eks_guard.kubernetes.parts import mapping
from eks_guard.model.describe import in_branches, in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.control_plane import running
from eks_guard.policy.facts.fact import Aside, Context
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.value import Place
    from eks_guard.model.version import Version
    from eks_guard.model.workloads import Chart, ChartValues, LocalChart

REFUSED_VALUES = "Helm will fail with “values don't meet the specifications of the schema(s)”"
NO_VALIDATOR = "the values were not judged by values.schema.json, which takes the extra eks-guard[charts]"


def values_nested(chart: Chart, _: Context) -> tuple[Observation, ...]:
    """Return whether no key at the top of the values has a dot."""
    values = chart.values
    if isinstance(values, Unknown):
        return (_observed(chart, Unknown(values.reason, values.place), values.reason, values.place),)
    if values.value is None:
        return ()
    found = dotted_keys(values.value.json)
    says = (
        f"the values have the top-level keys {', '.join(found)}: in a values file a dot does not nest, so the chart "
        "does not see them; write nested maps"
    )
    return (_observed(chart, Known(not found), says if found else "the values are nested", values.place),)


def release_single(chart: Chart, context: Context) -> tuple[Observation, ...]:
    """Return whether no other chart of the cluster makes the same release."""
    cluster = context.cluster_of(chart.owner)
    if cluster is None or chart.release == Known(None):
        return ()
    pairs = [pair for pair in cluster.repeated_releases if pair.other.resource == chart.at.resource]
    certain = sorted(pairs, key=lambda pair: isinstance(pair.same, Unknown))
    if not certain:
        says = f"release {in_words(chart.release)} is installed once"
        return (_observed(chart, Known(value=True), says, chart.release.place),)
    twin = certain[0]
    if isinstance(twin.same, Unknown):
        says = f"{twin.one.id} may make the same release: {twin.same.reason}"
        return (_observed(chart, Unknown(says), says, chart.release.place),)
    says = (
        f"{twin.what} (namespace/name) is also installed by {twin.one.id}: one will fail with “another operation "
        "(install/upgrade/rollback) is in progress” or replace the other, and removing either uninstalls both"
    )
    return (_observed(chart, Known(value=False), says, chart.release.place),)


def accepted(chart: Chart, context: Context) -> tuple[Observation, ...]:
    """Return whether Helm takes the release, the version and the Chart.yaml; one observation for each mistake."""
    found = (*_of_release(chart), *_of_version(chart), *_of_local(chart, context))
    return found or (_observed(chart, Known(value=True), f"{chart.at.id} can be installed", chart.at.place),)


def _of_release(chart: Chart) -> Iterator[Observation]:
    release = chart.release
    if isinstance(release, Unknown):
        if not release.candidates:
            yield _of_open_release(chart, release)
            return
        wrong = lift(lambda name: not name or release_mistake(name) is None, release)
        if not (isinstance(wrong, Known) and wrong.value):
            yield _observed(chart, wrong, f"the release is unknown: {release.reason}", release.place)
    elif release.value and (mistake := release_mistake(release.value)):
        yield _observed(chart, Known(value=False), mistake, release.place)


def _of_open_release(chart: Chart, release: Unknown[str | None]) -> Observation:
    """A name that is wrong in what is written of it, else open."""
    pieces = chart.release_pieces
    mistake = open_release_mistake(pieces.value or "") if isinstance(pieces, Known) else None
    if mistake:
        return _observed(chart, Known(value=False), mistake, release.place)
    says = f"the release is unknown: {release.reason}"
    return _observed(chart, Unknown(says, release.place), says, release.place)


def _of_version(chart: Chart) -> Iterator[Observation]:
    version = chart.version
    if isinstance(version, Unknown):
        right = lift(lambda text: not text or version_mistake(text) is None, version)
        if right != Known(value=True):
            yield _observed(chart, right, f"the version of the chart is unknown: {in_words(version)}", version.place)
    elif version.value and (mistake := version_mistake(version.value)):
        yield _observed(chart, Known(value=False), mistake, version.place)


def _of_local(chart: Chart, context: Context) -> Iterator[Observation]:
    """A chart in an asset: nothing beside it names another, its Chart.yaml is right, and it allows the cluster."""
    local = chart.local
    if local is None:
        return
    named = (("chart", chart.chart), ("repository", chart.repository), ("version", chart.version))
    for name, value in named:
        if isinstance(value, Known) and value.value is not None:
            says = f"a chart from an asset cannot have a {name}: CDK's handler will fail with “AssertionError”"
            yield _observed(chart, Known(value=False), says, value.place)
    for mistake in local.mistakes:
        yield _observed(chart, Known(value=False), mistake, chart.at.place)
    cluster = context.cluster_of(chart.owner)
    if cluster is not None and local.kube_version:
        yield from _of_cluster(chart, local, running(cluster, context))
    yield from _of_values(chart, local, context)
    for name in local.unread:
        context.asides[Aside("chart file", f"{chart.at.id} {name}", name, "no YAML or JSON, or too long")] = None


def _of_values(chart: Chart, local: LocalChart, context: Context) -> Iterator[Observation]:
    """The values over their defaults fit the schemas that the chart and its subcharts bring."""
    if isinstance(chart.values, Unknown) or (chart.values.value and chart.values.value.mistake):
        return
    given = mapping(chart.values.value.json) if chart.values.value else {}
    whole, place = merged(local.defaults, given), chart.values.place or chart.at.place
    for row in local.values:
        asked = is_on(whole, row.condition)
        if asked is False:
            continue
        try:
            found = mistakes_in(_values_of(row, whole), row.schema)
        except NoValidatorError:
            name = f"{chart.at.id} {row.key}"
            context.asides[Aside("chart schema", name, chart.at.id, NO_VALIDATOR)] = None
            return
        for mistake in found:
            path = ".".join(part for part in (row.key, mistake.path) if part)
            says = f"values{'.' if path else ''}{path}: {mistake.says}; {REFUSED_VALUES}"
            certain = mistake.certain and asked is True
            value: Value[bool] = Known(value=False) if certain else Unknown(says, place)
            yield replace(_observed(chart, value, says, place), remedy=AS_THE_SCHEMA_SAYS if certain else None)


def _values_of(row: ChartValues, whole: dict[Any, Any]) -> dict[Any, Any]:
    """The values of one chart; Helm gives each subchart a map of global ones, too."""
    return merged({"global": {}, **row.defaults}, mapping(whole.get(row.key))) if row.key else whole


END_IN_ZERO = "Append `-0` to each version of the range in Chart.yaml, as in `kubeVersion: '>=1.29.0-0'`."
OTHER_RELEASE = "Use a release of the chart that supports the control plane's version, or upgrade the cluster first."
AS_THE_SCHEMA_SAYS = "Write the values as the values.schema.json of the chart describes them."


def _of_cluster(chart: Chart, local: LocalChart, version: Value[Version]) -> Iterator[Observation]:
    wanted = local.kube_version or ""
    allowed = lift(lambda known: allows_eks(wanted, known.minor), version)
    lacks_zero = lift(lambda known: allows_eks(wanted, known.minor, ends_in_zero=True), version) == Known(value=True)
    why = "EKS reports v1.x.y-eks-…, a pre-release, which a range matches only if it ends in -0; " if lacks_zero else ""
    says = (
        f"Chart.yaml requires kubeVersion {wanted}, and the control plane runs {in_branches(version)}: {why}Helm will "
        "fail with “chart requires kubeVersion … which is incompatible with Kubernetes”"
    )
    if isinstance(allowed, Known) and allowed.value is False:
        remedy = END_IN_ZERO if lacks_zero else OTHER_RELEASE
        yield replace(_observed(chart, Known(value=False), says, chart.at.place), remedy=remedy)
    elif isinstance(allowed, Unknown):
        yield _observed(chart, Unknown(allowed.reason), says, chart.at.place)


def _observed(chart: Chart, value: Value[bool], says: str, place: Place | None) -> Observation:
    place = place or chart.at.place
    return Observation(value, says, place, (Step(0, "chart", chart.at.id, place),))
