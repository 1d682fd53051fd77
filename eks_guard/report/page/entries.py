"""The findings that the page shows, in its order, each with the words and ids by which it is found again."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from eks_guard.model.outcome import OPEN, Outcome
from eks_guard.model.value import Known
from eks_guard.records import dataclass, replace
from eks_guard.report.place import line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report
    from eks_guard.model.resource import ResourceId


class State(StrEnum):
    """What became of something, gravest first; without findings, it holds."""

    FAILED = "failed"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding, the id of its place in the page, and the numbers of the clusters and of the subject it is about."""

    id: str
    finding: Finding
    clusters: tuple[int, ...]
    subject: int

    @property
    def state(self) -> State:
        """What became of the finding's policy."""
        return _state(self.finding)

    @property
    def label(self) -> str:
        """The word on the finding: its severity where it failed."""
        return str(self.finding.severity) if self.state is State.FAILED else self.state


@dataclass(frozen=True, slots=True)
class Part:
    """What the page shows of one app: its report, its findings, and the numbers of its clusters in the page."""

    report: Report
    entries: tuple[Entry, ...]
    clusters: tuple[int, ...]

    @property
    def app(self) -> str:
        """What the app is called beside others."""
        return self.report.assembly.path


def parts_of(reports: Sequence[Report]) -> tuple[Part, ...]:
    """The apps of a page, in its order; clusters and subjects are numbered through all of them."""
    parts: list[Part] = []
    for report in map(_seen_from_here, reports):
        clusters = sum(len(part.clusters) for part in parts)
        subjects = max((entry.subject for part in parts for entry in part.entries), default=0)
        entries = _entries_of(report, clusters, subjects)
        numbers = range(clusters + 1, clusters + len(report.clusters) + 1)
        parts.append(Part(report, entries, tuple(numbers)))
    return tuple(parts)


def _seen_from_here(report: Report) -> Report:
    """The report, whose clusters and layers name their lines as its findings do."""
    return replace(report, clusters=tuple(_with_lines(cluster, report) for cluster in report.clusters))


def _with_lines(cluster: Cluster, report: Report) -> Cluster:
    at = replace(cluster.at, source=line_of(cluster.source, report))
    providers = (
        replace(
            provider,
            layers=tuple(replace(layer, source=line_of(layer.source, report)) for layer in provider.layers),
        )
        for provider in cluster.kubectl
    )
    return replace(cluster, at=at, kubectl=tuple(providers))


def _entries_of(report: Report, clusters_before: int, subjects_before: int) -> tuple[Entry, ...]:
    """What failed, then what is unknown, then what is waived."""
    order = list(State)
    shown = [finding for finding in report.findings if finding.outcome in OPEN]
    shown.sort(key=lambda finding: order.index(_state(finding)))
    clusters = _clusters_by_resource(report, clusters_before)
    subjects: dict[str, int] = {}
    return tuple(
        Entry(
            anchor,
            finding,
            clusters.get(about, ()) if (about := _about(finding)) else (),
            subjects.setdefault(finding.subject.id, subjects_before + len(subjects) + 1),
        )
        for anchor, finding in zip(_once([f"finding-{f.fingerprint[:12]}" for f in shown]), shown, strict=True)
    )


def anchors(report: Report) -> tuple[str, ...]:
    """The id of each cluster in the page, made of its name, so that a link to it is the same tomorrow."""
    digests = (sha256(f"{report.assembly.app}\0{c.id}".encode(errors="surrogatepass")) for c in report.clusters)
    return tuple(_once([f"cluster-{digest.hexdigest()[:12]}" for digest in digests]))


def _once(names: Sequence[str]) -> Iterator[str]:
    """The names, each that comes again with a number."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}-{seen[name]}"


def gravest(entries: Iterable[Entry]) -> State:
    """The state of a whole, by the findings about it."""
    states = {entry.state for entry in entries}
    return next((state for state in State if state in states), State.HOLDS)


def _state(finding: Finding) -> State:
    if finding.waiver:
        return State.WAIVED
    return State.UNKNOWN if finding.outcome is Outcome.UNKNOWN else State.FAILED


def _clusters_by_resource(report: Report, before: int) -> dict[ResourceId, tuple[int, ...]]:
    """The numbers of the clusters that a resource is, or that it runs kubectl for."""
    found: dict[ResourceId, tuple[int, ...]] = {}
    for number, cluster in enumerate(report.clusters, before + 1):
        handlers = [p.handler.value.resource for p in cluster.kubectl if isinstance(p.handler, Known)]
        for resource in {cluster.resource, *handlers}:
            found[resource] = (*found.get(resource, ()), number)
    return found


def _about(finding: Finding) -> ResourceId | None:
    return finding.subject.cluster.resource if finding.subject.cluster else finding.subject.resource
