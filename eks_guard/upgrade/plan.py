"""Makes the plan: for each cluster its way, for each step what the rules say, each item with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.language import language_of
from eks_guard.assembly.positions import locate
from eks_guard.digests import fingerprint_of
from eks_guard.errors import UsageError
from eks_guard.model.finding import Location
from eks_guard.model.report import Assembly
from eks_guard.model.upgrade import ClusterPlan, Item, Phase, Step, UpgradePlan, Weight
from eks_guard.model.value import Known, Unknown
from eks_guard.model.version import Version
from eks_guard.policy import freshness
from eks_guard.policy.packs import load_builtin
from eks_guard.records import dataclass, replace
from eks_guard.upgrade.answers import NO_ANSWERS, Answers
from eks_guard.upgrade.app import app_of
from eks_guard.upgrade.journey import Journey
from eks_guard.upgrade.rules import RULES
from eks_guard.upgrade.twins import without_twins

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.data import Tables
    from eks_guard.data.upgrades import UpgradeTables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate
    from eks_guard.model.policy import Policy
    from eks_guard.model.resource import ResourceId

POLICIES = (
    "api-version-served",
    "chart-accepted",
    "helm-oci-supported",
    "kubectl-version-skew",
    "manifest-valid",
    "node-ami-supported",
)
"""The policies that a step asks."""
_WEIGHTS = tuple(Weight)
_PHASES = tuple(Phase)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be planned: up to a minor (None: one step), and from which where the assembly does not say it.

    `answers` are those of EKS, about the one cluster that is planned.
    """

    to: Version | None
    start: Version | None
    today: datetime.date
    answers: Answers = NO_ANSWERS


def make_plan(
    assembly: CloudAssembly, estate: Estate, clusters: Sequence[Cluster], tables: Tables, wish: Wish
) -> UpgradePlan:
    """The plan for some clusters. Raises UsageError for a target or a start that does not fit them."""
    _check(clusters, tables, wish)
    today, early = freshness.day_of(wish.today, tables)
    wish = replace(wish, today=today)
    policies = {policy.id: policy for policy in load_builtin(frozenset(POLICIES))}
    planner = _Planner(assembly, estate, tables, tables.upgrades, wish, policies)
    plans = tuple(planner.plan(cluster) for cluster in clusters)
    used = tuple(sorted(tables.used.items()))
    return UpgradePlan(
        assembly=Assembly(assembly.path, assembly.version, len(assembly.stacks), assembly.stale_templates),
        to=wish.to,
        today=wish.today,
        clusters=plans,
        facts_as_of=used,
        language=language_of(assembly, (cluster.source for cluster in clusters)),
        notes=(*assembly.notes, *([early] if early else []), *freshness.notes(clusters, tables, today)),
        problems=tuple(assembly.problems),
        has_insights=wish.answers.insights is not None,
    )


def _check(clusters: Sequence[Cluster], tables: Tables, wish: Wish) -> None:
    if wish.answers.insights and len(clusters) > 1:
        names = ", ".join(cluster.id for cluster in clusters)
        raise UsageError(
            f"--insights is about one running cluster, and the app has several: choose one with --cluster: {names}"
        )
    newest = max(tables.eks_versions)
    if wish.to and wish.to not in tables.eks_versions:
        as_of = tables.used["eks_versions"]
        raise UsageError(
            f"--to: {wish.to} is not a known EKS minor; the newest is {newest}, as of {as_of}; a "
            "newer eks-guard or --data may list more"
        )
    for cluster in clusters:
        if isinstance(cluster.version, Unknown):
            continue
        version = cluster.version.value.of_minor
        if wish.start and wish.start != version:
            raise UsageError(
                f"--from: {cluster.id} has version {version} in the assembly; --from is only for clusters "
                "whose version the assembly does not contain"
            )
        if wish.to and wish.to < version:
            raise UsageError(
                f"--to: {cluster.id} runs {version}, which is newer than {wish.to}: EKS rolls back one minor "
                "within seven days, and only through its API; CloudFormation cannot"
            )


