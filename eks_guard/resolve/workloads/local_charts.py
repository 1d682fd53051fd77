"""Charts that an app brings in an asset: what their Chart.yaml says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.assets import UnreadableAssetError, find_asset
from eks_guard.kubernetes.charts import chart_mistakes
from eks_guard.model.workloads import LocalChart

if TYPE_CHECKING:
    from eks_guard.assembly.assets import Asset
    from eks_guard.assembly.stack import Resource

CHART = "Chart.yaml"
MAX_BYTES = 64 * 1024
"""A Chart.yaml that is longer is not read; Helm's own take some kilobytes."""
_HASH = re.compile(r"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")


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
        content = _read(asset) if asset else None
        has_charts = asset is None or not asset.path.is_dir() or (asset.path / "charts").is_dir()
    except (UnreadableAssetError, OSError):
        return LocalChart()
    return LocalChart() if content is None else _parsed(content, ("charts",) if has_charts else ())


def _read(asset: Asset) -> bytes | None:
    member = asset.member(CHART)
    if member is None:
        return None
    with member.open() as stream:
        content = stream.read(MAX_BYTES + 1)
    return content if len(content) <= MAX_BYTES else None


def _parsed(content: bytes, files: tuple[str, ...]) -> LocalChart:
    import yaml  # noqa: PLC0415 (most apps bring no chart of their own)

    try:
        chart: Any = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeError, RecursionError):
        return LocalChart(mistakes=("Chart.yaml is no YAML",))
    wanted = chart.get("kubeVersion") if isinstance(chart, dict) else None
    return LocalChart(wanted if isinstance(wanted, str) else None, chart_mistakes(chart, files))
