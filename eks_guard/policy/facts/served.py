"""Facts about the way of a custom resource to its cluster: what answers for it, and as whom kubectl comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.policy import Link as Part
from eks_guard.model.resource import Link, Open
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.policy.facts.declared import declared_in
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.kubectl import used_providers
from eks_guard.policy.facts.mixed_packages import needs_role, of_another_package
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Resources
    from eks_guard.model.kubectl import KubectlProvider
    from eks_guard.model.resource import ResourceId, Target
    from eks_guard.model.value import Place
    from eks_guard.model.workloads import Chart, Manifest, Patch

OF_CONSUMERS = ("manifest", "helm-chart", "patch")
ROLE = "AWS::IAM::Role"
BY_ENTRIES = ("API", "API_AND_CONFIG_MAP")


def _served(thing: Manifest | Chart | Patch, context: Context) -> tuple[Observation, ...]:
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
    mixed = of_another_package(thing, provider, provider.handler.value)
    return (mixed or _observed(provider, Known(value=True, place=place), f"{provider.id} serves it", place),)


def _observed(provider: KubectlProvider, value: Value[bool], says: str, place: Place) -> Observation:
    return Observation(value, says, place, (Step(0, "service token", says, place), *provider.trace))


def _admitted(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    """Whether something lets the roles in that kubectl takes; asked of clusters of the app."""
    if cluster.origin is Origin.IMPORTED:
        return ()
    found: dict[str, Observation] = {}
    for provider in used_providers(cluster):
        for consumer, role, told in provider.acts_as:
            if not told and needs_role(provider):
                continue  # its handler fails before kubectl runs
            observation = _about_role(cluster, consumer, role, context.estate.resources if told else None)
            worse = found.get(observation.says)
            found[observation.says] = worse or observation
    return tuple(found.values())


def _about_role(
    cluster: Cluster, consumer: ResourceId, role: Value[Target | None], resources: Resources | None
) -> Observation:
    """Whether a role has access; `resources` say when it gets it, None for that of the handler, which is not told."""
    name = _named(role)
    value = _lets_in(cluster, role, told=resources is not None)
    place = cluster.access.mode.place or cluster.place
    if isinstance(value, Unknown):
        says = f"unknown whether {name}, the role that kubectl uses, has access to {cluster.id}: {value.reason}"
    elif not value.value:
        says = (
            f"kubectl uses {name}, which has no access entry on {cluster.id} and did not create it: the deploy will "
            "fail with “error: You must be logged in to the server (Unauthorized)”"
        )
    elif resources and (late := _comes_late(cluster, consumer, role, resources)):
        entry, surely = late
        says = (
            f"{consumer.logical_id} does not depend on {entry}, the access entry of {name}: if it is applied first, "
            "the deploy will fail with “error: You must be logged in to the server (Unauthorized)”"
        )
        value = Known(value=False, place=place) if surely else Unknown(says, place)
    else:
        says = f"{name}, the role that kubectl uses, has access to {cluster.id}"
    steps = (Step(0, "cluster", f"{cluster.id}: {says}", place), Step(1, "kubectl role", name, role.place))
    return Observation(value, says, place, steps)


def _named(role: Value[Target | None]) -> str:
    if isinstance(role, Unknown) or role.value is None:
        return "the role of kubectl"
    found = role.value
    return f"the kubectl role {found.resource.logical_id if isinstance(found, Link) else found}"


def _lets_in(cluster: Cluster, role: Value[Target | None], *, told: bool) -> Value[bool]:
    if isinstance(role, Unknown):
        return Unknown(role.reason, role.place)
    target, access = role.value, cluster.access
    if isinstance(target, Open) or target is None:
        return Unknown(str(target or "it has no role"), role.place)
    if isinstance(access.creator, Unknown):
        return Unknown(access.creator.reason, access.creator.place)
    if access.creator.value == target:
        return Known(value=True, place=access.creator.place)
    if access.creator.value is None and cluster.origin is Origin.CUSTOM_RESOURCE:  # as CDK v1 did: its handler made it
        return (
            Unknown("the assembly does not say who creates the cluster", access.creator.place)
            if told
            else Known(value=True)
        )
    if isinstance(access.mode, Unknown):
        return Unknown(access.mode.reason, access.mode.place)
    reads_entries = access.mode.value in BY_ENTRIES
    if reads_entries and any(entry.principal == Known(target) for entry in cluster.access_entries):
        return Known(value=True)
    if not (isinstance(target, Link) and target.type == ROLE and target.attribute == "Arn"):
        return Unknown("the app does not create the role", role.place)
    doubt = next(_doubts(cluster, target.resource, reads_entries=reads_entries), None)
    return Unknown(doubt) if doubt else Known(value=False)


def _doubts(cluster: Cluster, role: ResourceId, *, reads_entries: bool) -> Iterator[str]:
    """Why something else in the app may let the role in."""
    for entry in cluster.access_entries if reads_entries else ():
        principal = entry.principal
        if isinstance(principal, Unknown):
            yield f"the principal of {entry.at.id}: {principal.reason}"
        elif role in entry.may_name:
            yield f"whether {entry.at.id} names it by ARN is known only after deployment"
    for manifest in cluster.manifests if cluster.access.mode != Known("API") else ():
        if isinstance(manifest.objects, Unknown) or any(item.name == "aws-auth" for item in manifest.objects.value):
            yield f"{manifest.at.id} may map it in aws-auth"
    if not reads_entries:
        yield "whoever created the cluster may have mapped it in aws-auth outside the app"


def _comes_late(
    cluster: Cluster, consumer: ResourceId, role: Value[Target | None], resources: Resources
) -> tuple[str, bool] | None:
    """The access entry that a resource does not wait for, and whether that is sure: another stack may be first."""
    if not isinstance(role, Known) or cluster.access.creator == role:
        return None
    entries = [entry.at for entry in cluster.access_entries if entry.principal == Known(role.value)]
    order = [(at.id, resources.comes_first(at.resource, consumer)) for at in entries]
    if not entries or any(first for _, first in order):
        return None
    return next(((entry, True) for entry, first in order if first is False), (entries[0].id, False))


FACTS = (
    Fact(
        "consumer.served",
        BOOLEAN,
        (
            "Whether the function that handles a manifest, chart or patch responds to CloudFormation and runs in the "
            "cluster's region."
        ),
        "true",
        _served,
        match=OF_CONSUMERS,
    ),
    Fact(
        "kubectl.role_admitted",
        BOOLEAN,
        "Whether a cluster of the app admits the roles that kubectl uses: as its creator, or through an access entry.",
        "true",
        _admitted,
        link=Part.HANDLER,
    ),
)
