"""The head of a page about several apps: one verdict, and a table of the apps, the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard import __version__
from eks_guard.model.describe import in_words
from eks_guard.model.report import Ruling
from eks_guard.model.value import Known
from eks_guard.report.page.entries import State
from eks_guard.report.page.markup import Markup, icon, name, tag
from eks_guard.report.page.summary import callouts, counts, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.report import Report
    from eks_guard.report.page.entries import Part

COLUMNS = ("App", "State", "Clusters", "Versions", "Failed", "Unknown", "Worst")


def apps_section(parts: Sequence[Part]) -> Markup:
    """What was audited, and what came of each app and of all."""
    reports = [part.report for part in parts]
    state, words = verdict(reports)
    clusters = sum(len(report.clusters) for report in reports)
    facts = (
        ("Apps", str(len(parts))),
        ("Clusters", str(clusters)),
        ("Packs", ", ".join(reports[0].packs) or "none"),
        ("Judged as of", reports[0].today.isoformat()),
        ("eks-guard", __version__),
    )
    return tag(
        "section",
        tag("p", f"Audit of {len(parts)} apps", class_="eyebrow"),
        tag("h1", icon(state), words, id="verdict", class_=f"verdict verdict-{state}"),
        tag("ul", *counts(reports), class_="tiles", aria_label="Findings by outcome"),
        tag("dl", *(tag("div", tag("dt", term), tag("dd", text)) for term, text in facts), class_="facts"),
        _table(parts),
        *(_beside(part) for part in parts),
        class_="summary",
        aria_labelledby="verdict",
    )


def _table(parts: Sequence[Part]) -> Markup:
    numbered = sorted(enumerate(parts, 1), key=lambda item: _rank(item[1].report))
    return tag(
        "div",
        tag(
            "table",
            tag("caption", "Apps, the worst first", class_="unseen"),
            tag("thead", tag("tr", *(tag("th", words, scope="col") for words in COLUMNS))),
            tag("tbody", *(_row(number, part) for number, part in numbered)),
        ),
        class_="apps wide",
        tabindex="0",
        role="region",
        aria_label="Overview of the apps",
    )


def _rank(report: Report) -> tuple[int, int, int, str]:
    failed = report.ruled(Ruling.FAILED)
    worst = max((finding.severity for finding in failed), default=-1)
    return list(State).index(verdict([report])[0]), -worst, -len(failed), report.assembly.path


def _row(number: int, part: Part) -> Markup:
    report = part.report
    state, words = verdict([report])
    failed = report.ruled(Ruling.FAILED)
    worst = max(failed, key=lambda finding: finding.severity, default=None)
    title = name(part.app)
    return tag(
        "tr",
        tag("th", tag("a", title, href=f"#app-{number}") if part.entries else title, scope="row"),
        tag("td", icon(state), tag("span", words if not report.complete else state), class_=f"says-{state}"),
        tag("td", str(len(report.clusters))),
        tag("td", _versions(report)),
        tag("td", str(len(failed))),
        tag("td", str(len(report.ruled(Ruling.UNKNOWN)))),
        tag("td", f"{worst.severity} {worst.policy.id}" if worst else ""),
    )


def _versions(report: Report) -> str:
    found = (in_words(c.version) if isinstance(c.version, Known) else "unknown" for c in report.clusters)
    return ", ".join(sorted(set(found))) or "none"


def _beside(part: Part) -> Markup | None:
    """What to know of one app beside its findings, folded under its name."""
    said = [callout for callout in callouts(part.report) if callout]
    return tag("details", tag("summary", "Notes on ", name(part.app)), *said, class_="beside") if said else None
