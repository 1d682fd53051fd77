"""Facts about the functions that run kubectl: whether they reach the cluster, and whether they are what CDK made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Step
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.cluster import in_words
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.kubectl import proof, used_providers
from eks_guard.policy.operators import BOOLEAN, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster, Handler, KubectlProvider

OPEN_TO_ALL = ("0.0.0.0/0", "::/0")


def _reaches_endpoint(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    endpoint = cluster.endpoint
    observations = []
    for provider, handler in _handlers(cluster):
        reaches = lift(_reaches, handler.in_vpc, endpoint.public, endpoint.private, endpoint.public_cidrs)
        says = (
            f"{provider.id} runs {_where(handler)}, the public endpoint is {_described(cluster)}: "
            'its calls will end with "TimeoutError: Connection timed out"'
        )
        value: Value[bool] = lift(bool, reaches)
        if reaches == Known(None, reaches.place):
            says = (
                f"{provider.id} calls the public endpoint from the VPC, and whether its address is let in is not known"
            )
            value = Unknown(says, handler.place)
        observations.append(Observation(value, says, handler.place, proof(cluster, provider)))
    return tuple(observations)


def _reaches(in_vpc: bool, public: bool, private: bool, cidrs: tuple[str, ...]) -> bool | None:
    """Whether a function reaches the API; None where that hangs on the address that the VPC gives it outside."""
    if (in_vpc and private) or (public and _open(cidrs)):
        return True
    return None if in_vpc and public else False


def _open(cidrs: tuple[str, ...]) -> bool:
    return any(cidr in OPEN_TO_ALL for cidr in cidrs)


def _where(handler: Handler) -> str:
    if isinstance(handler.in_vpc, Unknown):
        return f"inside or outside of the VPC ({handler.in_vpc.reason})"
    return "in the VPC, where the private endpoint is off" if handler.in_vpc.value else "outside of the VPC"


def _described(cluster: Cluster) -> str:
    public = cluster.endpoint.public
    if public == Known(value=False, place=public.place):
        return "off"
    return f"limited to {in_words(cluster.endpoint.public_cidrs)}"


def _runtime_creatable(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    observations = []
    for provider, handler in _handlers(cluster):
        end = lift(lambda runtime: context.tables.lambda_runtimes.get(runtime or ""), handler.runtime)
        since = f" since {end.value}" if isinstance(end, Known) and end.value else ""
        runtime = in_words(handler.runtime)
        says = (
            f"Lambda creates no function with {runtime}{since}, which {provider.id} has: a new deploy will fail with "
            f'"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions"'
        )
        creatable = lift(lambda day: day is None or day > context.today, end)
        observations.append(Observation(creatable, says, handler.place, proof(cluster, provider)))
    return tuple(observations)


def _architecture(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            handler.architecture,
            f"{provider.id} runs on {in_words(handler.architecture)}, and the kubectl of every published layer "
            'is for x86_64: it will fail with "exec format error"',
            handler.place,
            proof(cluster, provider),
        )
        for provider, handler in _handlers(cluster)
        if any(witness.source == "asset-hash" for layer in provider.layers for witness in layer.evidence)
    )


def _role_trusts_handler(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            role.trusts_handler,
            f"{provider.id} is told to use {role.name}, which does not trust it: the deploy will fail with "
            '"An error occurred (AccessDenied) when calling the AssumeRole operation"'
            if isinstance(role.trusts_handler, Known)
            else f"{provider.id}: {role.trusts_handler.reason}",
            role.place,
            (*proof(cluster, provider), Step(1, "role", role.name, role.place)),
        )
        for provider in used_providers(cluster)
        for role in provider.roles
    )


def _handlers(cluster: Cluster) -> Iterator[tuple[KubectlProvider, Handler]]:
    for provider in used_providers(cluster):
        handler: Value[Handler] = provider.handler
        if isinstance(handler, Known):
            yield provider, handler.value


FACTS = (
    Fact(
        "handler.role_trusts_it",
        BOOLEAN,
        "Whether a role of the app that a used handler is told to use trusts the handler; one for each such role.",
        "true",
        _role_trusts_handler,
    ),
    Fact(
        "handler.reaches_endpoint",
        BOOLEAN,
        "Whether a used handler can reach the API: inside the VPC with the private endpoint on, or an open public one.",
        "true",
        _reaches_endpoint,
    ),
    Fact(
        "handler.runtime_creatable",
        BOOLEAN,
        "Whether Lambda still creates functions with a used handler's runtime, on the day of the audit.",
        "true",
        _runtime_creatable,
    ),
    Fact(
        "handler.architecture",
        TEXT,
        "The architecture of a used handler that has a published layer: x86_64 or arm64.",
        "x86_64",
        _architecture,
    ),
)
