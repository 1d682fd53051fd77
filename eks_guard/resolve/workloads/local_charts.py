"""Charts that an app brings in an asset: what their files say, of which the templates are not rendered.

https://helm.sh/docs/topics/charts/#the-chart-file-structure
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.assets import UnreadableAssetError, find_asset
from eks_guard.kubernetes.charts import chart_mistakes
from eks_guard.kubernetes.parts import listed, mapping
from eks_guard.matching import regex
from eks_guard.model.workloads import ChartValues, LocalChart
from eks_guard.resolve.workloads.chart_files import ChartFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource

CHART, VALUES, SCHEMA = "Chart.yaml", "values.yaml", "values.schema.json"
DEFINITION = "CustomResourceDefinition"
_HASH = regex(r"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")


def local_chart(resource: Resource) -> LocalChart | None:
    """The chart that a custom resource takes from an asset, None where it takes none; empty where it is not here."""
    raw = resource.properties.raw
    written = raw.get("ChartAssetURL") if isinstance(raw, dict) else None
    if written is None:
        return None
    text = resource.properties.child("ChartAssetURL", written).text_with(lambda _: "") or ""
    digest = _HASH.search(text)
    asset = find_asset(resource.stack.assembly.root, resource, digest[1]) if digest else None
    try:
        return _read(ChartFiles(asset)) if asset else LocalChart()
    except (UnreadableAssetError, OSError):
        return LocalChart()


def _read(files: ChartFiles) -> LocalChart:
    if CHART not in files.names:
        return LocalChart(mistakes=("Chart.yaml file is missing: the asset is not a chart",))
    chart = files.document(CHART)
    if CHART in files.unread:
        return LocalChart(mistakes=("Chart.yaml is not valid YAML",))
    wanted = mapping(chart).get("kubeVersion")
    defaults, values = mapping(files.document(VALUES)), tuple(_values(files, chart))
    definitions = tuple(_definitions(files))
    return LocalChart(
        kube_version=wanted if isinstance(wanted, str) else None,
        mistakes=chart_mistakes(chart, files.names),
        defaults=defaults,
        values=values,
        definitions=definitions,
        unread=tuple(files.unread),
    )


def _values(files: ChartFiles, chart: Any) -> Iterator[ChartValues]:
    """The chart and its subcharts, where a schema says what their values look like."""
    if (schema := files.document(SCHEMA)) is not None:
        yield ChartValues("", {}, schema)
    rows = {row.get("name"): row for row in map(mapping, listed(mapping(chart).get("dependencies")))}
    for name in files.below("charts", f"/{SCHEMA}"):
        _, folder, *inner = name.split("/")
        schema = files.document(name) if inner == [SCHEMA] else None
        if schema is not None:
            row = rows.get(folder, {})
            condition = row.get("condition")
            defaults = mapping(files.document(f"charts/{folder}/{VALUES}"))
            key = str(row.get("alias") or folder)
            yield ChartValues(key, defaults, schema, condition if isinstance(condition, str) else None)


def _definitions(files: ChartFiles) -> Iterator[Any]:
    """The definitions in crds/ of the chart and of its subcharts, which Helm creates before all templates."""
    folders = ("crds", *(name.rpartition("/crds/")[0] + "/crds" for name in files.names if "/crds/" in name))
    for folder in dict.fromkeys(folders):
        for name in files.below(folder, ".yaml", ".yml", ".json"):
            yield from (item for item in files.documents(name) if mapping(item).get("kind") == DEFINITION)
