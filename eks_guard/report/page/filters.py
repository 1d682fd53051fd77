"""The form that narrows the findings down; without a script there is none, and all findings are there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eks_guard.model.outcome import Severity
from eks_guard.report.page.entries import State
from eks_guard.report.page.markup import Markup, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.model.finding import Report
    from eks_guard.report.page.entries import Entry

LONGEST_OPTION = 80


def filter_form(report: Report, entries: Sequence[Entry]) -> Markup:
    """Filters for what there is; the script shows the form."""
    severities = Counter(str(entry.finding.severity) for entry in entries)
    states = Counter(str(entry.state) for entry in entries)
    return tag(
        "form",
        tag(
            "div",
            _labelled("text", "Text", tag("input", id="filter-text", name="text", type="search", autocomplete="off")),
            _labelled("subject", "Cluster or subject", _subjects(report, entries)),
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


def _subjects(report: Report, entries: Sequence[Entry]) -> Markup:
    clusters = [(f"cluster-{number}", cluster.id) for number, cluster in enumerate(report.clusters, 1)]
    named = {cluster.id for cluster in report.clusters}
    others = {f"subject-{e.subject}": e.finding.subject.id for e in entries if e.finding.subject.id not in named}
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
