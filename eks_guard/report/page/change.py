"""The picture of an update: each EKS resource and what becomes of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eks_guard.report.change import in_order, reasons, word
from eks_guard.report.page.markup import Markup, name, prose, tag

if TYPE_CHECKING:
    from eks_guard.model.change import ResourceChange
    from eks_guard.model.report import Report

UNTOUCHED = "kept"


def change_section(report: Report) -> Markup | None:
    """What the update does, those first that it touches; none for a single assembly."""
    if report.change is None:
        return None
    rows = in_order(report.change)
    touched = [row for row in rows if word(row) != UNTOUCHED]
    kept = len(rows) - len(touched)
    counts = ", ".join(f"{number} {fate}" for fate, number in Counter(map(word, rows)).items())
    return tag(
        "section",
        tag("h2", "Update ", tag("span", str(len(rows)), class_="count"), id="update-title"),
        tag("p", counts or "No EKS resource in either assembly.", class_="detail"),
        tag("ol", *(_row(row) for row in touched), class_="fates") if touched else None,
        tag("p", f"{kept} stay as they are.", class_="empty") if kept else None,
        id="update",
        aria_labelledby="update-title",
    )


def _row(row: ResourceChange) -> Markup:
    words = word(row)
    texts = (tag("p", *prose(reason), class_="because") for reason in reasons(row))
    return tag(
        "li",
        tag("span", words, class_=f"fate fate-{words.replace(' ', '-')}"),
        tag("span", row.kind, class_="detail"),
        " ",
        name(row.id),
        *texts,
    )
