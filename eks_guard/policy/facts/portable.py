"""Facts for the policies of a project: what every spelling of a cluster has, and where a subject is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.cluster import one
from eks_guard.policy.facts.fact import ABOUT_ANY, Context, Fact
from eks_guard.policy.operators import INTEGER, TEXT, TEXTS

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Subject


def _name(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return one(cluster, cluster.name, f"the cluster's name is {in_words(cluster.name)}")


def _tags(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    tags = lift(lambda pairs: tuple(sorted({*(key for key, _ in pairs), *map("=".join, pairs)})), cluster.tags)
    return one(
        cluster, tags, f"the cluster's tags are {_listed(lift(lambda p: tuple(map('='.join, p)), cluster.tags))}"
    )


def _subnets(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    count = lift(len, cluster.network.subnets)
    return one(cluster, count, f"the control plane is attached to {in_words(count)} subnets")


def _addons(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    """The names of the add-ons; unknown where the name of one is, since that may be any."""
    names: Value[tuple[str, ...]] = lift(
        lambda *found: tuple(sorted(name for name in found if name)), *(addon.name for addon in cluster.addons)
    )
    return one(cluster, names, f"the cluster's add-ons are {_listed(names)}", f"add-ons: {_listed(names)}")


def _listed(names: Value[tuple[str, ...]]) -> str:
    if isinstance(names, Unknown):
        return in_words(names)
    return ", ".join(names.value) or "none"


def _stack(subject: Subject, _: Context) -> tuple[Observation, ...]:
    return (Observation(Known(subject.stack), f"the stack is {subject.stack}", subject.place),)


def _path(subject: Subject, _: Context) -> tuple[Observation, ...]:
    return (Observation(Known(subject.id), f"the construct path is {subject.id}", subject.place),)


FACTS = (
    Fact(
        "cluster.name", TEXT, "The name that the cluster is given; null where EKS or CDK makes one.", "prod-eu", _name
    ),
    Fact(
        "cluster.tags",
        TEXTS,
        "The cluster's tags, each as its key and as key=value.",
        "[team, team=payments]",
        _tags,
    ),
    Fact(
        "cluster.subnets",
        INTEGER,
        "How many subnets the control plane is attached to.",
        "2",
        _subnets,
    ),
    Fact(
        "cluster.addons",
        TEXTS,
        "The add-ons that the app puts on the cluster: `contains: vpc-cni` asks for one.",
        "[coredns, vpc-cni]",
        _addons,
    ),
    Fact(
        "subject.stack",
        TEXT,
        "The stack that holds the subject, for a `when` that limits a policy to some stacks.",
        "Prod/Payment",
        _stack,
        ABOUT_ANY,
    ),
    Fact(
        "subject.path",
        TEXT,
        "The construct path of the subject, or Stack/LogicalId.",
        "Payment/Cluster",
        _path,
        ABOUT_ANY,
    ),
)
