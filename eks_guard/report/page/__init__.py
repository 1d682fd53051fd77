"""`--format html`: one file to look at, that asks nothing of any network and needs no script to be read."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard import __version__
from eks_guard.model.outcome import Outcome
from eks_guard.report.page.cards import findings_section
from eks_guard.report.page.change import change_section
from eks_guard.report.page.coverage import coverage_section
from eks_guard.report.page.entries import entries_of
from eks_guard.report.page.markup import Markup, icon, name, tag
from eks_guard.report.page.picture import clusters_section
from eks_guard.report.page.summary import summary_section, verdict

if TYPE_CHECKING:
    from eks_guard.model.finding import Report
    from eks_guard.report.style import Style

HERE = Path(__file__).parent


def render(report: Report, style: Style) -> str:
    """The report as a page."""
    entries = entries_of(report)
    page = tag(
        "html",
        _head(report),
        tag(
            "body",
            Markup(_own("icons.svg")),
            tag("a", "Skip to the findings", href="#findings", class_="skip"),
            _bar(),
            tag(
                "main",
                summary_section(report),
                change_section(report),
                clusters_section(report, entries),
                findings_section(report, entries),
                coverage_section(report.standards),
                _passed(report) if style.show_passed else None,
            ),
            tag("footer", tag("p", f"Written by eks-guard {__version__}. This page asks nothing of any network.")),
            tag("p", role="status", class_="unseen spoken"),
            tag("script", Markup(_own("page.js"))),
        ),
        lang="en",
    )
    return f"<!doctype html>\n{page.html}\n"


def _head(report: Report) -> Markup:
    _, words = verdict(report)
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy()),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{words} · {report.assembly.path[-80:]} · eks-guard"),
        tag("style", Markup(_own("page.css"))),
    )


def _policy() -> str:
    """Our own style and script, and nothing else (https://www.w3.org/TR/CSP3/)."""
    return (
        f"default-src 'none'; style-src {_hash(_own('page.css'))}; script-src {_hash(_own('page.js'))}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


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


def _passed(report: Report) -> Markup:
    rows = [finding for finding in report.findings if finding.outcome is Outcome.PASS]
    items = (tag("li", tag("span", f.policy.id, class_="policy"), " ", name(f.subject.id)) for f in rows)
    return tag(
        "section",
        tag("h2", "Passed ", tag("span", str(len(rows)), class_="count"), id="passed-title"),
        tag("ul", *items, class_="passed") if rows else tag("p", "Nothing passed.", class_="empty"),
        aria_labelledby="passed-title",
    )
