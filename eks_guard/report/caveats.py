"""What a reader has to know before the findings: that the audit is not complete, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eks_guard.digests import fingerprint_of
from eks_guard.model.describe import count
from eks_guard.model.outcome import Severity
from eks_guard.model.report import AboutAudit
from eks_guard.records import dataclass
from eks_guard.report.place import file_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.report import Report


@dataclass(frozen=True, slots=True)
class Caveat:
    """One sentence about the audit itself. `file` is where to point."""

    name: AboutAudit
    severity: Severity
    says: str
    file: str


def caveats(report: Report) -> tuple[Caveat, ...]:
    """All that is to be said before the findings, the worst first."""
    return (*_unread(report), *_not_judged(report), *_configured(report), *_condition(report))


def fingerprint(caveat: Caveat) -> str:
    """The same for the same sentence about the same file."""
    return fingerprint_of(caveat.name, caveat.file, caveat.says)


def incompleteness(report: Report) -> str:
    """How much is missing, in one line; empty where nothing is."""
    unread, unjudged = len(report.problems), sum(not entry.chosen for entry in report.not_judged)
    parts = []
    if unread:
        parts.append(f"{count(unread, 'problem')} reading it")
    if unjudged:
        parts.append(f"{count(unjudged, 'place')} not judged")
    return f"the audit is not complete: {', '.join(parts)}" if parts else ""


def _unread(report: Report) -> Iterator[Caveat]:
    for problem in report.problems:
        says = f"the audit is not complete, not read: {problem}"
        yield Caveat(AboutAudit.INCOMPLETE, Severity.HIGH, says, file_of("", report))


def _not_judged(report: Report) -> Iterator[Caveat]:
    for entry in report.not_judged:
        if entry.chosen:
            yield Caveat(AboutAudit.LEFT_OUT, Severity.INFO, f"not judged: {entry}", file_of(entry.where, report))
        else:
            severity = Severity.HIGH if report.gate.strict else Severity.MEDIUM
            says = f"the audit is not complete, not judged: {entry}"
            yield Caveat(AboutAudit.INCOMPLETE, severity, says, file_of(entry.where, report))


def _configured(report: Report) -> Iterator[Caveat]:
    if report.configured:
        yield Caveat(AboutAudit.CONFIGURED, Severity.INFO, str(report.configured), report.configured.file)
    by_app = Counter(one.policy.id for one in report.findings if one.waiver and one.waiver.is_acknowledgement)
    if by_app:
        names = ", ".join(name if number == 1 else f"{name} ({number})" for name, number in sorted(by_app.items()))
        says = f"waived, because the app acknowledges them: {names}"
        yield Caveat(AboutAudit.CONFIGURED, Severity.INFO, says, file_of("", report))


def _condition(report: Report) -> Iterator[Caveat]:
    if report.change:
        yield Caveat(AboutAudit.CONDITION, Severity.INFO, report.change.condition, file_of("", report))
