"""What a run found: an assembly judged under a gate, and what the gate makes of each finding."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from eks_guard.model.finding import (
    Baseline,
    Finding,
)
from eks_guard.model.outcome import OPEN, Outcome, Severity
from eks_guard.records import dataclass

if TYPE_CHECKING:
    import datetime

    from eks_guard.model.change import Change
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.configured import Configured
    from eks_guard.model.coverage import Standard
    from eks_guard.model.fix import Language
    from eks_guard.model.not_judged import NotJudged


class Ruling(StrEnum):
    """What a finding does to the run, the same at every door: FAILED closes the gate, NOTED failed below it."""

    FAILED = "failed"
    NOTED = "noted"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    PASSED = "passed"
    NOT_APPLICABLE = "not-applicable"


class AboutAudit(StrEnum):
    """What is said of the audit itself, in formats that name a rule for each line; an app may acknowledge each."""

    NOTHING_JUDGED = "audit-complete"
    INCOMPLETE = "audit-incomplete"
    LEFT_OUT = "left-out"
    CONFIGURED = "configuration"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Gate:
    """What fails an audit: an unwaived failure at or above a severity and, when strict, an unknown."""

    fail_on: Severity = Severity.LOW
    strict: bool = False
    new_only: bool = False

    def is_closed_by(self, finding: Finding) -> bool:
        """Whether this one finding is enough."""
        if finding.outcome is not Outcome.FAIL and not (self.strict and finding.outcome is Outcome.UNKNOWN):
            return False
        if finding.waiver is not None or finding.severity < self.fail_on:
            return False
        return not (self.new_only and finding.baseline is Baseline.UNCHANGED)

    def rule(self, finding: Finding) -> Ruling:
        """What the finding does to the run. An unknown one FAILED where what is unknown fails."""
        if finding.waiver is not None:
            return Ruling.WAIVED
        if self.is_closed_by(finding):
            return Ruling.FAILED
        return _OPEN_GATE[finding.outcome]


_OPEN_GATE = {
    Outcome.FAIL: Ruling.NOTED,
    Outcome.UNKNOWN: Ruling.UNKNOWN,
    Outcome.PASS: Ruling.PASSED,
    Outcome.NOT_APPLICABLE: Ruling.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Assembly:
    """The audited input in numbers: what a report says about where it comes from.

    `app` is the folder of the app, as seen from the root of its repository; empty there, and where it is not known.
    """

    path: str
    version: str | None
    stacks: int
    stale_templates: tuple[str, ...] = ()
    app: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The answer of one audit, as of a day.

    `problems` are files that could not be read, `not_judged` what else may hold EKS resources and was not seen.
    `unused` are those of the notes that are about waivers and policies which met nothing here, by what they name:
    another app of the same run may need them. `standards` are those of the packs, with what was judged of them here.
    """

    assembly: Assembly
    packs: tuple[str, ...]
    clusters: tuple[Cluster, ...]
    findings: tuple[Finding, ...]
    today: datetime.date
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    language: Language | None = None
    gate: Gate = Gate()
    not_judged: tuple[NotJudged, ...] = ()
    configured: Configured | None = None
    change: Change | None = None
    gone: tuple[str, ...] = ()
    unused: tuple[tuple[str, str], ...] = ()
    standards: tuple[Standard, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the gate is closed: by a finding or, when strict, by what was not judged."""
        missed = self.gate.strict and any(not entry.chosen for entry in self.not_judged)
        return missed or any(self.gate.is_closed_by(finding) for finding in self.findings)

    @property
    def complete(self) -> bool:
        """Whether all was read and judged that the audit was asked for."""
        return not self.problems and all(entry.chosen for entry in self.not_judged)

    @property
    def judged(self) -> int:
        """How many clusters were judged, or, where there is none, how many answers there are about other things."""
        return len(self.clusters) or sum(finding.outcome is not Outcome.NOT_APPLICABLE for finding in self.findings)

    def ruled(self, ruling: Ruling) -> tuple[Finding, ...]:
        """The findings of which the gate says so."""
        settled = (Ruling.PASSED, Ruling.NOT_APPLICABLE)
        found = self.findings if ruling in settled else [one for one in self.findings if one.outcome in OPEN]
        return tuple(finding for finding in found if self.gate.rule(finding) is ruling)

    def count(self, outcome: Outcome) -> int:
        """How many unwaived findings have this outcome."""
        return sum(finding.outcome is outcome and finding.waiver is None for finding in self.findings)

    @property
    def waived(self) -> int:
        """How many findings a waiver covers."""
        return sum(finding.waiver is not None for finding in self.findings)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one case: the outcome that it must have, and the one it has."""

    file: str
    line: int
    policy: str
    name: str
    expected: str
    found: str
    because: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the two are the same."""
        return self.expected == self.found
