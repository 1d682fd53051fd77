"""Ask the tables of a run, and of those before it, for a report."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from eks_guard.errors import UsageError
from eks_guard.fleet.report import queries
from eks_guard.fleet.report.model import (
    Ending,
    FleetReport,
    NotAudited,
    PlanStep,
    PolicyLine,
    RunPoint,
    Trend,
    Versions,
    WorstCluster,
)
from eks_guard.fleet.report.queries import Tables
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eks_guard.fleet.database import Database
    from eks_guard.fleet.runs import RunFolder

POINTS = 24
"""Runs whose course is shown at most, the newest ones."""
VERSION = "version"
ENDED = "ended"
OLDER = "\u207b"
"""Behind a version: that one and all older ones, which are beyond any support."""
UNKNOWN = "unknown"
GROUPS = ("team", "owner", "repository", "repo", "app", "account")
"""Labels by which an organisation groups its apps, the first of which is used."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a report was asked. `runs` are all finished ones, the oldest first; `chosen` is reported on."""

    folder: Path
    runs: Sequence[RunFolder]
    chosen: RunFolder
    by: tuple[str, ...] = (VERSION,)
    since: datetime.date | None = None
    every: bool = False


def gather(question: Question, database: Database) -> FleetReport:
    """The answers. Raises UsageError for a group that is neither a label nor a column."""
    ask = _Asker(database, Tables(question.chosen, question.every))
    about = question.chosen.about()
    today = datetime.date.fromisoformat(about["today"])
    labels = [str(name) for (name,) in ask(queries.LABELS)]
    by = tuple(name for name in question.by if name != VERSION)
    group = next((name for name in (*by, *GROUPS) if name in labels), None)
    before = _earlier(question)
    statuses = tuple(ask(queries.STATUSES))
    clusters = ask(queries.CLUSTER_COUNT)[0][0]
    every = _Asker(database, Tables(question.chosen, every=True))(queries.CLUSTER_COUNT)[0][0]
    return FleetReport(
        folder=str(question.folder),
        run=question.chosen.id,
        today=today,
        eks_guard=about["eks_guard"],
        facts_as_of=max(about.get("facts_as_of", {}).values(), default="unknown"),
        archives=sum(count for _, count in statuses),
        statuses=statuses,
        clusters=clusters,
        apps=ask(queries.APPS)[0][0],
        passed_over=every - clusters,
        group=group or "app",
        groups=ask(queries.groups(group))[0][0] if group else 0,
        versions=_versions(ask, by, labels),
        endings=tuple(Ending(*row) for row in ask(queries.ENDINGS)),
        policies=_policies(ask, group, _Asker(database, _then(question, before)) if before else None),
        not_audited=tuple(NotAudited(*row[:3]) for row in ask(queries.REASONS)),
        failures=tuple(about.get("failures", ())),
        worst=tuple(WorstCluster(*row) for row in ask(queries.worst(labels))),
        plans=_plans(ask, question.chosen),
        history=_history(question, database),
        trend=_trend(question, before, database) if before else None,
        no_trend=_no_trend(question, before),
    )


def all_queries(question: Question) -> str:
    """The questions about the run as SQL, each with what it asks."""
    tables = Tables(question.chosen, question.every)
    by = tuple(name for name in question.by if name != VERSION)
    asked = {
        "archives by status": queries.STATUSES,
        "clusters": "SELECT * FROM cluster ORDER BY url, cluster",
        "findings that are open": "SELECT * FROM finding WHERE waived IS NULL ORDER BY gravity DESC, policy, url",
        "clusters by version": queries.versions(by, by),
        "days on which support ends": queries.ENDINGS,
        "policies": queries.policies(by[0] if by else None),
        "what was not audited, by reason": queries.REASONS,
    }
    return "\n\n".join(f"-- {title}\n{tables.ask(query)};" for title, query in asked.items()) + "\n"


