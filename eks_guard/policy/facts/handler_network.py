"""Facts about the network of kubectl handlers: what they reach, and what lets them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.policy import Link
from eks_guard.model.value import Known, Unknown, Value, both, known_in, lift
from eks_guard.policy.facts.endpoint import is_open
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.kubectl import proof, used_handlers
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster, Endpoint
    from eks_guard.model.kubectl import Handler, KubectlProvider


def _reaches_endpoint(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    endpoint = cluster.endpoint
    observations = []
    for provider, handler in used_handlers(cluster):
        reaches = lift(_reaches, handler.in_vpc, endpoint.public, endpoint.private, is_open(cluster, context.tables))
        private_only = _by_private_endpoint(handler, endpoint, is_open(cluster, context.tables))
        surely_through = isinstance(private_only, Unknown) and _through(handler) == Known(value=True)
        if private_only != Known(value=False) and not surely_through:
            observations.append(_let_in(cluster, provider, handler, private_only))
            continue
        says = (
            f"{provider.id} runs {_where(handler)}, and the public endpoint is {_described(cluster)}: its calls will "
            'end with "TimeoutError: Connection timed out"'
        )
        value: Value[bool] = lift(bool, reaches)
        if None in known_in(reaches):
            says = (
                f"{provider.id} calls the public endpoint from the VPC, and it is unknown whether its address is "
                "allowed"
            )
            value = Unknown(says, handler.place)
        elif isinstance(reaches, Unknown):
            says = _perhaps(provider, handler, reaches)
        observations.append(Observation(value, says, handler.place, proof(cluster, provider)))
    return tuple(observations)


def _perhaps(provider: KubectlProvider, handler: Handler, reaches: Unknown[bool | None]) -> str:
    """What decides whether a handler is let in, and in which branches of the deployment it is."""
    runs = f"runs {_where(handler)}" if isinstance(handler.in_vpc, Known) else "runs inside or outside the VPC"
    let_in = lift(lambda found: "it is let in" if found else "it is shut out", reaches)
    return f"unknown whether the public endpoint lets {provider.id} in, which {runs}: {in_words(let_in)}"


def _by_private_endpoint(handler: Handler, endpoint: Endpoint, open_to_all: Value[bool]) -> Value[bool]:
    """Whether the private endpoint is the handler's only way in, so that security groups decide."""
    return lift(lambda inside, on, open_: inside and on and not open_, handler.in_vpc, endpoint.private, open_to_all)


def _through(handler: Handler) -> Value[bool]:
    """Whether security groups let a handler out, and into the cluster."""
    return both([handler.passage.out, handler.passage.into_cluster])


def _let_in(cluster: Cluster, provider: KubectlProvider, handler: Handler, private_only: Value[bool]) -> Observation:
    through = _through(handler)
    closed_in = handler.passage.out == Known(value=False)
    if isinstance(private_only, Unknown) and through != Known(value=True) and not closed_in:
        through = Unknown(
            f"whether the private endpoint is its only way in is unknown: {private_only.reason}", private_only.place
        )
    says = f"no security group of {cluster.id} allows traffic from those of {provider.id} on port 443"
    if handler.passage.out == Known(value=False):
        says = f"no security group of {provider.id} allows outbound traffic on port 443"
    says += ': its calls will end with "TimeoutError: Connection timed out"'
    if isinstance(through, Unknown):
        says = f"unknown whether the security groups let {provider.id} reach {cluster.id}: {through.reason}"
    step = Step(1, "security group", "must allow HTTPS", through.place)
    return Observation(through, says, through.place or handler.place, (*proof(cluster, provider), step))


def _reaches(in_vpc: bool, public: bool, private: bool, open_to_all: bool) -> bool | None:
    """Whether a function reaches the API; None where that hangs on the address that the VPC gives it outside."""
    if (in_vpc and private) or open_to_all:
        return True
    return None if in_vpc and public else False


def _where(handler: Handler) -> str:
    if isinstance(handler.in_vpc, Unknown):
        return f"inside or outside the VPC ({handler.in_vpc.reason})"
    return "in the VPC, where the private endpoint is off" if handler.in_vpc.value else "outside the VPC"


def _described(cluster: Cluster) -> str:
    public = cluster.endpoint.public
    if public == Known(value=False, place=public.place):
        return "off"
    return f"limited to {in_words(cluster.endpoint.public_cidrs)}"


def _has_egress(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        _closed_in(cluster, provider, handler)
        if handler.passage.out != Known(value=True) and not _is_cut_off(handler)
        else Observation(
            lift(lambda missing: not missing, handler.unreachable),
            _egress_in_words(provider, handler.unreachable),
            handler.unreachable.place or handler.place,
            (
                *proof(cluster, provider),
                Step(2, "subnet", f"cannot reach: {in_words(handler.unreachable)}", handler.unreachable.place),
            ),
        )
        for provider, handler in used_handlers(cluster)
    )


def _is_cut_off(handler: Handler) -> bool:
    """Whether routes alone keep it from AWS, whatever its groups do."""
    return isinstance(handler.unreachable, Known) and bool(handler.unreachable.value)


def _closed_in(cluster: Cluster, provider: KubectlProvider, handler: Handler) -> Observation:
    out = handler.passage.out
    says = (
        f"no security group of {provider.id}, or of the function that calls it, allows outbound traffic on port 443: "
        'the deploy hangs, then fails with "Connect timeout on endpoint URL"'
    )
    if isinstance(out, Unknown):
        says = f"unknown whether {provider.id} can reach AWS: {out.reason}"
    step = Step(1, "security group", "allows no outbound HTTPS" if isinstance(out, Known) else out.reason, out.place)
    return Observation(out, says, out.place or handler.place, (*proof(cluster, provider), step))


def _egress_in_words(provider: KubectlProvider, missing: Value[tuple[str, ...]]) -> str:
    if isinstance(missing, Unknown):
        return f"unknown whether {provider.id} can reach AWS from its subnets: {missing.reason}"
    return (
        f"{provider.id} cannot reach {in_words(missing)} from one of its subnets: no route leads out of the VPC, and "
        "the VPC has no endpoint for it; if Lambda runs the handler there, the deploy hangs, then fails with "
        '"Connect timeout on endpoint URL"'
    )


FACTS = (
    Fact(
        "handler.reaches_endpoint",
        BOOLEAN,
        (
            "Whether a used handler can reach the API: from inside the VPC with the private endpoint on, or through "
            "an open public one."
        ),
        "true",
        _reaches_endpoint,
        link=Link.HANDLER,
    ),
    Fact(
        "handler.has_egress",
        BOOLEAN,
        (
            "Whether a used handler, and the function that calls it, can reach AWS: through a route out of the VPC, "
            "or through endpoints in it."
        ),
        "true",
        _has_egress,
        link=Link.HANDLER,
    ),
)
