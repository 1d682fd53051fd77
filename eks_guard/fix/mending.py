"""The edits of each finding, in the form in which a report carries them."""

from __future__ import annotations

import difflib
import posixpath
from typing import TYPE_CHECKING

from eks_guard.fix.edits import applied, by_path, position
from eks_guard.fix.plan import make_plan, mendable, positions
from eks_guard.fix.project import Project
from eks_guard.model.finding import Mending, Replacement, Suggestion
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eks_guard.data import Tables
    from eks_guard.fix.edits import Edit
    from eks_guard.fix.plan import Plan
    from eks_guard.model.report import Report


def with_mendings(report: Report, folder: Path, shown: str, tables: Tables) -> Report:
    """Return a report whose findings carry their safe edits. `shown` is the folder as seen from where the tool runs."""
    plan = make_plan(report, mendable(report), Project(folder, positions(report)), tables, review=False)
    mended = {answer.finding.fingerprint: answer.change.edits for answer in plan.patched if answer.change}
    needs = {answer.finding.fingerprint for answer in plan.patched if answer.change and answer.change.package}
    findings = tuple(
        replace(finding, mending=_mending(plan, shown, mended[finding.fingerprint], finding.fingerprint in needs))
        if finding.fingerprint in mended
        else finding
        for finding in report.findings
    )
    return replace(report, findings=findings)


def _mending(plan: Plan, shown: str, edits: tuple[Edit, ...], needs_package: bool) -> Mending:
    every = (*edits, *(plan.dependencies.edits if needs_package else ()))
    return Mending(
        tuple(
            Replacement(
                posixpath.normpath(posixpath.join(shown, edit.path)),
                position(plan.before[edit.path], edit.start),
                position(plan.before[edit.path], edit.end),
                edit.text,
            )
            for edit in every
        ),
        tuple(suggestion for path, own in by_path(every) for suggestion in _suggestions(plan, shown, path, own)),
    )


def _suggestions(plan: Plan, shown: str, path: str, edits: list[Edit]) -> Iterator[Suggestion]:
    before = plan.before[path].decode("utf-8").splitlines(keepends=True)
    after = applied(plan.before[path], edits).decode("utf-8").splitlines(keepends=True)
    file = posixpath.normpath(posixpath.join(shown, path))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, one, two, begin, end in matcher.get_opcodes():
        if kind == "insert" and one:  # a suggestion replaces lines: the one above stays, with the new ones below it
            yield Suggestion(file, one, one, "".join((before[one - 1], *after[begin:end])))
        elif kind != "equal":
            yield Suggestion(file, one + 1, max(two, one + 1), "".join(after[begin:end]))
