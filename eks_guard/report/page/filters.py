"""The form that narrows the findings down; without a script there is none, and all findings are there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eks_guard.model.outcome import Severity
from eks_guard.report.page.entries import State
from eks_guard.report.page.markup import Markup, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.report.page.entries import Part

LONGEST_OPTION = 80


def filter_form(parts: Sequence[Part]) -> Markup:
    """Filters for what there is; the script shows the form."""
    entries = [entry for part in parts for entry in part.entries]
    severities = Counter(str(entry.finding.severity) for entry in entries)
    states = Counter(str(entry.state) for entry in entries)
    return tag(
        "form",
        tag(
            "div",
            _labelled("text", "Text", tag("input", id="filter-text", name="text", type="search", autocomplete="off")),
            _labelled("app", "App", _apps(parts)) if len(parts) > 1 else None,
            _labelled("subject", "Cluster or subject", _subjects(parts)),
            class_="fields",
        ),
        tag(
            "div",
            _boxes("severity", "Severity", [(str(s), severities[str(s)]) for s in sorted(Severity, reverse=True)]),
            _boxes("outcome", "Outcome", [(str(s), states[str(s)]) for s in State]),
            class_="fields",
        ),
        tag(
            "div",
            tag("p", f"{len(entries)} of {len(entries)} shown", role="status", class_="status"),
            tag("button", "Open all", type="button", data_open="all"),
            tag("button", "Close all", type="button", data_open="none"),
            tag("button", "Reset", type="reset"),
            class_="fields",
        ),
        class_="filters",
        hidden=True,
        role="search",
        aria_label="Filter the findings",
    )


def _labelled(name: str, words: str, field: Markup) -> Markup:
    return tag("div", tag("label", words, for_=f"filter-{name}"), field, class_="field")


def _boxes(name: str, words: str, choices: Iterable[tuple[str, int]]) -> Markup:
    boxes = (
        tag("label", tag("input", type="checkbox", name=name, value=value, checked=True), f"{value} ", _count(number))
        for value, number in choices
        if number
    )
    return tag("fieldset", tag("legend", words), *boxes)


def _count(number: int) -> Markup:
    return tag("span", str(number), class_="count")


def _apps(parts: Sequence[Part]) -> Markup:
    options = (tag("option", _short(part.app), value=str(number)) for number, part in enumerate(parts, 1))
    return tag("select", tag("option", "All", value=""), *options, id="filter-app", name="app")


def _subjects(parts: Sequence[Part]) -> Markup:
    clusters: list[tuple[str, str]] = []
    others: dict[str, str] = {}
    for part in parts:
        of = f" in {part.app}" if len(parts) > 1 else ""
        named = {cluster.id for cluster in part.report.clusters}
        found = zip(part.clusters, part.report.clusters, strict=True)
        clusters += [(f"cluster-{number}", f"{cluster.id}{of}") for number, cluster in found]
        about = ((entry.subject, entry.finding.subject.id) for entry in part.entries)
        others |= {f"subject-{number}": f"{id_}{of}" for number, id_ in about if id_ not in named}
    return tag(
        "select",
        tag("option", "All", value=""),
        *_group("Clusters", clusters),
        *_group("Other subjects", sorted(others.items(), key=lambda item: item[1])),
        id="filter-subject",
        name="subject",
    )


def _group(words: str, options: Sequence[tuple[str, str]]) -> Iterator[Markup]:
    if options:
        yield tag("optgroup", *(tag("option", _short(name), value=value) for value, name in options), label=words)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_OPTION else f"{name[:LONGEST_OPTION]}…"
