"""What a report on a fleet says, whatever it is written as."""

from __future__ import annotations

import datetime
from typing import TypeAlias

from eks_guard.records import dataclass

Names: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """Clusters by group and version. `columns` are versions in order, `support` what AWS says of each.

    Each row has the values of the groups and a number for each column; the first is of all clusters.
    """

    by: Names
    columns: Names
    support: Names
    rows: tuple[tuple[Names, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """Clusters that leave standard or extended support on a day."""

    day: datetime.date
    version: str
    support: str
    clusters: int


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """What a policy finds in a fleet. `step` is how many more failures there are than in the run before, if any."""

    severity: str
    policy: str
    clusters: int
    findings: int
    groups: int
    unknown: int
    waived: int
    step: int | None = None


@dataclass(frozen=True, slots=True)
class WorstCluster:
    """A cluster of which much failed; `group` are the labels of its archive."""

    cluster: str
    group: str
    url: str
    account: str | None
    region: str | None
    version: str | None
    support: str | None
    high: int
    failed: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Trend:
    """How the open findings differ from those of an earlier run, by their fingerprints."""

    since: datetime.date
    run: str
    new: int
    gone: int
    changed: int
    same: int
    by_policy: tuple[tuple[str, str, int, int], ...]


@dataclass(frozen=True, slots=True)
class RunPoint:
    """One run in numbers, for the course of things."""

    run: str
    day: datetime.date
    archives: int
    clusters: int
    high: int
    failed: int
    unknown: int


@dataclass(frozen=True, slots=True)
class PlanStep:
    """What the way to a minor asks of the fleet: items by weight, and how many clusters have some."""

    step: str
    clusters: int
    blocks: int
    changes: int
    unknown: int


@dataclass(frozen=True, slots=True)
class NotAudited:
    """Archives that could not be audited for a reason, and one of them."""

    archives: int
    reason: str
    example: str


@dataclass(frozen=True, slots=True)
class FleetReport:
    """The answers about one run. `passed_over` are clusters in older archives of apps that are counted."""

    folder: str
    run: str
    today: datetime.date
    eks_guard: str
    facts_as_of: str
    archives: int
    statuses: tuple[tuple[str, int], ...]
    clusters: int
    apps: int
    passed_over: int
    group: str
    groups: int
    versions: Versions
    endings: tuple[Ending, ...]
    policies: tuple[PolicyLine, ...]
    not_audited: tuple[NotAudited, ...]
    failures: Names
    worst: tuple[WorstCluster, ...]
    plans: tuple[PlanStep, ...]
    history: tuple[RunPoint, ...]
    trend: Trend | None
    no_trend: str | None
