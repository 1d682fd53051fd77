"""The previous assembly beside the new one: what the update does, and which findings it brings or takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.assembly.load import load
from eks_guard.errors import AssemblyError
from eks_guard.model.change import PREVIOUS
from eks_guard.model.finding import Baseline
from eks_guard.reading import read_regular_file
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.documents import Document
    from eks_guard.data import Tables
    from eks_guard.model.change import Change
    from eks_guard.model.estate import Estate
    from eks_guard.model.finding import Finding, Subject
    from eks_guard.model.given import GivenValue
    from eks_guard.model.value import Place

MAX_REPORT_BYTES = 256 * 1024 * 1024
"""A larger saved report is not read."""


@dataclass(frozen=True, slots=True)
class Update:
    """Two assemblies, and what the way from one to the other does."""

    previous: CloudAssembly
    change: Change

    def subjects(self, estate: Estate) -> tuple[Subject, ...]:
        """What policies about the update are asked about; known clusters come whole."""
        from eks_guard.change.subjects import change_subjects  # noqa: PLC0415 (a check of one assembly needs none of it)

        clusters = {cluster.resource: cluster for cluster in estate.clusters}
        return tuple(
            replace(subject, cluster=clusters.get(subject.resource))
            if subject.kind == "cluster" and subject.resource
            else subject
            for subject in change_subjects(self.change)
        )

    def holds(self, place: Place) -> bool:
        """Whether a place lies in the previous assembly."""
        return place.template.startswith(PREVIOUS)

    def document_of(self, place: Place) -> Document | None:
        """The document that a place of the previous assembly names."""
        return self.previous.document_of(place.template.removeprefix(PREVIOUS))


def load_update(new: CloudAssembly, against: str, tables: Tables, today: datetime.date) -> Update:
    """Compare with the assembly at a path. Raises AssemblyError if PREVIOUS, or a part of it, cannot be read."""
    return update_from(load_previous(against, new.given.pseudo()), new, tables, today)


def update_from(previous: CloudAssembly, new: CloudAssembly, tables: Tables, today: datetime.date) -> Update:
    """Compare two assemblies. Raises AssemblyError if a part of PREVIOUS cannot be read."""
    from eks_guard.change.compare import compare  # noqa: PLC0415 (as above)

    previous.app = new.app
    change = compare(previous, new, tables, today)
    if previous.problems:
        raise AssemblyError("\n".join(f"PREVIOUS: {problem}" for problem in previous.problems))
    missing = ["PREVIOUS was synthesized without some look-ups, so values that rest on them may be dummies"]
    notes = (*change.notes, *(missing if previous.lookups_missing else ()))
    return Update(previous, replace(change, notes=notes))


def load_previous(against: str, values: Sequence[GivenValue] = ()) -> CloudAssembly:
    """The assembly at a path, deployed where `values` say. Raises AssemblyError naming PREVIOUS."""
    try:
        return load(against, values=values)
    except AssemblyError as error:
        raise AssemblyError(f"PREVIOUS: {error}") from None


def saved_fingerprints(against: str) -> frozenset[str] | None:
    """The fingerprints of the open findings in a report that `--format json` wrote; None for anything else."""
    from eks_guard.report.reading import is_report, read_report  # noqa: PLC0415 (few checks have a saved report)

    path = Path(against)
    try:
        content = read_regular_file(path, MAX_REPORT_BYTES) if path.is_file() else b""
    except (OSError, ValueError):
        return None  # whoever loads it as an assembly says why it cannot be read
    return read_report(content, against).open_fingerprints if is_report(content) else None


def marked(findings: Iterable[Finding], known: Collection[str]) -> tuple[Finding, ...]:
    """The findings, each said to be new or to have been there before; what the update does is always new."""
    return tuple(
        replace(
            finding,
            baseline=Baseline.UNCHANGED
            if finding.subject.change is None and finding.fingerprint in known
            else Baseline.NEW,
        )
        for finding in findings
    )
