"""From the findings of a report to one patch: what is edited, what is left to the user, and why."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from eks_guard.fix.advice import advice
from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.dependencies import Dependencies, dependencies
from eks_guard.fix.edits import Edit, applied, by_path, merged
from eks_guard.fix.locate import STALE
from eks_guard.fix.names import Names
from eks_guard.fix.project import Project
from eks_guard.fix.recipes import RECIPES
from eks_guard.fix.source import Refusal
from eks_guard.fix.syntax import GRAMMARS, parse
from eks_guard.model.outcome import Outcome
from eks_guard.records import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eks_guard.data import Tables
    from eks_guard.data.rows import LayerPackage
    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report

SPELLED = {recipe_policy: recipe for recipe in RECIPES for recipe_policy in recipe.policies}


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of one finding: a change, or the reason why it is left to the user."""

    finding: Finding
    place: str
    change: Change | None = None
    recipe: Recipe | None = None
    reason: str = ""

    @property
    def is_stale(self) -> bool:
        """Whether the source is not the one that was synthesized."""
        return self.reason.endswith(STALE)


@dataclass(frozen=True, slots=True)
class Plan:
    """The answers, all edits, and each edited file before and after them."""

    answers: tuple[Answer, ...]
    edits: tuple[Edit, ...] = ()
    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)
    dependencies: Dependencies = field(default_factory=Dependencies)

    @property
    def patched(self) -> tuple[Answer, ...]:
        """The findings that the patch mends."""
        return tuple(answer for answer in self.answers if answer.change)


def make_plan(report: Report, findings: Sequence[Finding], project: Project, tables: Tables, *, review: bool) -> Plan:
    """Return the plan for some findings of a report. `review`: whether edits that need a review are asked for."""
    answers: list[Answer] = []
    taken: dict[str, Change] = {}
    updates: dict[str, str] = {}
    for finding in findings:
        answer = _answer(report, findings, finding, project, tables, review=review)
        answers.append(_fitted(answer, taken, updates))
        change = answers[-1].change
        if change:
            taken[change.sets] = change
            update = answer.recipe.update if answer.recipe else None
            if update and finding.subject.cluster:
                updates[finding.subject.cluster.id] = update
    return _with_files(tuple(answers), project, tables)


def mendable(report: Report) -> tuple[Finding, ...]:
    """Return what failed and is not waived."""
    return tuple(f for f in report.findings if f.outcome is Outcome.FAIL and f.waiver is None)


def positions(report: Report) -> frozenset[str]:
    """Return the files that the assembly names for findings and clusters."""
    sources = [finding.location.source for finding in report.findings]
    sources += [cluster.source for cluster in report.clusters]
    return frozenset(posixpath.normpath(source.file) for source in sources if source)


def _answer(  # noqa: PLR0913 (one finding, with all around it)
    report: Report, findings: Sequence[Finding], finding: Finding, project: Project, tables: Tables, *, review: bool
) -> Answer:
    recipe = SPELLED.get(finding.policy.id)
    place = str(finding.location.source or finding.location.place.template)
    if recipe is None:
        return Answer(finding, place, reason=advice(finding.policy.id))
    failing = frozenset(other.subject.id for other in findings if other.policy.id in recipe.policies)
    source = finding.subject.source
    sharing = frozenset(
        other.subject.id
        for other in report.findings
        if source is not None
        and (other.policy.id, other.subject.kind) == (finding.policy.id, finding.subject.kind)
        and other.subject.source == source
    )
    job = Job(finding, finding.subject.cluster, report.clusters, Names(project), tables, failing, sharing)
    found = recipe.propose(job)
    if isinstance(found, Refusal):
        return Answer(finding, found.at.place if found.at else place, recipe=recipe, reason=found.reason)
    if all(_content(project, edit.path)[edit.start : edit.end] == edit.text.encode() for edit in found.edits):
        return Answer(finding, found.place, recipe=recipe, reason=f"the source already has it: {STALE}")
    if recipe.safety is Safety.REVIEW and not review:
        asks = f"written with `--policy {finding.policy.id}` only, because it needs review: {recipe.deploy}"
        return Answer(finding, found.place, recipe=recipe, reason=asks)
    return Answer(finding, found.place, found, recipe)


def _fitted(answer: Answer, taken: dict[str, Change], updates: dict[str, str]) -> Answer:
    """Return an answer without its change, where that does not go together with those that came before."""
    change, recipe = answer.change, answer.recipe
    if change is None or recipe is None:
        return answer
    cluster = answer.finding.subject.cluster
    other = updates.get(cluster.id) if cluster else None
    if other and recipe.update and other != recipe.update:
        reason = (
            f"EKS takes one kind of update at a time, and this patch updates the {other}: deploy it, then run fix again"
        )
        return replace(answer, change=None, reason=reason)
    same = taken.get(change.sets)
    together = [edit for one in (*taken.values(), change) for edit in one.edits]
    if (same is not None and same.edits != change.edits) or merged(together) is None:
        reason = "another edit of this patch touches the same place: apply the patch, synthesize, and run fix again"
        return replace(answer, change=None, reason=reason)
    return answer


def _with_files(answers: tuple[Answer, ...], project: Project, tables: Tables) -> Plan:
    """Return the plan with all files, in which every edited source still parses."""
    edits = merged(edit for answer in answers if answer.change for edit in answer.change.edits) or ()
    broken = {path for path, own in by_path(edits) if not _parses(project, path, own)}
    if broken:
        kept = tuple(_without(answer, broken) for answer in answers)
        return _with_files(kept, project, tables)
    before = {path: _content(project, path) for path, _ in by_path(edits)}
    after = {path: applied(before[path], own) for path, own in by_path(edits)}
    needed: dict[str, set[LayerPackage]] = {}
    for answer in answers:
        if answer.change and answer.change.package:
            needed.setdefault(answer.change.file, set()).add(answer.change.package)
    more = dependencies(project, after, needed, tables)
    for path, own in by_path(more.edits):
        before[path] = _content(project, path)
        after[path] = applied(before[path], merged(own) or ())
    return Plan(answers, (*edits, *more.edits), before, after, more)


def _without(answer: Answer, broken: set[str]) -> Answer:
    if answer.change and any(edit.path in broken for edit in answer.change.edits):
        return replace(answer, change=None, reason="the edited file would not parse")
    return answer


def _parses(project: Project, path: str, edits: Iterable[Edit]) -> bool:
    grammar = GRAMMARS[posixpath.splitext(path)[1]]
    return not parse(applied(_content(project, path), edits), grammar).has_error


def _content(project: Project, path: str) -> bytes:
    found = project.content(path)
    assert isinstance(found, bytes), "what is edited was read before"
    return found
