"""The fact about CDK's provider framework: whether it may wait for a handler that Lambda has to wake up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.policy import Link
from eks_guard.model.value import Known, Unknown, Value, either, flatten, lift
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.kubectl import used_providers
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import Handler, ProviderFunction
    from eks_guard.model.resource import ResourceId, Target

WAITS = ("lambda:GetFunction",)
"""What the framework asks until a function is active: https://github.com/aws/aws-cdk/issues/24996"""


def _may_wait(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    return tuple(
        _observed(framework, handler, context)
        for framework, handler in _pairs(cluster)
        if handler.in_vpc != Known(value=False)
    )


def _pairs(cluster: Cluster) -> Iterator[tuple[ProviderFunction, Handler]]:
    """The functions of the framework, each with the handler that it calls."""
    callers: dict[ResourceId, list[ProviderFunction]] = {}
    for function in cluster.functions:
        for called in dict.fromkeys(function.calls):
            callers.setdefault(called, []).append(function)
    for provider in used_providers(cluster):
        if isinstance(provider.handler, Known):
            handler = provider.handler.value
            yield from ((found, handler) for found in callers.get(handler.resource, ()))


def _observed(framework: ProviderFunction, handler: Handler, context: Context) -> Observation:
    may = flatten(lift(lambda role: _allows(role, context), framework.role))
    outside = lift(lambda inside: not inside, handler.in_vpc)
    value = either([outside, may])
    says = (
        f"the role of {framework.id} does not allow lambda:GetFunction, and the handler it calls is in a VPC: after "
        "weeks of idling, Lambda has to wake the handler up, the framework cannot wait for that, and the deploy "
        "fails, with AccessDenied on lambda:GetFunction if the framework tries"
    )
    if isinstance(value, Unknown):
        says = f"unknown whether {framework.id} can wait for its handler: {value.reason}"
    place = may.place or framework.place
    steps = (
        Step(0, "handler", "in a VPC", handler.in_vpc.place or handler.place),
        Step(1, "framework", framework.id, framework.place),
        Step(2, "role", "lambda:GetFunction", place),
    )
    return Observation(value, says, place, steps)


def _allows(role: Target | None, context: Context) -> Value[bool]:
    if role is None:
        return Unknown("it has no role in the template")
    return context.estate.resources.allows(role, WAITS, context.tables.managed_policies)


FACTS = (
    Fact(
        "handler.framework_may_wait",
        BOOLEAN,
        (
            "Whether the framework that calls a used handler in a VPC may ask Lambda if the handler is active; one "
            "for each framework."
        ),
        "true",
        _may_wait,
        link=Link.HANDLER,
    ),
)