@dataclass(frozen=True, slots=True)
class _Asker:
    """A database with the tables of one run."""

    database: Database
    tables: Tables

    def __call__(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.rows(self.tables.ask(query))


def _earlier(question: Question) -> RunFolder | None:
    """The run to compare with: the first from the day on that is asked for, else the last before it."""
    if question.since is None:
        return None
    others = [run for run in question.runs if run.id < question.chosen.id]
    since = [run for run in others if _day(run) >= question.since]
    return since[0] if since else others[-1] if others else None


def _then(question: Question, before: RunFolder) -> Tables:
    """The tables of an earlier run, by the labels of today: other labels make no finding new."""
    return Tables(before, question.every, named_by=question.chosen)


def _no_trend(question: Question, before: RunFolder | None) -> str | None:
    """Why there is nothing to compare with, where that was asked for."""
    if question.since is None or before is not None:
        return None
    return f"there is no run before {question.chosen.id} to compare with"


def _day(run: RunFolder) -> datetime.date:
    return datetime.date.fromisoformat(run.id[:10])


def _versions(ask: _Asker, by: tuple[str, ...], labels: Sequence[str]) -> Versions:
    counted = ask(queries.versions(by, labels))
    support = {version: state for *_, version, state, _ in counted if version is not None}
    ended = sorted((version for version, state in support.items() if state == ENDED), key=_order)
    last = f"{ended[-1]}{OLDER}" if ended else ""
    columns = [*([last] if ended else []), *sorted(set(support) - set(ended), key=_order)]
    known = [*columns, UNKNOWN]
    table: dict[tuple[str, ...], list[int]] = {}
    for *group, version, _, count in counted:
        column = UNKNOWN if version is None else last if version in ended else version
        for names in {("all", *[""] * (len(by) - 1)), tuple(map(str, group))} if by else {("all",)}:
            table.setdefault(names, [0] * len(known))[known.index(column)] += count
    total = ("all", *[""] * (len(by) - 1))
    rows = [(total, table.pop(total, [0] * len(known))), *sorted(table.items())]
    states = (*(ENDED if name == last else support[name] for name in columns), UNKNOWN)
    return Versions(by, tuple(known), states, tuple((names, tuple(counts)) for names, counts in rows))


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _policies(ask: _Asker, group: str | None, before: _Asker | None) -> tuple[PolicyLine, ...]:
    query = queries.policies(group)
    earlier = {row[1]: row[3] for row in before(query)} if before else {}
    lines = []
    for severity, policy, clusters, findings, groups, unknown, waived in ask(query):
        step = findings - earlier.pop(policy, 0) if before else None
        lines.append(PolicyLine(severity, policy, clusters, findings, groups, unknown, waived, step))
    gone = [PolicyLine("", policy, 0, 0, 0, 0, 0, -count) for policy, count in sorted(earlier.items()) if count]
    return (*lines, *gone)


def _plans(ask: _Asker, run: RunFolder) -> tuple[PlanStep, ...]:
    table = run.table("plans")
    return tuple(PlanStep(*row) for row in ask(queries.steps(table))) if table.is_file() else ()


def _history(question: Question, database: Database) -> tuple[RunPoint, ...]:
    points = []
    for run in [run for run in question.runs if run.id <= question.chosen.id][-POINTS:]:
        (numbers,) = _Asker(database, Tables(run, question.every))(queries.HISTORY)
        points.append(RunPoint(run.id, _day(run), *numbers))
    return tuple(points)


def _trend(question: Question, before: RunFolder, database: Database) -> Trend:
    """Open findings by their fingerprint and the app that they are in, now and then."""
    now, then = (
        {tuple(row[:6]): row[6:] for row in _Asker(database, tables)(queries.OPEN)}
        for tables in (Tables(question.chosen, question.every), _then(question, before))
    )
    new, gone = now.keys() - then.keys(), then.keys() - now.keys()
    both = now.keys() & then.keys()
    changed = sum(now[key] != then[key] for key in both)
    counts: dict[tuple[str, str], list[int]] = {}
    for place, keys, rows in ((0, new, now), (1, gone, then)):
        for key in keys:
            policy, severity, _ = rows[key]
            counts.setdefault((severity, policy), [0, 0])[place] += 1
    moved = sorted(counts.items(), key=lambda item: (-item[1][0], -item[1][1], item[0][1]))
    by_policy = tuple((severity, policy, came, went) for (severity, policy), (came, went) in moved)
    return Trend(_day(before), before.id, len(new), len(gone), changed, len(both) - changed, by_policy)


def choose(runs: Sequence[RunFolder], folder: Path, wanted: str | None) -> RunFolder:
    """The run that is named, else the newest. Raises UsageError where there is none."""
    if not runs:
        raise UsageError(f"{folder}: found no finished run; `eks-guard fleet SOURCE --output {folder}` makes one")
    if wanted is None:
        return runs[-1]
    found = [run for run in runs if run.id == wanted.removeprefix("run=")]
    if not found:
        raise UsageError(f"--run: no run {wanted!r}; available: {', '.join(run.id for run in runs)}")
    return found[0]
