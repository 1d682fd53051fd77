"""The text report: what will happen, where it is, how we know, what to write."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eks_guard.model.addresses import policy_page
from eks_guard.model.describe import count
from eks_guard.model.outcome import Outcome, Severity
from eks_guard.model.report import Ruling
from eks_guard.report.caveats import incompleteness
from eks_guard.report.edits import NAMES, controls_of, edits_for
from eks_guard.report.place import open_findings, own_line
from eks_guard.report.style import Style, defused, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.model.finding import Finding, Location
    from eks_guard.model.fix import Language
    from eks_guard.model.kubectl import Step
    from eks_guard.model.report import Report

COLOURS = {Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "cyan", Severity.INFO: "blue"}
LONGEST_NAME = 40
NARROWEST_TEXT = 36
LAYER_DEPTH = 2
MANY = 10
"""Of more findings of one policy than these, some are shown in full and the others in a line each."""
FULL = 2


def render(report: Report, style: Style) -> str:
    """The report for a person."""
    lines = [_head(report, style), "", *_caveats(report, style)]
    for group in _groups(open_findings(report)):
        for finding in group[: FULL if len(group) > MANY else None]:
            lines += [*_finding(finding, report, style), ""]
        lines += _rest(group, report, style) if len(group) > MANY else []
    lines += _short_list("waived", [f for f in report.findings if f.waiver], style)
    if style.show_passed:
        lines += _short_list("passed", [f for f in report.findings if f.outcome is Outcome.PASS], style)
    return defused("\n".join([*lines, *tail(report, style)]) + "\n")


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of each policy and outcome together, in the order of the first of each."""
    groups: dict[tuple[str, str, int], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.policy.id, finding.outcome, finding.severity), []).append(finding)
    return list(groups.values())


def _rest(group: Sequence[Finding], report: Report, style: Style) -> list[str]:
    """What one policy says of many subjects, a line each behind those that are shown in full."""
    rest = group[FULL:]
    fix = ", with the same fix" if len({_fix_of(finding) for finding in group}) == 1 else ""
    title = f"{rest[0].policy.id}: {len(rest)} more{fix}; --format concise or json has every reason"
    lines = [f"  {safe(finding.subject.id)}  {style.paint(_where(finding, report), 'cyan')}" for finding in rest]
    return [style.paint(title, "bold"), *lines, ""]


def _fix_of(finding: Finding) -> tuple[object, ...]:
    return finding.policy.remediation, finding.fix


def _head(report: Report, style: Style) -> str:
    parts = (
        style.paint(safe(report.assembly.path), "bold"),
        count(report.assembly.stacks, "stack"),
        count(len(report.clusters), "cluster"),
        ", ".join(report.packs),
    )
    return " · ".join(part for part in parts if part)


def _caveats(report: Report, style: Style) -> Iterator[str]:
    """What to know before the findings: what is missing from the audit, and who configured it."""
    missing = incompleteness(report)
    if missing:
        yield f"{style.paint('incomplete', 'magenta', 'bold')}  {missing}"
    entries = [*report.problems, *(f"not judged: {entry}" for entry in report.not_judged)]
    for entry in entries:
        yield from style.wrap(safe(entry), "  ")
    if entries:
        yield ""
    if report.configured:
        yield from style.wrap(safe(str(report.configured)), "")
        yield ""
    if report.change:
        yield from style.wrap(safe(report.change.condition), "")
        yield ""
    for standard in report.standards:
        yield from style.wrap(f"{standard.sums}; eks-guard policies --coverage {standard.pack}", "")
        yield ""


def _finding(finding: Finding, report: Report, style: Style) -> Iterator[str]:
    unknown = finding.outcome is Outcome.UNKNOWN
    label = "unknown" if unknown else str(finding.severity)
    label = f"{label} {finding.baseline}" if finding.baseline and finding.subject.change is None else label
    colour = "magenta" if unknown else COLOURS[finding.severity]
    name = style.link(style.paint(finding.policy.id, "bold"), policy_page(finding.policy))
    yield f"{style.paint(label, colour, 'bold')}  {name}  {safe(finding.subject.id)}"
    yield f"  {style.paint(_where(finding, report), 'cyan')}"
    for reason in finding.because:
        yield from style.wrap(safe(reason), "  ")
    yield ""
    if finding.trace:
        yield from _trace(finding.trace, style)
        yield ""
    yield from _remedy(finding, report.language, style)
    if finding.policy.controls:
        yield from style.wrap(f"controls  {controls_of(finding)}", "  ")


def _where(finding: Finding, report: Report) -> str:
    """The user's line where it is known, as seen from where the tool runs; else the template's."""
    location, source = finding.location, own_line(finding, report)
    if source:
        return safe(str(source))
    return safe(location.place.template) + (f":{location.line}:{location.column}" if location.line else "")


