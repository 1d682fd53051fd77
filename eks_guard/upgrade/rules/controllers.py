"""Controllers that charts install: whether their release supports the minors ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.data.upgrades import numbers
from eks_guard.model.outcome import Outcome
from eks_guard.model.upgrade import NOTHING_TO_WRITE, Phase, Remedy, Weight
from eks_guard.model.value import Known
from eks_guard.model.version import Version
from eks_guard.upgrade.charts import Installed, installed
from eks_guard.upgrade.journey import item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.upgrade import Item
    from eks_guard.model.workloads import Chart
    from eks_guard.upgrade.journey import Journey

ACCEPTED = "chart-accepted"


def items(journey: Journey) -> Iterator[Item]:
    """What each chart of the cluster meets on the way; one item for all of which nothing is known."""
    unread = []
    for chart in journey.cluster.charts:
        found = installed(chart, journey.facts.controllers)
        if found is None:
            unread.append(chart)
        else:
            yield from _retired(journey, chart, found)
            yield from _breaks(journey, chart, found)
            yield from _supported(journey, chart, found)
            if found.release is None and not found.row.get("retired"):
                unread.append(chart)
        yield from _accepted(journey, chart)
    if unread:
        yield _unread(journey, unread)


def _unread(journey: Journey, charts: list[Chart]) -> Item:
    names = ", ".join(_shown(chart) for chart in charts)
    says = f"the Kubernetes versions that these charts support are unknown: {names}"
    fix = Remedy(commands="helm template … | kubectl apply --dry-run=server -f -  # on a cluster of the new minor")
    return item("chart-unread", journey.first, Weight.UNKNOWN, Phase.BEFORE, "helm-chart", charts[0].at, says, fix)


def _shown(chart: Chart) -> str:
    name = chart.chart.value if isinstance(chart.chart, Known) and chart.chart.value else chart.at.id
    version = chart.version.value if isinstance(chart.version, Known) and chart.version.value else "without a version"
    return f"{name} {version}"


def _accepted(journey: Journey, chart: Chart) -> Iterator[Item]:
    """A chart whose own `kubeVersion` leaves a minor out that it allowed before."""

    def fails(minor: Version) -> str | None:
        verdict = journey.verdict(ACCEPTED, "helm-chart", chart, journey.context(minor))
        return verdict.decisive[0].says if verdict.outcome is Outcome.FAIL else None

    if chart.local is None or fails(journey.start):
        return
    for minor in journey.steps:
        says = fails(minor)
        if says:
            yield item(ACCEPTED, minor, Weight.BLOCKS, Phase.BEFORE, "helm-chart", chart.at, says)
            return


def _retired(journey: Journey, chart: Chart, found: Installed) -> Iterator[Item]:
    if "retired" in found.row:
        says = f"chart {found.chart}: {found.row['retired']}"
        fix = Remedy(text=f"move to {found.row['instead']}")
        yield _item("controller-retired", journey, chart, journey.first, Weight.NOTE, Phase.BEFORE, says, fix)


def _breaks(journey: Journey, chart: Chart, found: Installed) -> Iterator[Item]:
    for row in found.row.get("breaks", ()):
        at = Version.parse(row["at"])
        if found.release and journey.is_ahead(at) and numbers(found.release) < numbers(row["below"]):
            says = f"chart {found.chart} {found.version} carries {found.release}: {row['says']}"
            fix = Remedy(text=f"chart {row['chart']} or newer", typescript=f"version: '{row['chart']}'")
            yield _item("controller-breaks", journey, chart, at, Weight.BLOCKS, Phase.BEFORE, says, fix)
            return


def _supported(journey: Journey, chart: Chart, found: Installed) -> Iterator[Item]:
    newest = found.supports_up_to
    beyond = next((minor for minor in journey.steps if newest and minor > newest), None)
    if beyond is None or newest is None:
        return
    carries = "" if found.release == found.version.removeprefix("v") else f" ({found.release})"
    what = "works with" if found.row.get("same_minor") else "supports up to"
    says = f"chart {found.chart} {found.version}{carries} {what} {newest}, according to its project"
    needed, at_target = _least(found.row, beyond), _least(found.row, journey.target)
    fix = NOTHING_TO_WRITE
    if needed is None:
        says += f"; no known release supports {beyond}"
    else:
        also = f" ({at_target} for {journey.target})" if at_target and at_target != needed else ""
        says += f"; {needed} or newer supports {beyond}{also}"
        says += "" if at_target else f", no known release supports {journey.target}"
        says += "".join(_dropped_apis(journey, found, at_target or needed))
        beside = found.row.get("beside")
        fix = Remedy(text=beside, typescript=f"version: '{needed}'", python=f'version="{needed}"')
    phase = Phase(found.row.get("phase", "before"))
    yield _item("controller-version", journey, chart, beyond, Weight.CHANGE, phase, says, fix)


def _dropped_apis(journey: Journey, found: Installed, release: str) -> Iterator[str]:
    """What to write before a release that no longer serves an API version of the app's own objects."""
    for row in found.row.get("apis", ()):
        drops = numbers(found.release or "") < numbers(row["dropped_in"]) <= numbers(release)
        users = [
            manifest.at.id
            for manifest in journey.cluster.manifests
            if isinstance(manifest.objects, Known)
            and any(one.api_version == row["version"] for one in manifest.objects.value)
        ]
        if drops and users:
            yield (
                f"; {row['dropped_in']} drops {row['version']}, which {', '.join(users)} has: write {row['instead']} "
                "before"
            )


def _least(row: dict[str, Any], minor: Version) -> str | None:
    """The oldest chart or release that supports a minor."""
    if row.get("same_minor"):
        return next((app["first"] for app in row["apps"] if app["app"] == str(minor)), None)
    fits = [
        release["release"]
        for release in row.get("releases", ())
        if release["to"] and Version.parse(release["to"]) >= minor
    ]
    least = min(fits, key=numbers, default=None)
    return least and (least if least.count(".") > 1 else f"{least}.0")


def _item(  # noqa: PLR0913 (the parts of an item)
    id_: str, journey: Journey, chart: Chart, at: Version, weight: Weight, phase: Phase, says: str, fix: Remedy
) -> Item:
    source = journey.facts.source("controllers")
    return item(id_, at, weight, phase, "helm-chart", chart.at, says, fix, source=source)
