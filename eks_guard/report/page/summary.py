"""The head of the page: the verdict, what was audited, the counts, and what to know beside them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eks_guard import __version__
from eks_guard.model.outcome import Outcome, Severity
from eks_guard.model.report import Ruling
from eks_guard.report.page.entries import State
from eks_guard.report.page.markup import Markup, icon, name, prose, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report


def verdict(reports: Sequence[Report]) -> tuple[State, str]:
    """The audit in a few words. One that is not complete, or of nothing, never looks like a clean one."""
    failed, unknown = len(_ruled(reports, Ruling.FAILED)), len(_ruled(reports, Ruling.UNKNOWN))
    words = [f"{failed} failed" if failed else "Nothing failed"]
    if unknown:
        words.append(f"{unknown} unknown")
    if not all(report.complete for report in reports):
        closed = failed or any(report.problems or report.gate.strict for report in reports)
        state = State.FAILED if closed else State.UNKNOWN
        return state, f"Incomplete: {', '.join(words).lower()} in what was judged"
    if failed:
        return State.FAILED, ", ".join(words)
    if not any(report.clusters for report in reports):
        return State.UNKNOWN, "No EKS cluster found"
    return (State.UNKNOWN if unknown else State.HOLDS), ", ".join(words)


def summary_section(report: Report) -> Markup:
    """What was audited, and what came of it."""
    state, words = verdict([report])
    return tag(
        "section",
        tag("p", "Audit of ", name(report.assembly.path, "code"), class_="eyebrow"),
        tag("h1", icon(state), words, id="verdict", class_=f"verdict verdict-{state}"),
        tag("ul", *counts([report]), class_="tiles", aria_label="Findings by outcome"),
        tag("dl", *(tag("div", tag("dt", term), tag("dd", text)) for term, text in _facts(report)), class_="facts"),
        *callouts(report),
        class_="summary",
        aria_labelledby="verdict",
    )


def callouts(report: Report) -> Iterator[Markup | None]:
    """What to know beside the findings."""
    yield _list("Problems", report.problems, "failed")
    yield _list("Not judged", [str(entry) for entry in report.not_judged], "note")
    yield _list("Condition", [report.change.condition] if report.change else [], "note")
    yield _list("Configuration", [str(report.configured)] if report.configured else [], "note")
    yield _list("Notes", _notes(report), "note")


def _ruled(reports: Sequence[Report], ruling: Ruling) -> list[Finding]:
    return [finding for report in reports for finding in report.ruled(ruling)]


def counts(reports: Sequence[Report]) -> Iterator[Markup]:
    """How many findings have each outcome."""
    failed, noted = _ruled(reports, Ruling.FAILED), _ruled(reports, Ruling.NOTED)
    rows = (
        ("failed", len(failed), _by_severity(failed)),
        *([("below the gate", len(noted), _by_severity(noted))] if noted else []),
        ("unknown", len(_ruled(reports, Ruling.UNKNOWN)), ""),
        ("waived", sum(report.waived for report in reports), ""),
        ("passed", sum(report.count(Outcome.PASS) for report in reports), ""),
        ("not applicable", sum(report.count(Outcome.NOT_APPLICABLE) for report in reports), ""),
    )
    for outcome, number, more in rows:
        kind = f"tile tile-{outcome.replace(' ', '-')}" + ("" if number else " tile-none")
        detail = tag("span", more, class_="detail") if more else None
        yield tag("li", tag("strong", str(number)), tag("span", outcome), detail, class_=kind)


def _by_severity(findings: Sequence[Finding]) -> str:
    failures = Counter(finding.severity for finding in findings)
    return ", ".join(f"{failures[s]} {s}" for s in sorted(Severity, reverse=True) if failures[s])


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "Cloud assembly", report.assembly.version or "none: templates only"
    yield "Stacks", str(report.assembly.stacks)
    yield "Clusters", str(len(report.clusters))
    yield "Packs", ", ".join(report.packs) or "none"
    yield "Judged as of", report.today.isoformat()
    yield "eks-guard", __version__


def _notes(report: Report) -> list[str]:
    stale = ", ".join(report.assembly.stale_templates)
    return [*report.notes, *([f"not audited, the manifest does not list them: {stale}"] if stale else [])]


def _list(title: str, lines: Sequence[str], kind: str) -> Markup | None:
    if not lines:
        return None
    items = (tag("li", *prose(line)) for line in lines)
    return tag("div", tag("h2", title), tag("ul", *items), class_=f"callout callout-{kind}")
