"""The findings, each one that opens: what happens, the proof, the lines to write, and the waiver to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.report.edits import NAMES, edits_for
from eks_guard.report.page.filters import filter_form
from eks_guard.report.page.markup import Markup, code, icon, join, link, name, prose, tag
from eks_guard.report.place import own_line
from eks_guard.report.waiver_yaml import waiver_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.model.finding import Finding, Location, Waiver
    from eks_guard.model.fix import Language
    from eks_guard.model.kubectl import Step
    from eks_guard.model.report import Report
    from eks_guard.report.page.entries import Entry, Part

OPEN_AT_MOST = 4
"""As many findings are shown opened; of more than these a reader wants the list first."""
MANY = 60
"""From here on the browser lays out only what is near the screen."""
WHOLE = 15
"""The findings on as many clusters are printed with proof and fix; on more, what is wrong and where."""
DEEPEST = 3


def findings_section(parts: Sequence[Part]) -> Markup:
    """What failed, is unknown or is waived, in that order; of several apps, of the first one first."""
    entries = [entry for part in parts for entry in part.entries]
    opened = len(entries) <= OPEN_AT_MOST
    return tag(
        "section",
        tag("h2", "Findings ", tag("span", str(len(entries)), class_="count"), id="findings-title"),
        filter_form(parts) if len(entries) > 1 else None,
        None if entries else tag("p", "Nothing failed, is unknown, or is waived.", class_="empty"),
        tag(
            "div",
            *(card for number, part in enumerate(parts, 1) for card in _cards(part, number, parts, opened=opened)),
            class_=_size(sum(len(part.clusters) for part in parts), len(entries)),
        ),
        id="findings",
        aria_labelledby="findings-title",
    )


def _size(clusters: int, findings: int) -> str | None:
    """How much of each finding screens lay out and paper shows."""
    return " ".join([*(["brief"] if clusters > WHOLE else []), *(["many"] if findings > MANY else [])]) or None


def _cards(part: Part, number: int, parts: Sequence[Part], *, opened: bool) -> Iterator[Markup]:
    """The findings of one app, under its name where there are others."""
    app = number if len(parts) > 1 else None
    if app and part.entries:
        yield tag("h3", name(part.app), class_="app", id=f"app-{number}")
    for entry in part.entries:
        yield _card(entry, part.report, opened=opened, app=app)


def _card(entry: Entry, report: Report, *, opened: bool, app: int | None) -> Markup:
    finding = entry.finding
    return tag(
        "details",
        _head(entry, report),
        tag(
            "div",
            _proof(finding, report),
            _remedy(finding, report.language),
            _policy(finding),
            _waived(finding.waiver) if finding.waiver else _waiver(finding, report),
            class_="body",
        ),
        id=entry.id,
        class_=f"card card-{entry.label}",
        open=opened,
        data_app=str(app) if app else None,
        data_severity=str(finding.severity),
        data_outcome=entry.state,
        data_subject=" ".join([f"subject-{entry.subject}", *(f"cluster-{number}" for number in entry.clusters)]),
    )


def _head(entry: Entry, report: Report) -> Markup:
    finding, word = entry.finding, entry.label
    reasons = (prose(reason) for reason in finding.because or (finding.policy.title,))
    return tag(
        "summary",
        tag("span", icon(word), word, class_=f"badge badge-{word}"),
        tag("h3", tag("span", finding.policy.id, class_="policy"), " ", name(finding.subject.id)),
        icon("chevron"),
        *(tag("span", *reason, class_="because") for reason in reasons),
        tag("span", _where(finding, report), class_="because where"),
    )


def _where(finding: Finding, report: Report) -> Markup:
    return name(str(own_line(finding, report) or _in_template(finding.location)), "code")


def _in_template(location: Location) -> str:
    return location.place.template + (f":{location.line}:{location.column}" if location.line else "")


def _proof(finding: Finding, report: Report) -> Markup:
    """Where it stands, and the hops that lead there."""
    location = finding.location
    source = own_line(finding, report)
    rows = [("Source", str(source))] if source else []
    rows += [("Template", _in_template(location)), ("Property", location.place.pointer or "the whole template")]
    steps = (_step(step, place) for step, place in finding.trace)
    return _block(
        "Proof",
        tag("dl", *(join(tag("dt", term), tag("dd", name(text, "code"))) for term, text in rows), class_="places"),
        tag("ol", *steps, class_="trace") if finding.trace else None,
        kind="proof",
    )


def _step(step: Step, location: Location | None) -> Markup:
    place = tag("span", name(_in_template(location), "code"), class_="where") if location else None
    return tag(
        "li",
        tag("span", step.kind, class_="kind"),
        tag("span", *prose(step.says), class_="says"),
        place,
        class_=f"depth-{min(step.depth, DEEPEST)}",
    )


def _remedy(finding: Finding, language: Language | None) -> Markup:
    """The lines to write in the app's own language where that is known, else in both."""
    blocks = [
        _copyable(heading, edit.code.split("\n"), f"{NAMES[edit.language]} fix")
        for heading, edit in edits_for(finding.fix, language)
    ]
    return _block("Fix", tag("p", *prose(finding.policy.remediation)), *blocks, kind="fix")


def _policy(finding: Finding) -> Markup:
    policy = finding.policy
    controls = [tag("li", link(control.source, control.id), f" {control.title}") for control in policy.controls]
    references = [tag("li", link(url, url)) for url in policy.references]
    return _block(
        "Policy",
        tag("p", tag("strong", policy.title), tag("span", *prose(policy.rationale))),
        tag("p", tag("strong", "How it shows"), tag("span", *prose(policy.shows))) if policy.shows else None,
        tag("div", tag("p", "Controls", class_="kind"), tag("ul", *controls)) if controls else None,
        tag("div", tag("p", "References", class_="kind"), tag("ul", *references)) if references else None,
        kind="why",
    )


def _waiver(finding: Finding, report: Report) -> Markup:
    lines = ["waivers:", *waiver_lines(finding, "Say here why the project lives with it.", report.today)]
    return _block(
        "Waive it",
        tag("p", "For what the project decides to live with, until the day on which it expires."),
        _copyable("eks-guard.yaml", lines, "waiver"),
        kind="waive",
    )


def _waived(waiver: Waiver) -> Markup:
    until = f" until {waiver.expires}" if waiver.expires else ""
    return _block(
        "Waived",
        tag("p", waiver.reason),
        tag("p", f"By {waiver.origin}{until}, for ", tag("code", waiver.subject), class_="muted"),
        kind="waive",
    )


def _block(title: str, *children: Markup | None, kind: str) -> Markup:
    return tag("section", tag("h4", title), *children, class_=f"block block-{kind}")


def _copyable(title: str, lines: list[str], what: str) -> Markup:
    """Lines under their name. The button shows itself only where the script that serves it runs."""
    button = tag("button", "Copy", tag("span", f" {what}", class_="unseen"), type="button", class_="copy")
    return tag("div", tag("div", tag("span", title), button, class_="bar"), code(lines), class_="code")