@dataclass(frozen=True, slots=True)
class _Planner:
    """All that the plans of the clusters share."""

    assembly: CloudAssembly
    estate: Estate
    tables: Tables
    facts: UpgradeTables
    wish: Wish
    policies: Mapping[str, Policy]

    def plan(self, cluster: Cluster) -> ClusterPlan:
        """The plan of one cluster."""
        version = cluster.version
        if isinstance(version, Known):
            return self._from(cluster, version.value.of_minor)
        if self.wish.start:
            return self._from(cluster, self.wish.start)
        starts = sorted({candidate.value.of_minor for candidate in version.candidates})
        unknown = self._unknown(cluster, version.reason, starts)
        if not starts:
            return ClusterPlan(cluster.at, version, self.wish.to, (), (unknown,))
        plans = [self._from(cluster, start) for start in starts]
        steps = tuple(_agreed(step, plans, starts) for step in plans[0].steps)
        return ClusterPlan(cluster.at, version, plans[0].target, steps, (unknown,))

    def _unknown(self, cluster: Cluster, why: str, starts: Sequence[Version]) -> Item:
        ways = f"; it is one of {', '.join(map(str, starts))}, and the plan starts at the lowest" if starts else ""
        ask = "" if starts else "; set it for this plan with --from"
        says = f"the version of {cluster.id} is unknown: {why}{ways}{ask}"
        item = Item("version-unknown", None, Weight.UNKNOWN, Phase.BEFORE, "cluster", cluster.at, says)
        return self._placed(item)

    def _from(self, cluster: Cluster, start: Version) -> ClusterPlan:
        steps = self._minors(start)
        if not steps:
            return ClusterPlan(cluster.at, cluster.version, self.wish.to, ())
        moved = replace(cluster, version=Known(start, cluster.version_place))
        clusters = tuple(moved if found.at == cluster.at else found for found in self.estate.clusters)
        journey = Journey(
            cluster=moved,
            start=start,
            steps=steps,
            estate=replace(self.estate, clusters=clusters),
            tables=self.tables,
            facts=self.facts,
            today=self.wish.today,
            app=app_of(self.assembly, cluster),
            policies=self.policies,
            others=self._others(cluster),
            answers=self.wish.answers,
        )
        items = sorted(without_twins(item for rule in RULES for item in rule(journey)), key=_order)
        placed = [self._placed(item) for item in items]
        known = cluster.version if isinstance(cluster.version, Known) else Known(start, cluster.version_place)
        return ClusterPlan(cluster.at, known, steps[-1], tuple(self._step(minor, placed) for minor in steps))

    def _minors(self, start: Version) -> tuple[Version, ...]:
        target = self.wish.to or Version(start.major, start.minor + 1)
        minors = (Version(start.major, minor) for minor in range(start.minor + 1, target.minor + 1))
        return tuple(minor for minor in minors if minor in self.tables.eks_versions)

    def _others(self, cluster: Cluster) -> dict[ResourceId, tuple[Version, Version]]:
        """The versions of the other clusters, now and at the end of the plan."""
        found = {}
        for other in self.estate.clusters:
            if other.at != cluster.at and isinstance(other.version, Known):
                now = other.version.value.of_minor
                found[other.at.resource] = (now, (self._minors(now) or (now,))[-1])
        return found

    def _step(self, minor: Version, items: Sequence[Item]) -> Step:
        support = self.tables.eks_versions[minor]
        mine = tuple(item for item in items if item.at == minor)
        return Step(minor, support.end_of_standard, support.end_of_extended, mine)

    def _placed(self, item: Item) -> Item:
        """An item with its line, and with a fingerprint that a new synth does not change."""
        place = item.site.place
        document = self.assembly.document_of(place.template)
        line, column = (locate(document, place.pointer) if document else None) or (None, None)
        digest = fingerprint_of(item.id, str(item.at), item.site.id, str(item.object or ""))
        return replace(item, location=Location(place, line, column, item.site.source), fingerprint=digest)


def _agreed(step: Step, plans: Sequence[ClusterPlan], starts: Sequence[Version]) -> Step:
    """A step of the plan from the lowest version: what does not hold from every version is unknown."""
    return replace(step, items=tuple(_agreed_item(item, plans, starts) for item in step.items))


def _agreed_item(item: Item, plans: Sequence[ClusterPlan], starts: Sequence[Version]) -> Item:
    without = [start for plan, start in zip(plans, starts, strict=True) if not _has(plan, item)]
    if not without or item.weight is Weight.UNKNOWN:
        return item
    holds = ", ".join(str(start) for start in starts if start not in without)
    return replace(item, weight=Weight.UNKNOWN, says=f"{item.says} (only if the cluster is on {holds} now)")


def _has(plan: ClusterPlan, item: Item) -> bool:
    return any(
        (found.id, found.site, found.object) == (item.id, item.site, item.object)
        and (found.at == item.at or item.weight in (Weight.BLOCKS, Weight.NOTE))
        for found in plan.all_items
    )


def _order(item: Item) -> tuple[Version, int, int, str, str, str]:
    """By step, phase and weight; then by what it is and whom it concerns."""
    assert item.at, "the items of rules belong to a step"
    phase, weight = _PHASES.index(item.phase), _WEIGHTS.index(item.weight)
    return item.at, phase, weight, item.id, item.site.id, str(item.object or "")
