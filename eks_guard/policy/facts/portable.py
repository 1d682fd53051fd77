"""Facts for the policies of a project: what every spelling of a cluster has, by one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_words
from eks_guard.model.value import Candidate, Known, Unknown, Value, flatten, lift
from eks_guard.policy.facts.cluster import one
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.properties import spelled_tags
from eks_guard.policy.operators import INTEGER, TEXT, TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.model.resource import Site


def _name(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return one(cluster, cluster.name, f"the cluster's name is {in_words(cluster.name)}")


def _tags(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    shown = _listed(lift(lambda pairs: tuple(map("=".join, pairs)), cluster.tags))
    return one(cluster, lift(spelled_tags, cluster.tags), f"the cluster's tags are {shown}")


def _role(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    """The name of the role; None where none is written, or CloudFormation names it."""
    resources = context.estate.resources
    name = flatten(lift(lambda role: Known(None) if role is None else resources.role_name(role), cluster.access.role))
    return one(cluster, name, f"the name of the cluster's role is {in_words(name)}")


def _subnets(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    count = lift(len, cluster.network.subnets)
    noun = "subnet" if count == Known(1) else "subnets"
    return one(cluster, count, f"the control plane is attached to {in_words(count)} {noun}")


def _node_groups(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    sites = [*(one.at for one in cluster.node_groups), *(one.at for one in cluster.self_managed_groups)]
    count = lift(lambda *made: sum(made), *(_is_made(cluster, at, context) for at in sites))
    return one(cluster, count, counted("the app gives the cluster {} groups of nodes", count))


def counted(sentence: str, number: Value[int]) -> str:
    """A sentence about a number; where that is open, why, and all that it can be."""
    return sentence.format(number.value) if isinstance(number, Known) else in_words(number)


def _addons(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    names = _names(((addon.at, addon.name) for addon in cluster.addons), cluster, context)
    return one(cluster, names, f"the cluster's add-ons are {_listed(names)}", f"add-ons: {_listed(names)}")


def _charts(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    names = _names(((chart.at, chart.chart) for chart in cluster.charts), cluster, context)
    return one(cluster, names, f"the cluster's charts are {_listed(names)}", f"charts: {_listed(names)}")


def _names(
    found: Iterable[tuple[Site, Value[str | None]]], cluster: Cluster, context: Context
) -> Value[tuple[str, ...]]:
    """The names of what is made with the cluster; unknown where a condition or an open name leaves that open."""
    values = (
        lift(lambda is_made, name: name if is_made else None, _is_made(cluster, at, context), name)
        for at, name in found
    )
    return lift(lambda *names: tuple(sorted({name for name in names if name})), *values)


def _is_made(cluster: Cluster, at: Site, context: Context) -> Value[bool]:
    """Whether each deployment that makes the cluster makes a resource, too. An imported cluster is there already."""
    if at.condition is None and at.resource.stack == cluster.resource.stack:
        return Known(value=True)
    made = context.made_with(cluster.resource, (at.resource,))
    if made is not None:
        return Known(made)
    name = f"condition {at.condition.logical_id}" if at.condition else f"the condition of {at.resource.stack}"
    branches = tuple(Candidate(value, ((name, str(value).lower()),)) for value in (True, False))
    return Unknown(f"{at.id} is made under {name}", at.place, branches)


def _listed(names: Value[tuple[str, ...]]) -> str:
    if isinstance(names, Unknown):
        return in_words(names)
    return ", ".join(names.value) or "none"


FACTS = (
    Fact("cluster.name", TEXT, "The cluster's name; null if EKS or CDK generates one.", "prod-eu", _name),
    Fact(
        "cluster.tags",
        TEXTS,
        "The cluster's tags, each as its key and as key=value.",
        "[team, team=payments]",
        _tags,
    ),
    Fact(
        "cluster.role",
        TEXT,
        "The name of the control plane's role, without path and account; null where CloudFormation makes one.",
        "eks-control-plane",
        _role,
    ),
    Fact(
        "cluster.subnets",
        INTEGER,
        "How many subnets the control plane is attached to.",
        "2",
        _subnets,
    ),
    Fact(
        "cluster.node_groups",
        INTEGER,
        "How many groups of nodes the app gives the cluster, managed and self-managed ones.",
        "1",
        _node_groups,
    ),
    Fact(
        "cluster.addons",
        TEXTS,
        "The add-ons that the app installs on the cluster; `contains: vpc-cni` asks for one.",
        "[coredns, vpc-cni]",
        _addons,
    ),
    Fact(
        "cluster.charts",
        TEXTS,
        "The Helm charts that the app puts on the cluster, by the name of the chart.",
        "[aws-load-balancer-controller]",
        _charts,
    ),
)
