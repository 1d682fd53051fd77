"""What an upgrade takes: clusters, each with steps of one minor, each with items in the order of deploys."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    import datetime

    from eks_guard.model.finding import Location
    from eks_guard.model.fix import Language
    from eks_guard.model.report import Assembly
    from eks_guard.model.resource import Site
    from eks_guard.model.value import Value
    from eks_guard.model.version import Version


class Weight(StrEnum):
    """What happens if an item is passed over, the gravest first."""

    BLOCKS = "blocks"
    CHANGE = "change"
    UNKNOWN = "unknown"
    NOTE = "note"


class Phase(StrEnum):
    """When an item is due: in deploys before the control plane moves, in the one that moves it, or after it."""

    BEFORE = "before"
    WITH = "with"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class ObjectName:
    """A Kubernetes object by what names it."""

    api_version: str
    kind: str
    namespace: str | None
    name: str

    def __str__(self) -> str:
        return f"{self.api_version} {self.kind} {self.name!r}"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do: words, and lines in the languages of apps or for a shell."""

    text: str | None = None
    typescript: str | None = None
    python: str | None = None
    cloudformation: str | None = None
    commands: str | None = None


NOTHING_TO_WRITE = Remedy()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from, and the day as of which it is right."""

    text: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do or to know. `at` is the minor of its step, None for what belongs to no step.

    `kind` and `site` name its subject, `object` the Kubernetes object that it is about.
    """

    id: str
    at: Version | None
    weight: Weight
    phase: Phase
    kind: str
    site: Site
    says: str
    fix: Remedy = NOTHING_TO_WRITE
    object: ObjectName | None = None
    source: Source | None = None
    location: Location | None = field(default=None, compare=False)
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """The way from one minor to the next; None for an end of support that AWS has not published."""

    to: Version
    end_of_standard: datetime.date | None
    end_of_extended: datetime.date | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """The way of one cluster. `items` are those of no step, `start` is unknown where the assembly does not say it."""

    site: Site
    start: Value[Version]
    target: Version | None
    steps: tuple[Step, ...]
    items: tuple[Item, ...] = ()

    @property
    def all_items(self) -> tuple[Item, ...]:
        """Its items in order, those of no step first."""
        return (*self.items, *(item for step in self.steps for item in step.items))

    def count(self, weight: Weight) -> int:
        """How many items have a weight."""
        return sum(item.weight is weight for item in self.all_items)


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """The ways of all clusters of an app, as of a day. `facts_as_of` are the tables that were read."""

    assembly: Assembly
    to: Version | None
    today: datetime.date
    clusters: tuple[ClusterPlan, ...]
    facts_as_of: tuple[tuple[str, datetime.date], ...]
    language: Language | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    has_insights: bool = False

    def count(self, weight: Weight) -> int:
        """How many items of all clusters have a weight."""
        return sum(cluster.count(weight) for cluster in self.clusters)
