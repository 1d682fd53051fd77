"""The JSON report as a value: what `check --format json` writes and `--against` reads, `eks-guard.report/1`.

Its field names are the keys of the JSON. What has a default was added after 0.1.0, whose reports are read as well.
"""

from __future__ import annotations

import datetime
from enum import IntEnum
from typing import Any

from eks_guard.model.configured import Configured
from eks_guard.model.coverage import Standard
from eks_guard.model.finding import Baseline
from eks_guard.model.fix import Disposition, Language
from eks_guard.model.not_judged import NotJudged
from eks_guard.model.outcome import Outcome, Severity
from eks_guard.model.report import Assembly, Ruling
from eks_guard.model.resource import SourcePosition
from eks_guard.records import dataclass, fields, is_dataclass

SCHEMA = "eks-guard.report/1"


@dataclass(frozen=True, slots=True)
class SavedSubject:
    """What a policy was asked about."""

    kind: str
    id: str
    stack: str
    logical_id: str | None


@dataclass(frozen=True, slots=True)
class SavedLocation:
    """Where a finding points, in the template and in the user's code; line and column count from 1."""

    template: str
    logical_id: str | None
    pointer: str | None
    line: int | None
    column: int | None
    source: SourcePosition | None


@dataclass(frozen=True, slots=True)
class SavedStep:
    """One hop of a proof, and where it was read."""

    template: str | None
    logical_id: str | None
    pointer: str | None
    line: int | None
    column: int | None
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class SavedEdit:
    """What to write in one language."""

    language: Language
    install: tuple[str, ...]
    imports: tuple[str, ...]
    lines: str


@dataclass(frozen=True, slots=True)
class SavedFix:
    """What to write so that a failure is gone; `typescript` and `python` are whole edits as one text, or empty."""

    typescript: str
    python: str
    title: str | None = None
    disposition: Disposition | None = None
    edits: tuple[SavedEdit, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedWaiver:
    """Why a failure does not count, and until when."""

    reason: str
    expires: datetime.date | None
    subject: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFinding:
    """What one policy said of one subject."""

    policy: str
    title: str
    severity: Severity
    outcome: Outcome
    ruling: Ruling | None = None
    subject: SavedSubject
    because: tuple[str, ...]
    location: SavedLocation
    trace: tuple[SavedStep, ...]
    remediation: str
    fix: SavedFix | None
    references: tuple[str, ...]
    controls: tuple[str, ...]
    waiver: SavedWaiver | None
    fingerprint: str
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many clusters and findings of each outcome there are; the waived ones are counted apart."""

    __pydantic_config__ = {"alias_generator": lambda name: name.rstrip("_")}  # noqa: RUF012 (read by pydantic alone)

    clusters: int
    pass_: int
    fail: int
    unknown: int
    not_applicable: int
    waived: int
    not_judged: int = 0


@dataclass(frozen=True, slots=True)
class SavedGate:
    """What fails the audit, whether it did, and how many findings did it."""

    fail_on: Severity
    strict: bool
    closed: bool
    closed_by: int


@dataclass(frozen=True, slots=True)
class Previous:
    """What an update was judged from, and the condition that everything rests on."""

    path: str
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReport:
    """One audit as it was written. `gone` are the fingerprints of what was open before and is no more."""

    schema: str
    complete: bool | None = None
    assembly: Assembly
    packs: tuple[str, ...]
    summary: Summary
    gate: SavedGate | None = None
    not_judged: tuple[NotJudged, ...] = ()
    configuration: Configured | None = None
    findings: tuple[SavedFinding, ...]
    gone: tuple[str, ...] = ()
    previous: Previous | None = None
    coverage: tuple[Standard, ...] = ()
    notes: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def open_fingerprints(self) -> frozenset[str]:
        """The fingerprints of what failed or was unknown, waived or not."""
        opened = (Outcome.FAIL, Outcome.UNKNOWN)
        return frozenset(finding.fingerprint for finding in self.findings if finding.outcome in opened)


def as_document(value: Any) -> Any:
    """The value as JSON holds it."""
    if is_dataclass(value):
        return {field.name.rstrip("_"): as_document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [as_document(entry) for entry in value]
    if isinstance(value, IntEnum | datetime.date):
        return str(value)
    return value
