"""When support ends, and how the fleet has changed from run to run, drawn."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from eks_guard.fleet.report.queries import SOON
from eks_guard.fleet.report.words import count, signed
from eks_guard.report.page.markup import Markup, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.fleet.report.model import Ending, FleetReport, RunPoint, Trend

WIDTH, HEIGHT = 1000, 190
BASE, TOP = 150, 18
LEFT, RIGHT = 20, 20
APART = 34
HORIZON = 730
"""Days that the calendar of support shows."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LINES = (("clusters", "clusters"), ("high", "high findings"), ("failed", "failed findings"), ("unknown", "unknown"))


def endings_section(report: FleetReport) -> Markup:
    """A calendar of the next two years with the clusters that leave support on each day."""
    near = [row for row in report.endings if 0 <= (row.day - report.today).days < HORIZON]
    title = tag("h2", "Support ends")
    if not near:
        return tag("section", title, tag("p", "No end of support in the next two years.", class_="empty"), id="endings")
    said = "; ".join(
        f"{row.day}: {count(row.clusters, 'cluster')} on {row.version} leave {row.support} support" for row in near
    )
    drawing = tag(
        "svg",
        *_axis(report.today),
        *_columns(near, report.today),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        class_="chart",
        role="img",
        aria_label=said,
    )
    key = tag(
        "ul",
        tag("li", tag("span", class_="swatch end-standard"), "leave standard support"),
        tag("li", tag("span", class_="swatch end-extended"), "leave extended support: EKS upgrades them automatically"),
        class_="key",
    )
    framed = tag(
        "div", drawing, class_="framed scrolled", tabindex="0", role="region", aria_label="Calendar of support"
    )
    return tag("section", title, framed, key, id="endings")


def _axis(today: datetime.date) -> Iterator[Markup]:
    """The months, the nearest ninety days shaded."""
    yield tag("rect", x=str(LEFT), y=str(TOP), width=f"{_x(SOON) - LEFT:.1f}", height=str(BASE - TOP), class_="soon")
    yield tag("line", x1=str(LEFT), x2=str(WIDTH - RIGHT), y1=str(BASE), y2=str(BASE), class_="axis")
    year, month = today.year, today.month
    while True:
        year, month = (year, month + 1) if month < len(MONTHS) else (year + 1, 1)
        days = (datetime.date(year, month, 1) - today).days
        if days >= HORIZON:
            return
        if month % 3 == 1:
            label = f"{MONTHS[month - 1]} {year}" if month == 1 else MONTHS[month - 1]
            yield tag("line", x1=f"{_x(days):.1f}", x2=f"{_x(days):.1f}", y1=str(BASE), y2=str(BASE + 5), class_="axis")
            yield tag("text", label, x=f"{_x(days):.1f}", y=str(BASE + 22), class_="tick")


def _columns(near: Sequence[Ending], today: datetime.date) -> Iterator[Markup]:
    largest, x = max(row.clusters for row in near), 0.0
    for row in near:
        height = max(4.0, (BASE - TOP - 34) * row.clusters / largest)
        x = max(_x((row.day - today).days), x + APART)  # days that are near each other stay readable
        says = f"{row.day}: {count(row.clusters, 'cluster')} on {row.version} leave {row.support} support"
        yield tag(
            "g",
            tag("title", says),
            tag("rect", x=f"{x - 6:.1f}", y=f"{BASE - height:.1f}", width="12", height=f"{height:.1f}", rx="2"),
            tag("text", f"{row.clusters:,}", x=f"{x:.1f}", y=f"{BASE - height - 18:.1f}", class_="column-count"),
            tag("text", row.version, x=f"{x:.1f}", y=f"{BASE - height - 5:.1f}", class_="column-version"),
            class_=f"end-{row.support}",
        )


def _x(days: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * days / HORIZON


def has_course(report: FleetReport) -> bool:
    """Whether there is a run to compare with."""
    return len(report.history) > 1 or report.trend is not None


def course_section(report: FleetReport) -> Markup | None:
    """The last runs as small lines, and what is new or gone; nothing for a first run."""
    points = report.history
    if not has_course(report):
        return None
    cards = (_course(points, key, words) for key, words in LINES) if len(points) > 1 else ()
    return tag(
        "section",
        tag("h2", "Trends ", tag("span", count(len(points), "run"), class_="count")),
        tag("div", *cards, class_="courses"),
        _moves(report.trend) if report.trend else None,
        id="trends",
    )


def _course(points: Sequence[RunPoint], key: str, words: str) -> Markup:
    numbers = [int(getattr(point, key)) for point in points]
    low, high = min(numbers), max(numbers)
    span = (high - low) or 1
    places = [
        (4 + 292 * index / (len(numbers) - 1), 56 - 44 * (number - low) / span) for index, number in enumerate(numbers)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    line = tag(
        "svg",
        tag("polyline", points=path, class_="line"),
        tag("circle", cx=f"{places[-1][0]:.1f}", cy=f"{places[-1][1]:.1f}", r="4", class_="end"),
        viewBox="0 0 300 64",
        role="img",
        aria_label=f"{words}: "
        + ", ".join(f"{point.day}: {number}" for point, number in zip(points, numbers, strict=True)),
    )
    step = numbers[-1] - numbers[-2]
    return tag(
        "figure",
        tag(
            "figcaption",
            tag("strong", f"{numbers[-1]:,}"),
            tag("span", f"{words} "),
            tag("span", signed(step), class_="detail"),
        ),
        line,
        tag("p", tag("span", points[0].day.isoformat()), tag("span", points[-1].day.isoformat()), class_="ends"),
        class_=f"course course-{key}",
    )


def _moves(trend: Trend) -> Markup:
    says = (
        f"Since {trend.since}: {trend.new:,} new, {trend.gone:,} gone, {trend.changed:,} changed, "
        f"{trend.same:,} as before, by fingerprint."
    )
    rows = (
        tag(
            "tr",
            tag("td", severity, class_=f"severity severity-{severity}"),
            tag("th", tag("code", policy), scope="row"),
            tag("td", signed(came), class_="number"),
            tag("td", signed(-went), class_="number"),
        )
        for severity, policy, came, went in trend.by_policy
    )
    head = tag(
        "tr",
        *(
            tag("th", words, scope="col", class_=kind)
            for words, kind in (("severity", ""), ("policy", ""), ("new", "number"), ("gone", "number"))
        ),
    )
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="grid")
    framed = tag("div", table, class_="framed scrolled", tabindex="0", role="region", aria_label="Table of changes")
    return tag("div", tag("p", says, class_="muted"), framed if trend.by_policy else None, class_="moves")
