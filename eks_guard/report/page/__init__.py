"""`--format html`: one file to look at, that asks nothing of any network and needs no script to be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.model.outcome import Outcome
from eks_guard.report.page.apps import apps_section
from eks_guard.report.page.cards import findings_section
from eks_guard.report.page.change import change_section
from eks_guard.report.page.coverage import coverage_section
from eks_guard.report.page.document import document
from eks_guard.report.page.entries import parts_of
from eks_guard.report.page.markup import Markup, icon, name, tag
from eks_guard.report.page.picture import clusters_section
from eks_guard.report.page.summary import summary_section, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.report import Report
    from eks_guard.report.style import Style

HERE = Path(__file__).parent


def render(report: Report, style: Style) -> str:
    """The report as a page."""
    return render_apps([report], style)


def render_apps(reports: Sequence[Report], style: Style) -> str:
    """The reports of one or several apps as a page; several have a table of their own, the worst first."""
    parts = parts_of(reports)
    _, words = verdict(reports)
    several = len(reports) > 1
    what = f"{len(reports)} apps" if several else reports[0].assembly.path[-80:]
    return document(
        f"{words} · {what} · eks-guard",
        _own("page.css"),
        Markup(_own("icons.svg")),
        tag("a", "Skip to the findings", href="#findings", class_="skip"),
        _bar(),
        tag(
            "main",
            apps_section(parts) if several else summary_section(reports[0]),
            None if several else change_section(reports[0]),
            clusters_section(parts),
            findings_section(parts),
            coverage_section(reports[0].standards),  # the packs are the same for all
            _passed(reports) if style.show_passed else None,
        ),
        script=_own("page.js"),
    )


def _own(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _bar() -> Markup:
    links = (("#clusters", "Clusters"), ("#findings", "Findings"))
    return tag(
        "header",
        tag("p", "eks-guard", class_="brand"),
        tag("nav", *(tag("a", words, href=href) for href, words in links), aria_label="Parts of the page"),
        tag(
            "button",
            icon("theme"),
            tag("span", "Theme: "),
            tag("span", "system"),
            type="button",
            class_="theme",
            hidden=True,
        ),
        class_="top",
    )


def _passed(reports: Sequence[Report]) -> Markup:
    rows = [finding for report in reports for finding in report.findings if finding.outcome is Outcome.PASS]
    items = (tag("li", tag("span", f.policy.id, class_="policy"), " ", name(f.subject.id)) for f in rows)
    return tag(
        "section",
        tag("h2", "Passed ", tag("span", str(len(rows)), class_="count"), id="passed-title"),
        tag("ul", *items, class_="passed") if rows else tag("p", "Nothing passed.", class_="empty"),
        aria_labelledby="passed-title",
    )
