"""Where a finding points outside of our own report: one file with line and column, relative to where the tool runs."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.change import PREVIOUS
from eks_guard.model.outcome import OPEN, Outcome
from eks_guard.model.report import Ruling
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from eks_guard.model.finding import Finding, Location
    from eks_guard.model.report import Report
    from eks_guard.model.resource import SourcePosition


_WORD = regex(r"[a-z]+[ ,]")


@dataclass(frozen=True, slots=True)
class Spot:
    """A file and a place in it; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1
    width: int = 1


def primary(finding: Finding, report: Report) -> Spot:
    """The user's own line where it is known: a cdk.out is rarely in the repository, so nobody would see its lines."""
    source = finding.location.source
    if source:
        return Spot(_seen(source.file, report), source.line, source.column)
    return in_template(finding.location, report)


def own_line(finding: Finding, report: Report) -> SourcePosition | None:
    """The user's own line for people: as seen from where the tool runs, or from the app that an absolute path names."""
    return line_of(finding.location.source, report)


def line_of(source: SourcePosition | None, report: Report) -> SourcePosition | None:
    """A line of the app as seen from where the tool runs, or from the app that an absolute path names."""
    if source is None or report.assembly.path.startswith("/"):
        return source
    return replace(source, file=_seen(source.file, report))


def _seen(file: str, report: Report) -> str:
    project = posixpath.dirname(report.assembly.path.rstrip("/"))
    return posixpath.normpath(posixpath.join(project, file))


def in_template(location: Location, report: Report) -> Spot:
    """The place in the template, with the width of the key that stands there."""
    key = location.place.pointer.rpartition("/")[2]
    file = file_of(location.place.template, report)
    return Spot(file, location.line or 1, location.column or 1, len(key) + 2 if key else 1)


def file_of(name: str, report: Report) -> str:
    """The path of a file of the assembly, as seen from where the tool runs."""
    folder, file = report.assembly.path, name.partition("#")[0]
    if report.change and file.startswith(PREVIOUS):
        folder, file = report.change.previous, file.removeprefix(PREVIOUS)
    single = posixpath.basename(folder.rstrip("/")) == file or folder == "-"
    return posixpath.normpath(folder if single else posixpath.join(folder, file))


def named(report: Report) -> str:
    """The assembly as seen from the root of the repository, wherever the tool runs; an absolute path as given."""
    path, app = report.assembly.path, report.assembly.app
    return path if path.startswith("/") or not app else posixpath.join(app, posixpath.basename(path.rstrip("/")))


def sentence(finding: Finding) -> str:
    """What a finding says in one paragraph."""
    reasons = ". ".join(map(_capital, finding.because)) or finding.policy.title
    if finding.outcome is Outcome.UNKNOWN:
        reasons = f"Unknown: {reasons.removeprefix('unknown: ')}"
    return f"{finding.subject.id}: {reasons}"


def _capital(reason: str) -> str:
    """A reason as a sentence; a name at its beginning, such as `policy/v1beta1`, stays as it is."""
    return reason[:1].upper() + reason[1:] if _WORD.match(reason) else reason


def closes(finding: Finding, report: Report) -> bool:
    """Whether the finding is one of those that fail the run."""
    return report.gate.rule(finding) is Ruling.FAILED


def open_findings(report: Report) -> list[Finding]:
    """What failed or is unknown, and is not waived."""
    return [f for f in report.findings if f.waiver is None and f.outcome in OPEN]
