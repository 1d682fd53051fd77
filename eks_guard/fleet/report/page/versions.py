"""Versions by team: a band of the whole fleet, and a table whose cells darken with the number of clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fleet.report.words import count
from eks_guard.report.page.markup import Markup, name, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.fleet.report.model import FleetReport, Names

WIDTH = 1000
SHADES = 5
NARROW = 34
"""Below this width of a thousand, a number does not fit into its part of the band."""
LETTER = 11
"""What a letter of a version takes in a part of the band, in the same units."""
STATES = {
    "standard": "standard support",
    "extended": "extended support, at six times the price",
    "ended": "support has ended",
    "unannounced": "newer than the calendar",
    "unknown": "version unknown",
}


def versions_section(report: FleetReport) -> Markup:
    """The section; a fleet without clusters has an empty one."""
    table = report.versions
    body: tuple[Markup | None, ...] = (tag("p", "No EKS cluster in any archive.", class_="empty"),)
    if report.clusters:
        body = (_band(table.columns, table.support, table.rows[0][1]), _key(table.support), _table(report))
    return tag("section", tag("h2", "Versions"), *body, id="versions")


def _band(columns: Names, support: Names, counts: Sequence[int]) -> Markup:
    total, at, parts = sum(counts), 0.0, []
    for column, state, number in zip(columns, support, counts, strict=True):
        width = WIDTH * number / total
        if number:
            parts.append(_part(column, state, number, at, width))
        at += width
    said = ", ".join(f"{column}: {number}" for column, number in zip(columns, counts, strict=True) if number)
    return tag(
        "svg", *parts, viewBox=f"0 0 {WIDTH} 64", class_="band", role="img", aria_label=f"Clusters by version: {said}"
    )


def _part(column: str, state: str, number: int, at: float, width: float) -> Markup:
    middle = f"{at + width / 2:.1f}"
    words: list[Markup] = []
    if width >= len(column) * LETTER:
        words.append(tag("text", column, x=middle, y="28", class_="band-version"))
    if width >= NARROW:
        words.append(tag("text", f"{number:,}", x=middle, y="47", class_="band-count"))
    bar = tag("rect", x=f"{at:.1f}", y="4", width=f"{max(width - 2, 1):.1f}", height="56", rx="4")
    return tag(
        "g",
        tag("title", f"{column}: {count(number, 'cluster')}, {STATES[state]}"),
        bar,
        *words,
        class_=f"state-{state}",
    )


def _key(support: Names) -> Markup:
    states = [state for state in STATES if state in support]
    items = (tag("li", tag("span", class_=f"swatch state-{state}"), STATES[state]) for state in states)
    return tag("ul", *items, class_="key")


def _table(report: FleetReport) -> Markup | None:
    table = report.versions
    if len(table.rows) == 1:
        return None
    largest = max(number for _, counts in table.rows[1:] for number in counts)
    head = [*(tag("th", by, scope="col") for by in table.by), tag("th", "clusters", scope="col", class_="number")]
    head += [
        tag("th", column, scope="col", class_=f"number state-{state}")
        for column, state in zip(table.columns, table.support, strict=True)
    ]
    rows = (
        tag(
            "tr",
            *(tag("th", name(part), scope="row") for part in names),
            tag("td", f"{sum(counts):,}", class_="number"),
            *(_cell(number, state, largest) for number, state in zip(counts, table.support, strict=True)),
        )
        for names, counts in table.rows[1:]
    )
    caption = tag("caption", f"Clusters by {', '.join(table.by)} and version", class_="unseen")
    whole = tag("table", caption, tag("thead", tag("tr", *head)), tag("tbody", *rows), class_="grid heat")
    return tag("div", whole, class_="scrolled", tabindex="0", role="region", aria_label="Versions by group")


def _cell(number: int, state: str, largest: int) -> Markup:
    if not number:
        return tag("td", "·", class_="number none")
    shade = -(-number * SHADES // largest)
    return tag("td", f"{number:,}", class_=f"number state-{state} shade-{shade}")
