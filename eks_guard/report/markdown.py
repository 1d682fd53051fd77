"""Markdown for a job summary or a comment: what failed, why, and the lines to write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.finding import Ruling
from eks_guard.model.outcome import Outcome
from eks_guard.report.caveats import caveats, incompleteness
from eks_guard.report.edits import controls_of, edits_for, fenced
from eks_guard.report.place import open_findings, primary
from eks_guard.report.style import defused, safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.finding import Finding, Report, Suggestion
    from eks_guard.report.style import Style

MAX_BYTES = 900_000
"""GitHub refuses a summary of more than 1 MiB; what does not fit is counted."""
_MARKUP = regex(r"([\\`*_{}\[\]<>|#!~$@])")


def render(report: Report, _: Style) -> str:
    """The open findings, each foldable, behind one line that sums up."""
    failed, noted = len(report.ruled(Ruling.FAILED)), len(report.ruled(Ruling.NOTED))
    counts = {
        "clusters": len(report.clusters),
        **({"below the gate": noted} if noted else {}),
        "unknown": len(report.ruled(Ruling.UNKNOWN)),
        "passed": report.count(Outcome.PASS),
        "waived": report.waived,
    }
    words = f"{failed} failed" if failed else "nothing failed"
    missing = incompleteness(report)
    head = [
        f"## eks-guard: {f'incomplete, {words} in what was judged' if missing else words}",
        "",
        *([f"**{missing[0].upper()}{missing[1:]}.**", ""] if missing else []),
        *(f"- {plain(caveat.says)}" for caveat in caveats(report)),
        "",
        " · ".join([plain(report.assembly.path), *(f"{name}: {count}" for name, count in counts.items())]),
        "",
    ]
    for standard in report.standards:
        head += [f"{plain(standard.sums)}.", ""]
    if report.gone:
        head += [f"{len(report.gone)} findings of before are gone.", ""]
    blocks, room, left = ["\n".join(head)], MAX_BYTES, 0
    for finding in open_findings(report):
        block = "\n".join(_finding(finding, report)) + "\n"
        room -= len(block.encode(errors="backslashreplace"))
        if room > 0:
            blocks.append(block)
        else:
            left += 1
    more = [f"{left} more findings do not fit here.\n"] if left else []
    return defused("\n".join([*blocks, *more]))


def _finding(finding: Finding, report: Report) -> Iterator[str]:
    label = "unknown" if finding.outcome is Outcome.UNKNOWN else str(finding.severity)
    spot = primary(finding, report)
    if finding.baseline:
        label = f"{finding.baseline} {label}"
    title = f"<b>{label}</b> <code>{finding.policy.id}</code> {_html(finding.subject.id)}"
    yield f"<details open><summary>{title}</summary>"
    yield ""
    for reason in finding.because:
        yield f"{plain(reason)}\\"
    yield f"at {plain(f'{spot.file}:{spot.line}:{spot.column}')}"
    yield ""
    yield f"**Fix.** {plain(finding.policy.remediation)}"
    for _, edit in edits_for(finding.fix, report.language):
        yield fenced(edit).removeprefix("\n")
    if finding.policy.controls:
        yield from ("", f"Controls: {plain(controls_of(finding))}")
    for suggestion in finding.mending.suggestions if finding.mending else ():
        yield from _suggestion(suggestion)
    yield ""
    yield "</details>"


def _suggestion(suggestion: Suggestion) -> Iterator[str]:
    """Lines as GitHub applies them to a pull request, in a fence longer than any in the text."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", suggestion.text)), default=0))
    span = f"{suggestion.first}" + (f"-{suggestion.last}" if suggestion.last > suggestion.first else "")
    yield from ("", f"{plain(f'{suggestion.file}:{span}')}", "", f"{fence}suggestion")
    yield from (safe(line) for line in suggestion.text.splitlines())
    yield from (fence, "")


def plain(text: str) -> str:
    """Text that stays text: names come from templates."""
    return _MARKUP.sub(r"\\\1", safe(text))


def _html(text: str) -> str:
    return safe(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
