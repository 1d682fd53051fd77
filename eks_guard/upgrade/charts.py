"""Recognizes the controller that a chart installs, and its release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from eks_guard.data.upgrades import numbers
from eks_guard.model.value import OPEN_PART, Known
from eks_guard.model.version import Version
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.model.workloads import Chart

OCI = "oci://"
MIRRORS = ".amazonaws.com"
"""A registry of the user's in ECR holds copies of charts under their own names."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A chart of a known controller: `release` is that of the controller, None where the chart does not tell it.

    `supports_up_to` is the newest Kubernetes minor that the project names for it.
    """

    chart: str
    version: str
    release: str | None
    supports_up_to: Version | None
    row: dict[str, Any]


def installed(chart: Chart, controllers: Mapping[str, Any]) -> Installed | None:
    """What a chart installs; None where it is not known or names no version."""
    named = _named(chart)
    if named is None or not isinstance(chart.version, Known) or not chart.version.value:
        return None
    name, repository = named
    row = next((row for row in controllers.values() if name in row["charts"] and _is_from(repository, row)), None)
    if row is None or not numbers(chart.version.value):
        return None
    version = chart.version.value
    release = _release(chart, version, row)
    return Installed(name, version, release, _newest(release, row) if release else None, row)


def _named(chart: Chart) -> tuple[str, str] | None:
    """The name of a chart, and where it comes from."""
    if not isinstance(chart.chart, Known) or not chart.chart.value or chart.local is not None:
        return None
    written = chart.chart.value
    repository = chart.repository.value if isinstance(chart.repository, Known) else None
    if written.startswith(OCI):
        return written.rpartition("/")[2], written
    return written.rpartition("/")[2], repository or ""


def _is_from(repository: str, row: Mapping[str, Any]) -> bool:
    """Whether a chart comes from its project, or from a copy in ECR."""
    where = repository.rstrip("/")
    if any(where == known or where.startswith(f"{known}/") for known in row["repositories"]):
        return True
    host = urlsplit(where).hostname or ""
    return where.startswith(OCI) and (host.endswith(MIRRORS) or host == "public.ecr.aws")


def _release(chart: Chart, version: str, row: Mapping[str, Any]) -> str | None:
    tag = _image_tag(chart)
    if row["numbers"] in ("image", "app") and tag:
        return tag
    if row["numbers"] == "image":
        return None
    if row["numbers"] == "chart":
        return version.removeprefix("v")
    within = [
        app["app"] for app in row["apps"] if numbers(app["first"]) <= numbers(version)[:3] <= numbers(app["last"])
    ]
    return max(within, key=numbers, default=None)


def _image_tag(chart: Chart) -> str | None:
    values = chart.values.value if isinstance(chart.values, Known) else None
    image = values.json.get("image") if values and isinstance(values.json, dict) else None
    tag = image.get("tag") if isinstance(image, dict) else None
    return tag.removeprefix("v") if isinstance(tag, str) and numbers(tag) and OPEN_PART not in tag else None


def _newest(release: str, row: Mapping[str, Any]) -> Version | None:
    found = numbers(release)
    if row.get("same_minor"):
        return Version(found[0], found[1]) if len(found) > 1 else None
    same = [
        entry
        for entry in row.get("releases", ())
        if numbers(entry["release"])[:2] == found[:2] and numbers(entry["release"]) <= found[:3]
    ]
    best = max(same, key=lambda entry: numbers(entry["release"]), default=None)
    return Version.parse(best["to"]) if best and best["to"] else None
