"""What the rules of a plan know: a cluster, its way to the target, and the same estate at each minor of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.finding import Subject
from eks_guard.model.upgrade import NOTHING_TO_WRITE, Item, Phase, Remedy, Weight
from eks_guard.model.value import Known
from eks_guard.policy.evaluate import judge
from eks_guard.policy.facts.fact import Context
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from eks_guard.data import Tables
    from eks_guard.data.upgrades import UpgradeTables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate
    from eks_guard.model.finding import Verdict
    from eks_guard.model.policy import Policy
    from eks_guard.model.resource import ResourceId, Site
    from eks_guard.model.upgrade import ObjectName, Source
    from eks_guard.model.value import Value
    from eks_guard.model.version import Version
    from eks_guard.upgrade.answers import Answers


@dataclass(frozen=True, slots=True)
class App:
    """The release of aws-cdk-lib that made a cluster, unknown where nothing names it, and whether by `CfnCluster`."""

    cdk_release: Value[Version]
    is_low_level: bool


@dataclass(frozen=True)
class Journey:
    """The way of one cluster from `start` over `steps`, one minor each, the last of which is the target.

    `policies` are the built-in ones by id; `others` the versions of the other clusters, now and when the plan is done;
    `answers` what EKS said of the running cluster.
    """

    cluster: Cluster
    start: Version
    steps: tuple[Version, ...]
    estate: Estate
    tables: Tables
    facts: UpgradeTables
    today: datetime.date
    app: App
    policies: Mapping[str, Policy]
    others: Mapping[ResourceId, tuple[Version, Version]]
    answers: Answers

    @property
    def first(self) -> Version:
        """The minor of the first step."""
        return self.steps[0]

    @property
    def target(self) -> Version:
        """The minor of the last step."""
        return self.steps[-1]

    def is_ahead(self, minor: Version) -> bool:
        """Whether a minor is one of the steps."""
        return self.start < minor <= self.target

    def context(self, minor: Version) -> Context:
        """The estate in which this cluster has another version, and nothing else differs."""
        moved = replace(self.cluster, version=Known(minor, self.cluster.version_place))
        clusters = tuple(moved if found.at == self.cluster.at else found for found in self.estate.clusters)
        return Context(self.tables, self.today, replace(self.estate, clusters=clusters))

    def verdict(self, policy: str, kind: str, thing: Any, context: Context) -> Verdict:
        """What a built-in policy says of a thing of this cluster."""
        at = thing.at
        cluster = context.cluster_of(self.cluster.at.resource)
        subject = Subject(kind, at.id, at.stack, at.place, at.resource, thing=thing, cluster=cluster, source=at.source)
        return judge(self.policies[policy], subject, context)

    def of_cluster(  # noqa: PLR0913 (the parts of an item)
        self,
        id_: str,
        at: Version | None,
        weight: Weight,
        phase: Phase,
        says: str,
        fix: Remedy = NOTHING_TO_WRITE,
        source: Source | None = None,
    ) -> Item:
        """An item about the cluster itself."""
        return Item(id_, at, weight, phase, "cluster", self.cluster.at, says, fix, source=source)


def item(  # noqa: PLR0913 (the parts of an item)
    id_: str,
    at: Version | None,
    weight: Weight,
    phase: Phase,
    kind: str,
    site: Site,
    says: str,
    fix: Remedy = NOTHING_TO_WRITE,
    object_: ObjectName | None = None,
    source: Source | None = None,
) -> Item:
    """An item about a thing of the cluster."""
    return Item(id_, at, weight, phase, kind, site, says, fix, object_, source)
