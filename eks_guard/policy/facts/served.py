"""Facts about the way of a custom resource to its cluster: which function answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.policy.facts.declared import declared_in
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.mixed_packages import of_another_package, told_by_handler
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from eks_guard.model.kubectl import KubectlProvider
    from eks_guard.model.value import Place
    from eks_guard.model.workloads import Chart, Manifest, ObjectValue, Patch

OF_CONSUMERS = ("manifest", "helm-chart", "patch", "object-value")


def _served(thing: Manifest | Chart | Patch | ObjectValue, context: Context) -> tuple[Observation, ...]:
    cluster = context.cluster_of(thing.owner)
    provider = declared_in(cluster, context).providers.get(thing.at.resource) if cluster else None
    if cluster is None or provider is None:
        return ()
    place = thing.at.place
    if isinstance(provider.handler, Unknown):
        reason = provider.handler.reason
        return (_observed(provider, Unknown(reason, place), f"unknown which function handles it: {reason}", place),)
    if thing.at.resource in provider.mute:
        says = (
            f"the service token of {thing.at.id} is the kubectl handler {provider.id} instead of the provider "
            "framework in front of it; the handler never responds to CloudFormation, so after an hour the deploy "
            "will fail with “CloudFormation did not receive a response from your Custom Resource”"
        )
        return (_observed(provider, Known(value=False, place=place), says, place),)
    here, there = provider.region, cluster.region
    if here and there and here != there:
        says = (
            f"{provider.id} runs in {here}, but {cluster.id} is in {there}: kubectl asks EKS in the handler's own "
            "region, and the deploy will fail with “No cluster found for name”"
        )
        return (_observed(provider, Known(value=False, place=place), says, place),)
    handler = provider.handler.value
    mixed = of_another_package(thing, provider, handler, context.once(told_by_handler, cluster)[handler.resource])
    return (mixed or _observed(provider, Known(value=True, place=place), f"{provider.id} serves it", place),)


def _observed(provider: KubectlProvider, value: Value[bool], says: str, place: Place) -> Observation:
    return Observation(value, says, place, (Step(0, "service token", says, place), *provider.trace))


FACTS = (
    Fact(
        "consumer.served",
        BOOLEAN,
        (
            "Whether the function that handles a manifest, chart, patch or object value responds to CloudFormation "
            "and runs in the cluster's region."
        ),
        "true",
        _served,
        match=OF_CONSUMERS,
    ),
)
