"""Each cluster as a picture of its chain: control plane, handlers, layers, witnesses, and the links between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.policy import Link
from eks_guard.model.value import Known
from eks_guard.report.page.chain import chains_judged, links_at_fault
from eks_guard.report.page.entries import State, anchors, gravest
from eks_guard.report.page.markup import Markup, icon, join, name, prose, tag
from eks_guard.report.page.nodes import SIGNS, tree, where
from eks_guard.report.page.overview import Row, overview, rank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import KubectlProvider
    from eks_guard.model.resource import ResourceId
    from eks_guard.report.page.entries import Entry, Part
    from eks_guard.report.page.markup import Child

    Faults = Mapping[Link, Sequence[Entry]]

ORIGINS = {
    Origin.CUSTOM_RESOURCE: "custom resource",
    Origin.CLOUDFORMATION: "AWS::EKS::Cluster",
    Origin.IMPORTED: "imported",
}
MANY = 30
"""From here on the browser lays out only what is near the screen."""


def clusters_section(parts: Sequence[Part]) -> Markup:
    """All clusters, good ones too, the worst first."""
    rows = sorted((row for part in parts for row in _rows(part)), key=lambda row: rank(row.cluster, row.entries))
    judged = frozenset(resource for part in parts for resource in chains_judged(part.report))
    alone, many = len(rows) == 1, len(rows) > MANY
    return tag(
        "section",
        tag("h2", "Clusters ", tag("span", str(len(rows)), class_="count"), id="clusters-title"),
        None if rows else tag("p", "There is no EKS cluster in what was audited.", class_="empty"),
        overview(rows, with_apps=len(parts) > 1),
        tag(
            "div",
            *(_cluster(row, judged, apps=len(parts), alone=alone, many=many) for row in rows),
            class_=many and "many",
        ),
        id="clusters",
        aria_labelledby="clusters-title",
    )


def _rows(part: Part) -> Iterator[Row]:
    for number, cluster, anchor in zip(part.clusters, part.report.clusters, anchors(part.report), strict=True):
        yield Row(cluster, anchor, tuple(entry for entry in part.entries if number in entry.clusters), part.app)


def _cluster(row: Row, judged: frozenset[ResourceId | None], *, apps: int, alone: bool, many: bool) -> Markup:
    """A cluster with its picture: folded where nothing is wrong with it, and where there are many."""
    cluster, anchor, entries = row.cluster, row.anchor, row.entries
    chains = [(provider, links_at_fault(provider, entries)) for provider in cluster.kubectl]
    drawn = {entry.id for _, faults in chains for found in faults.values() for entry in found}
    title = tag("h3", name(cluster.id), id=f"{anchor}-title")
    inside = (
        tag("figure", tree(cluster, chains), _caption(cluster, chains, judged), class_="chain"),
        _others([entry for entry in entries if entry.id not in drawn]),
    )
    state, origin = gravest(entries), join(name(row.app), " · ", _origin(cluster)) if apps > 1 else _origin(cluster)
    head = (
        tag("header", title, tag("p", origin, class_="muted"))
        if alone
        else tag("summary", icon(state), title, tag("span", origin, class_="muted"))
    )
    shown = inside if alone else (tag("details", head, *inside, open=state is not State.HOLDS and not many),)
    return tag(
        "article",
        *((head, *shown) if alone else shown),
        class_=f"cluster cluster-{state}",
        id=anchor,
        aria_labelledby=f"{anchor}-title",
    )


def _origin(cluster: Cluster) -> Markup:
    return join(f"{ORIGINS[cluster.origin]} in stack ", name(cluster.stack), " · ", where(cluster))


def _caption(
    cluster: Cluster, chains: Sequence[tuple[KubectlProvider, Faults]], judged: frozenset[ResourceId | None]
) -> Markup | None:
    """What is wrong with each link, in the words of its findings."""
    wrong = {entry.id: (link, entry) for _, faults in chains for link, found in faults.items() for entry in found}
    if wrong:
        return tag("figcaption", *(_fault(link, entry) for link, entry in wrong.values()))
    if not chains:
        return None
    handlers = {provider.handler.value.resource for provider, _ in chains if isinstance(provider.handler, Known)}
    if judged.isdisjoint({cluster.resource, *handlers}):
        return tag("figcaption", _says(State.UNKNOWN, "No policy asked about this chain."))
    return tag("figcaption", _says(State.HOLDS, "No policy found fault with this chain."))


def _fault(link: Link, entry: Entry) -> Markup:
    words = "; ".join(entry.finding.because) or entry.finding.policy.title
    heading = tag("strong", f"{SIGNS[entry.state].capitalize()} {link.value}:")
    return _says(
        entry.state, heading, " ", *prose(f"{words}. "), tag("a", entry.finding.policy.id, href=f"#{entry.id}")
    )


def _says(state: State, *words: Child) -> Markup:
    return tag("p", icon(state), tag("span", *words), class_=f"says says-{state}")


def _others(entries: Sequence[Entry]) -> Markup | None:
    """What else was found on the cluster."""
    if not entries:
        return None
    items = [
        tag(
            "li",
            icon(entry.state),
            tag("a", entry.finding.policy.id, href=f"#{entry.id}"),
            tag("span", entry.label),
            class_=f"says-{entry.state}",
        )
        for entry in entries
    ]
    return tag("div", tag("p", "Other findings", class_="kind"), tag("ul", *items), class_="others")