def _trace(trace: Iterable[tuple[Step, Location | None]], style: Style) -> Iterator[str]:
    """The proof as a tree: each hop below the one that it follows from."""
    rows = [(_branch(step), _place_of(step, location), safe(step.says)) for step, location in trace]
    left = max((len(branch) for branch, _, _ in rows), default=0) + 2
    middle = max((len(place) for _, place, _ in rows), default=0) + 2
    if style.width - left - middle < NARROWEST_TEXT:
        middle = 0
    for branch, place, says in rows:
        column = style.paint(place.ljust(middle), "dim") if middle and place else ""
        hanging = " " * (4 + left + (middle if column else 0))
        first, *rest = style.wrap(says, hanging) or [hanging]
        yield f"    {style.paint(branch.ljust(left), 'dim')}{column}{first[len(hanging) :]}".rstrip()
        yield from rest
        if place and not column:
            yield f"{hanging}{style.paint(place, 'dim')}"


def _branch(step: Step) -> str:
    return f"{'  ' * (step.depth - 1)}└ {step.kind}" if step.depth else step.kind


def _place_of(step: Step, location: Location | None) -> str:
    """Template and line. A witness speaks about the layer above it, whose place is already shown."""
    if location is None or step.depth > LAYER_DEPTH:
        return ""
    name = safe(location.place.template)
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME // 3]}…{name[-(LONGEST_NAME - LONGEST_NAME // 3 - 1) :]}"
    return name + (f":{location.line}" if location.line else "")


def _remedy(finding: Finding, language: Language | None, style: Style) -> Iterator[str]:
    """The policy's words, then the lines to write, in the app's own language where that is known."""
    edits = edits_for(finding.fix, language)
    first, *rest = style.wrap(safe(finding.policy.remediation.replace("\n", " ")), "       ")
    yield f"  {style.paint('fix', 'green', 'bold')}  {first.strip()}"
    yield from rest
    for heading, edit in edits:
        if len(edits) > 1 or heading not in NAMES.values():
            yield f"       {style.paint(heading, 'dim')}"
        yield from (f"         {style.paint(safe(line), 'green')}" for line in edit.code.split("\n"))


def _short_list(title: str, findings: list[Finding], style: Style) -> list[str]:
    if not findings:
        return []
    lines = [style.paint(title, "bold")]
    for finding in findings:
        why = f": {finding.waiver.reason}" if finding.waiver else ""
        until = f" (until {finding.waiver.expires})" if finding.waiver and finding.waiver.expires else ""
        about = f"{finding.severity!s:<6}  {finding.policy.id}  {safe(finding.subject.id)}"
        lines.append(f"  {about}{safe(why)}{until}")
    return [*lines, ""]


def tail(report: Report, style: Style) -> Iterator[str]:
    """The last lines: what the gate says of the findings, and where to read on."""
    yield _sums([report], style)
    shown = [f for ruling in (Ruling.FAILED, Ruling.NOTED, Ruling.UNKNOWN) for f in report.ruled(ruling)]
    if shown:
        yield style.paint(f"more: eks-guard explain {shown[0].policy.id}", "dim")


def total(reports: Sequence[Report], style: Style) -> str:
    """The sums of several apps in one line."""
    return f"{len(reports)} apps · {_sums(reports, style)}"


def _sums(reports: Sequence[Report], style: Style) -> str:
    failed, noted, unknown = (
        [finding for report in reports for finding in report.ruled(ruling)]
        for ruling in (Ruling.FAILED, Ruling.NOTED, Ruling.UNKNOWN)
    )
    passed, others = (sum(report.count(o) for report in reports) for o in (Outcome.PASS, Outcome.NOT_APPLICABLE))
    missed = sum(len(report.not_judged) for report in reports)
    parts = (
        style.paint(f"{len(failed)} failed{_by_severity(failed)}", *(("red", "bold") if failed else ("green",))),
        *([f"{len(noted)} below the gate{_by_severity(noted)}"] if noted else []),
        f"{len(unknown)} unknown",
        f"{passed} passed",
        f"{others} not applicable",
        f"{sum(report.waived for report in reports)} waived",
        *([f"{missed} not judged"] if missed else []),
        *([] if all(report.complete for report in reports) else [style.paint("incomplete", "magenta", "bold")]),
    )
    return " · ".join(parts)


def _by_severity(findings: Sequence[Finding]) -> str:
    """How many of each severity, the gravest first; of those that are unknown, that they are."""
    words = Counter("unknown" if f.outcome is Outcome.UNKNOWN else str(f.severity) for f in findings)
    order = [*(str(severity) for severity in sorted(Severity, reverse=True)), "unknown"]
    counts = [f"{words[word]} {word}" for word in order if words[word]]
    return f" ({', '.join(counts)})" if counts else ""
