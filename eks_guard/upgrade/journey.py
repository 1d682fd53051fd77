"""What the rules of a plan know: a cluster, its way to the target, and the same estate at each minor of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eks_guard.model.finding import Subject
from eks_guard.model.nodes import ImageParameter, NodeGroup, SelfManagedGroup
from eks_guard.model.upgrade import NOTHING_TO_WRITE, Item, Phase, Remedy, Weight
from eks_guard.model.value import Known
from eks_guard.policy.evaluate import judge
from eks_guard.policy.facts.fact import Context
from eks_guard.records import dataclass

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from eks_guard.data import Tables
    from eks_guard.data.upgrades import UpgradeTables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate
    from eks_guard.model.nodes import LaunchTemplate
    from eks_guard.model.policy import Policy
    from eks_guard.model.resource import ResourceId, Site
    from eks_guard.model.upgrade import ObjectName, Source
    from eks_guard.model.value import Value
    from eks_guard.model.version import Version
    from eks_guard.policy.evaluate import Verdict
    from eks_guard.upgrade.answers import Answers

_MINOR_IN_PATH = re.compile(r"(/aws/service/(?:eks/optimized-ami/|bottlerocket/aws-k8s-))\d+\.\d+")
"""The SSM parameters of EKS's images: https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html"""


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


def images_at(nodes: NodeGroup | SelfManagedGroup, minor: Version) -> NodeGroup | SelfManagedGroup:
    """A group whose images of EKS's own are those of another minor, as a path in CDK follows the cluster."""
    if isinstance(nodes, SelfManagedGroup):
        if not isinstance(nodes.launches, Known):
            return nodes
        moved = tuple(_launch_at(launch, minor) for launch in nodes.launches.value)
        return replace(nodes, launches=Known(moved, nodes.launches.place))
    template = nodes.launch_template
    if isinstance(template, Known) and template.value:
        return replace(nodes, launch_template=Known(_launch_at(template.value, minor), template.place))
    return nodes


def _launch_at(launch: LaunchTemplate, minor: Version) -> LaunchTemplate:
    image = launch.image
    if isinstance(image, Known) and isinstance(image.value, ImageParameter):
        path = _MINOR_IN_PATH.sub(rf"\g<1>{minor}", image.value.path)
        return replace(launch, image=Known(replace(image.value, path=path), image.place))
    return launch


def is_eks_image(path: str) -> bool:
    """Whether an SSM parameter names an image of EKS's own for one Kubernetes minor."""
    return _MINOR_IN_PATH.match(path) is not None
