"""The clusters in one table, the worst first: where to look among many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_words
from eks_guard.model.value import Known, Unknown
from eks_guard.records import dataclass
from eks_guard.report.page.entries import State, gravest
from eks_guard.report.page.markup import Markup, icon, name, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.value import Value
    from eks_guard.report.page.entries import Entry


@dataclass(frozen=True, slots=True)
class Row:
    """A cluster with the id of its place in the page, its findings, and the app that it is in."""

    cluster: Cluster
    anchor: str
    entries: Sequence[Entry]
    app: str


COLUMNS = ("Cluster", "State", "Version", "kubectl", "Endpoint", "Failed", "Unknown", "Worst")


def rank(cluster: Cluster, entries: Sequence[Entry]) -> tuple[int, int, int, str]:
    """What clusters are sorted by: failed ones first, by the gravest failure and their number."""
    failed = [entry.finding.severity for entry in entries if entry.state is State.FAILED]
    return list(State).index(gravest(entries)), -max(failed, default=0), -len(failed), cluster.id


def overview(rows: Sequence[Row], *, with_apps: bool) -> Markup | None:
    """A row for each cluster; nothing for a single one, which is its own overview."""
    if len(rows) <= 1:
        return None
    return tag(
        "div",
        _search(len(rows)),
        tag(
            "div",
            tag(
                "table",
                tag("caption", "Clusters, the worst first", class_="unseen"),
                tag("thead", tag("tr", *(tag("th", words, scope="col") for words in _columns(with_apps=with_apps)))),
                tag("tbody", *(_row(row, with_apps=with_apps) for row in rows)),
            ),
            class_="wide",
            tabindex="0",
            role="region",
            aria_label="Overview of the clusters",
        ),
        class_="overview",
    )


def _search(number: int) -> Markup:
    """The field that narrows clusters down; the script shows it."""
    return tag(
        "form",
        tag("label", "Filter clusters", for_="cluster-filter"),
        tag("input", id="cluster-filter", type="search", autocomplete="off"),
        tag("p", f"{number} of {number} clusters", role="status", class_="status"),
        class_="cluster-filter",
        hidden=True,
        role="search",
        aria_label="Filter the clusters",
    )


def _columns(*, with_apps: bool) -> Sequence[str]:
    return (COLUMNS[0], "App", *COLUMNS[1:]) if with_apps else COLUMNS


def _row(row: Row, *, with_apps: bool) -> Markup:
    cluster, entries = row.cluster, row.entries
    state = gravest(entries)
    failed = [entry for entry in entries if entry.state is State.FAILED]
    unknown = sum(entry.state is State.UNKNOWN for entry in entries)
    worst = min(failed, key=lambda entry: -entry.finding.severity, default=None)
    return tag(
        "tr",
        tag("th", tag("a", name(cluster.id), href=f"#{row.anchor}"), scope="row"),
        tag("td", name(row.app)) if with_apps else None,
        tag("td", icon(state), tag("span", state), class_=f"says-{state}"),
        tag("td", _short(cluster.version)),
        tag("td", _kubectl(cluster)),
        tag("td", _endpoint(cluster)),
        tag("td", str(len(failed))),
        tag("td", str(unknown)),
        tag("td", f"{worst.label} {worst.finding.policy.id}" if worst else ""),
        data_cluster=row.anchor,
    )


def _short(value: Value[object]) -> str:
    return in_words(value) if isinstance(value, Known) else "unknown"


def _kubectl(cluster: Cluster) -> str:
    """The versions that its handlers run; none for a cluster that nothing talks to."""
    found = (
        "unknown" if isinstance(provider.kubectl, Unknown) else str(provider.kubectl.value or "missing")
        for provider in cluster.kubectl
        if provider.used
    )
    return ", ".join(dict.fromkeys(found)) or "none"


def _endpoint(cluster: Cluster) -> str:
    doors = cluster.endpoint.doors
    return "unknown" if doors is None else " and ".join(doors) or "none"
