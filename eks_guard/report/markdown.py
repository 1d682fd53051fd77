"""Markdown for a job summary or a comment: what failed, why, and the lines to write."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.outcome import Outcome
from eks_guard.model.report import Ruling
from eks_guard.model.value import Known
from eks_guard.records import dataclass
from eks_guard.report.caveats import caveats, incompleteness
from eks_guard.report.edits import controls_of, edits_for, fenced
from eks_guard.report.place import open_findings, primary
from eks_guard.report.style import defused, safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Finding, Suggestion
    from eks_guard.model.report import Report
    from eks_guard.model.resource import ResourceId
    from eks_guard.report.style import Style

MAX_BYTES = 65_000
"""GitHub refuses a comment of more than 65,536 characters, and a summary of more than 1 MiB; the rest is counted."""
SPARE = 400
"""Bytes for the line that counts the rest."""
FEW = 10
"""As many findings are shown one by one, opened; more are folded by policy, below a table of them."""
LONGEST = 1_000
"""Characters of one line about what was not judged."""
LISTED = 20
"""The subjects of one policy that are listed with their reasons, and the clusters of the table."""
_MARKUP = regex(r"([\\`*_{}\[\]<>|#!~$@])")


def render(report: Report, _: Style) -> str:
    """The open findings behind one line that sums up: each foldable, or by policy where there are many."""
    return render_within(report, MAX_BYTES)


def render_within(report: Report, room: int) -> str:
    """The report in at most so many bytes; what does not fit is counted."""
    found = open_findings(report)
    blocks = [_head(report)]
    if len(found) > FEW:
        blocks += [_clusters_table(report, found), _policies_table(found)]
    left = 0
    room -= sum(len(block.encode(errors="backslashreplace")) for block in blocks) + SPARE
    for findings in _by_policy(found) if len(found) > FEW else ([finding] for finding in found):
        block = _group(findings, report) if len(found) > FEW else "\n".join(_finding(findings[0], report)) + "\n"
        size = len(defused(block).encode(errors="backslashreplace")) + 1
        if size <= room:
            blocks.append(block)
            room -= size
        else:
            left += len(findings)
    more = [f"{left} more findings do not fit here.\n"] if left else []
    return defused("\n".join([*(block for block in blocks if block), *more]))


def _head(report: Report) -> str:
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
        *_caveats(report),
        "",
        " · ".join([plain(report.assembly.path), *(f"{name}: {count}" for name, count in counts.items())]),
        "",
    ]
    for standard in report.standards:
        head += [f"{plain(standard.sums)}.", ""]
    if report.gone:
        one = len(report.gone) == 1
        head += ["1 earlier finding is gone." if one else f"{len(report.gone)} earlier findings are gone.", ""]
    return "\n".join(head)


def _caveats(report: Report) -> Iterator[str]:
    """What to know beside the findings, as far as there is room for it."""
    said = list(caveats(report))
    yield from (f"- {plain(caveat.says)[:LONGEST]}" for caveat in said[:LISTED])
    if len(said) > LISTED:
        yield f"- and {len(said) - LISTED} more"


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


def _clusters_table(report: Report, found: Sequence[Finding]) -> str:
    """The clusters of an app with several, the worst first."""
    if len(report.clusters) <= 1:
        return ""
    of: dict[ResourceId, list[Finding]] = defaultdict(list)
    for finding in found:
        if finding.subject.cluster:
            of[finding.subject.cluster.resource].append(finding)
    rows = sorted((_row(cluster, of[cluster.resource]) for cluster in report.clusters), key=lambda row: row.rank)
    lines = ["| Cluster | Version | Failed | Unknown | Worst |", "| --- | --- | --- | --- | --- |"]
    lines += [row.line for row in rows[:LISTED]]
    if len(rows) > LISTED:
        failed = sum(row.failed > 0 for row in rows[LISTED:])
        lines += ["", f"{len(rows) - LISTED} more clusters, {failed} of them with failures."]
    return "\n".join([*lines, ""])


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table of clusters, what it is sorted by, and how much failed."""

    line: str
    rank: tuple[int, int, int, str]
    failed: int


def _row(cluster: Cluster, found: Sequence[Finding]) -> _Row:
    failed = [finding for finding in found if finding.outcome is Outcome.FAIL]
    unknown = len(found) - len(failed)
    worst = max(failed, key=lambda finding: finding.severity, default=None)
    version = str(cluster.version.value) if isinstance(cluster.version, Known) else "unknown"
    says = f"{worst.severity} `{worst.policy.id}`" if worst else ""
    line = f"| {plain(cluster.id)} | {version} | {len(failed)} | {unknown} | {says} |"
    return _Row(line, (-worst.severity if worst else 1, -len(failed), -unknown, cluster.id), len(failed))


def _policies_table(found: Sequence[Finding]) -> str:
    """How often each policy failed, and is unknown."""
    lines = ["| Policy | Severity | Failed | Unknown |", "| --- | --- | --- | --- |"]
    for findings in _by_policy(found):
        failed = sum(finding.outcome is Outcome.FAIL for finding in findings)
        severity = max(finding.severity for finding in findings)
        lines.append(f"| `{findings[0].policy.id}` | {severity} | {failed} | {len(findings) - failed} |")
    return "\n".join([*lines, ""])


def _by_policy(found: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of each policy, in the order of the first ones."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        groups[finding.policy.id].append(finding)
    return list(groups.values())


def _group(findings: Sequence[Finding], report: Report) -> str:
    """The findings of one policy, folded: what is wrong where, and each fix once."""
    first = findings[0]
    label = "unknown" if all(one.outcome is Outcome.UNKNOWN for one in findings) else str(first.severity)
    count = f"{len(findings)} findings" if len(findings) > 1 else _html(first.subject.id)
    lines = [f"<details><summary><b>{label}</b> <code>{first.policy.id}</code> {count}</summary>", ""]
    by_fix: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_fix[_fix(finding, report)].append(finding)
    for fix, alike in by_fix.items():
        lines += [_item(finding, report) for finding in alike[:LISTED]]
        lines += [f"- and {len(alike) - LISTED} more"] if len(alike) > LISTED else []
        lines += ["", *fix, ""]
    if first.policy.controls:
        lines += [f"Controls: {plain(controls_of(first))}", ""]
    return "\n".join([*lines, "</details>", ""])


def _item(finding: Finding, report: Report) -> str:
    spot = primary(finding, report)
    word = "unknown: " if finding.outcome is Outcome.UNKNOWN else ""
    mark = f"{finding.baseline}: " if finding.baseline else ""
    reasons = " ".join(map(plain, finding.because))
    where = plain(f"{spot.file}:{spot.line}:{spot.column}")
    return f"- **{plain(finding.subject.id)}** at {where}: {mark}{word}{reasons}"


def _fix(finding: Finding, report: Report) -> tuple[str, ...]:
    """The remedy, the lines to write, and how they change the source."""
    suggestions = finding.mending.suggestions if finding.mending else ()
    return (
        f"**Fix.** {plain(finding.policy.remediation)}",
        *(fenced(edit).removeprefix("\n") for _, edit in edits_for(finding.fix, report.language)),
        *(line for suggestion in suggestions for line in _suggestion(suggestion)),
    )


def plain(text: str) -> str:
    """Text that stays text: names come from templates."""
    return _MARKUP.sub(r"\\\1", safe(text))


def _html(text: str) -> str:
    return safe(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
