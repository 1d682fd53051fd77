"""The fact about what belongs to a cluster of the same deployment: whether it is created after the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import order_fix
from eks_guard.policy.operators import BOOLEAN
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Thing

OF_CLUSTER = (
    "nodegroup",
    "fargate-profile",
    "addon",
    "capability",
    "access-entry",
    "pod-identity-association",
    "manifest",
    "helm-chart",
    "patch",
    "object-value",
)


def _after_cluster(thing: Thing, context: Context) -> tuple[Observation, ...]:
    """Nothing is said of things of another stack that nothing orders: whoever deploys the stacks does that."""
    cluster, resources = context.cluster_of(thing.owner), context.estate.resources
    if cluster is None or cluster.origin is Origin.IMPORTED or thing.at.resource == cluster.resource:
        return ()
    after = resources.comes_first(cluster.resource, thing.at.resource)
    if after:  # as almost everything comes
        return (
            _observed(
                thing,
                cluster,
                Known(value=True, place=thing.at.place),
                f"{thing.at.id} waits for {cluster.id}",
                "waits",
            ),
        )
    together = context.made_with(thing.at.resource, (cluster.resource,))
    if after is None or together is False or not _are_of_one_deploy(thing, cluster, context):
        return ()
    value: Value[bool] = Known(value=False, place=thing.at.place)
    says = (
        f"{thing.at.id} names {cluster.id} but does not depend on it, so CloudFormation does not wait for it: the "
        f'deploy of a new stack will fail with "No cluster found for name{_name(cluster)}"'
    )
    if together is None:
        says = f"unknown: conditions decide whether a deployment creates {cluster.id}, on which it does not depend"
        value = Unknown(says, thing.at.place)
    observed = _observed(thing, cluster, value, says, "does not wait")
    return (replace(observed, fix=order_fix(thing.at, cluster.at, ("resource", "cluster"))),)


def _observed(thing: Thing, cluster: Cluster, value: Value[bool], says: str, waits: str) -> Observation:
    steps = (
        Step(0, "cluster", str(cluster.id), cluster.place),
        Step(1, "resource", f"{thing.at.id} {waits} for it", thing.at.place),
    )
    return Observation(value, says, thing.at.place, steps)


def _are_of_one_deploy(thing: Thing, cluster: Cluster, context: Context) -> bool:
    """Whether one stack, or the nested ones below it, has both."""
    names = (f"{found.resource.stack}/" for found in (thing.at, cluster.at))
    one, other = ({stack.id for stack in context.estate.stacks if name.startswith(f"{stack.id}/")} for name in names)
    return bool(one & other)


def _name(cluster: Cluster) -> str:
    return f": {cluster.name.value}" if isinstance(cluster.name, Known) and cluster.name.value else ""


FACTS = (
    Fact(
        "resource.after_cluster",
        BOOLEAN,
        "Whether CloudFormation creates what belongs to a cluster of the same deployment after the cluster.",
        "true",
        _after_cluster,
        match=OF_CLUSTER,
    ),
)
