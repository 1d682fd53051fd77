"""The report as a page: one file to look at, that asks nothing of any network and needs no script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.fleet.report.page.charts import course_section, endings_section, has_course
from eks_guard.fleet.report.page.lists import plans_section, policies_section, refused_section, worst_section
from eks_guard.fleet.report.page.versions import versions_section
from eks_guard.fleet.report.queries import SOON
from eks_guard.fleet.report.words import LOST, caveats, count, ending, soon
from eks_guard.report.page import HERE as REPORT_PAGE
from eks_guard.report.page.document import document
from eks_guard.report.page.markup import Markup, name, prose, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fleet.report.model import FleetReport
    from eks_guard.report.style import Style

HERE = Path(__file__).parent


def render(report: FleetReport, _: Style) -> str:
    """The report as HTML."""
    style = (REPORT_PAGE / "page.css").read_text(encoding="utf-8") + (HERE / "fleet.css").read_text(encoding="utf-8")
    return document(
        f"{count(report.clusters, 'cluster')} · {report.today} · eks-guard fleet",
        style,
        _bar(report),
        tag(
            "main",
            _summary(report),
            versions_section(report),
            endings_section(report),
            policies_section(report),
            course_section(report),
            worst_section(report),
            plans_section(report),
            refused_section(report),
        ),
    )


def _bar(report: FleetReport) -> Markup:
    parts = (
        ("versions", "Versions", True),
        ("endings", "Support", True),
        ("policies", "Policies", True),
        ("trends", "Trends", has_course(report)),
        ("worst", "Clusters", bool(report.worst)),
        ("plans", "Upgrades", bool(report.plans)),
        ("refused", "Not audited", bool(report.not_audited)),
    )
    links = (tag("a", words, href=f"#{part}") for part, words, there in parts if there)
    return tag(
        "header", tag("p", "eks-guard fleet", class_="brand"), tag("nav", *links, aria_label="Parts"), class_="top"
    )


def _summary(report: FleetReport) -> Markup:
    lost = sum(number for status, number in report.statuses if status in LOST)
    title = count(report.clusters, "cluster")
    if report.groups:
        title += f" of {count(report.groups, report.group)}"
    facts = (
        ("Run", report.run),
        ("Judged as of", report.today.isoformat()),
        ("Facts as of", report.facts_as_of),
        ("eks-guard", report.eks_guard),
    )
    return tag(
        "section",
        tag("p", "Runs in ", name(report.folder, "code"), class_="eyebrow"),
        tag("h1", title, class_="verdict"),
        tag("ul", *_tiles(report, lost), class_="tiles", aria_label="The fleet in numbers"),
        tag("dl", *(tag("div", tag("dt", term), tag("dd", text)) for term, text in facts), class_="facts"),
        _callout(f"Support ends within {SOON} days", [f"{s}: {ending(near)}" for s, near in soon(report)], "failed"),
        _callout("Notes", list(caveats(report)), "note"),
        class_="summary",
    )


def _tiles(report: FleetReport, lost: int) -> Iterator[Markup]:
    high = sum(line.findings for line in report.policies if line.severity == "high")
    failed = sum(line.findings for line in report.policies)
    counts = dict(report.statuses)
    tiles = (
        ("archives", report.archives, f"{counts.get('empty', 0):,} without EKS", "plain"),
        ("clusters", report.clusters, "", "plain"),
        ("high", high, f"{failed:,} failed in all", "failed"),
        ("unknown", sum(line.unknown for line in report.policies), "", "unknown"),
        ("not audited", lost, "", "failed"),
    )
    for words, number, more, kind in tiles:
        detail = tag("span", more, class_="detail") if more else None
        shown = f"tile tile-{kind}" + ("" if number else " tile-none")
        yield tag("li", tag("strong", f"{number:,}"), tag("span", words), detail, class_=shown)


def _callout(title: str, lines: list[str], kind: str) -> Markup | None:
    if not lines:
        return None
    items = (tag("li", *prose(line)) for line in lines)
    return tag("div", tag("h2", title), tag("ul", *items), class_=f"callout callout-{kind}")
