"""Facts about the functions that run kubectl: what they run with, and the roles that they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.policy import Link
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.kubectl import proof, used_handlers, used_providers
from eks_guard.policy.operators import BOOLEAN, INTEGER, TEXT

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import AssumedRole, KubectlProvider

X86 = "x86_64"
NOT_SEEN = "unknown whether the layer is for the processor of its handler: it is not in the assembly"


def _aws_cli(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            handler.aws_cli,
            f"no layer of {provider.id} carries the AWS CLI, which it needs to authenticate to the cluster: it will "
            "fail with \"No such file or directory: 'aws'\""
            if isinstance(handler.aws_cli, Known)
            else f"unknown whether {provider.id} carries the AWS CLI: {handler.aws_cli.reason}",
            handler.place,
            proof(cluster, provider),
        )
        for provider, handler in used_handlers(cluster)
    )


def _memory(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        _limit(cluster, provider, handler.memory, "MiB of memory", "kubectl and Helm may run out of memory")
        for provider, handler in used_handlers(cluster)
    )


def _timeout(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        _limit(cluster, provider, handler.timeout, "seconds to run", "a chart or a large manifest may be cut off")
        for provider, handler in used_handlers(cluster)
    )


def _limit(cluster: Cluster, provider: KubectlProvider, value: Value[int], what: str, then: str) -> Observation:
    says = f"{provider.id} has {in_words(value)} {what}: {then}"
    if isinstance(value, Unknown):
        says = f"unknown how many {what} {provider.id} has: {value.reason}"
    return Observation(value, says, value.place, proof(cluster, provider))


def _architecture(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            handler.architecture if published else Unknown(NOT_SEEN, handler.place),
            f"{provider.id} runs on {in_words(handler.architecture)}, but every published kubectl layer is for "
            'x86_64: it will fail with "exec format error"',
            handler.place,
            proof(cluster, provider),
            if_unknown=None if published else NOT_SEEN,
        )
        for provider, handler in used_handlers(cluster)
        if (published := _has_published_layer(provider))
        or (handler.architecture != Known(X86) and any(not layer.evidence for layer in provider.layers))
    )


def _has_published_layer(provider: KubectlProvider) -> bool:
    return any(witness.source == "asset-hash" for layer in provider.layers for witness in layer.evidence)


def _role_trusts_handler(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        _about_role(cluster, provider, role, role.trusts_handler, role.refusal)
        for provider in used_providers(cluster)
        for role in provider.roles
    )


def _may_take_role(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        _about_role(cluster, provider, role, role.handler_may, "which its own policies do not allow it to assume")
        for provider in used_providers(cluster)
        for role in provider.roles
    )


def _about_role(
    cluster: Cluster, provider: KubectlProvider, role: AssumedRole, value: Value[bool], why: str
) -> Observation:
    says = (
        f'{provider.id} is configured to use {role.name}, {why}: the deploy will fail with "An error occurred '
        '(AccessDenied) when calling the AssumeRole operation"'
    )
    steps = (*proof(cluster, provider), Step(1, "role", role.name, role.place))
    place = role.place if isinstance(value, Unknown) else value.place or role.place
    return Observation(value, says if isinstance(value, Known) else f"{provider.id}: {value.reason}", place, steps)


FACTS = (
    Fact(
        "handler.role_trusts_it",
        BOOLEAN,
        (
            "Whether a role of the app that a used handler is configured to use trusts the handler; one for each "
            "such role."
        ),
        "true",
        _role_trusts_handler,
        link=Link.HANDLER,
    ),
    Fact(
        "handler.may_take_role",
        BOOLEAN,
        "Whether a used handler may assume a role of the app that trusts the whole account; one for each role.",
        "true",
        _may_take_role,
        link=Link.HANDLER,
    ),
    Fact(
        "handler.has_aws_cli",
        BOOLEAN,
        "Whether a layer of a used handler carries the AWS CLI.",
        "true",
        _aws_cli,
        link=Link.HANDLER,
    ),
    Fact("handler.memory", INTEGER, "The memory of a used handler, in MiB.", "1024", _memory, link=Link.HANDLER),
    Fact(
        "handler.timeout", INTEGER, "How long a used handler may run, in seconds.", "900", _timeout, link=Link.HANDLER
    ),
    Fact(
        "handler.architecture",
        TEXT,
        "The architecture of a used handler that has a published layer: x86_64 or arm64.",
        "x86_64",
        _architecture,
        link=Link.HANDLER,
        words=("x86_64", "arm64"),
    ),
)
