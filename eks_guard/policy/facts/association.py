"""Facts about Pod Identity associations: whether the role may be taken, and whether an agent hands it out."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value, both, either, known_in
from eks_guard.policy.facts.cluster import has_pod_agent
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.properties import why_unknown
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from eks_guard.model.addons import Addon
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.identity import PodIdentityAssociation
    from eks_guard.model.workloads import Chart, Manifest

OF_ASSOCIATION = ("pod-identity-association",)
SERVICE = "pods.eks.amazonaws.com"
HINT = "pod-identity"


def _trusts_pods(association: PodIdentityAssociation, _: Context) -> tuple[Observation, ...]:
    trust = association.trust
    lacking = [
        action
        for action, lets in (("sts:AssumeRole", trust.assume), ("sts:TagSession", trust.tag))
        if lets == Known(value=False)
    ]
    value: Value[bool] = Known(value=not lacking, place=trust.place)
    open_ = next((found for found in (trust.assume, trust.tag) if isinstance(found, Unknown)), None)
    if lacking:
        says = (
            f"the trust policy of the role of {association.at.id} does not allow {SERVICE} to call "
            f'{" and ".join(lacking)}: EKS refuses the association with "Trust policy of the role provided is '
            'invalid"'
        )
    elif open_:
        value = both([trust.assume, trust.tag])
        says = open_.reason
    else:
        says = f"the trust policy of the role of {association.at.id} lets pods assume it"
    place = trust.place or (association.role.place or association.at.place)
    steps = (
        Step(0, "association", f"names the role of {association.at.id}", association.at.place),
        Step(1, "role", says, place),
    )
    decided = isinstance(value, Unknown) and (value.candidates or False in known_in(value))
    return (Observation(value, says, place, steps, if_unknown=why_unknown(value) if decided else None),)


def _has_agent(association: PodIdentityAssociation, context: Context) -> tuple[Observation, ...]:
    cluster = context.cluster_of(association.owner)
    if cluster is None or cluster.origin is Origin.IMPORTED:
        return ()
    found = _agent_of(cluster, association, context)
    if isinstance(found, Unknown):
        says = f"unknown whether {cluster.id} has the Pod Identity agent: {found.reason}"
    elif found.value:
        says = f"{cluster.id} has the Pod Identity agent"
    else:
        says = (
            f"{cluster.id} has no Pod Identity agent, neither from an add-on nor from Auto Mode: pods get no "
            "credentials"
        )
    steps = (
        Step(0, "association", f"is on {cluster.id}", association.at.place),
        Step(1, "cluster", says, found.place or cluster.place),
    )
    return (Observation(found, says, association.at.place, steps),)


def _agent_of(cluster: Cluster, association: PodIdentityAssociation, context: Context) -> Value[bool]:
    """Whether a cluster has the agent wherever an association is made."""
    agents = [addon.at for addon in context.once(_agents, cluster)]
    perhaps = context.once(_perhaps_agent, cluster)
    found = either(
        [
            has_pod_agent(cluster, association.at.resource, agents, context),
            *([Unknown(perhaps, association.at.place)] if perhaps else ()),
        ]
    )
    if isinstance(found, Unknown) or found.value:
        return found
    maker = context.once(_possible_maker, cluster)
    return Unknown(maker, association.at.place) if maker else Known(value=False)


def _agents(cluster: Cluster) -> tuple[Addon, ...]:
    return tuple(addon for addon in cluster.addons if addon.is_pod_identity_agent)


def _perhaps_agent(cluster: Cluster) -> str | None:
    """Why an add-on may be the agent."""
    found = ((addon.at.id, addon.name) for addon in cluster.addons if addon.is_pod_identity_agent is None)
    return next((f"{at} may be the agent: {name.reason}" for at, name in found if isinstance(name, Unknown)), None)


def _possible_maker(cluster: Cluster) -> str | None:
    """Why a chart or a manifest of the app may bring the agent."""
    charts = (f"the chart {chart.at.id} may install it" for chart in cluster.charts if _may_be_agent(chart))
    manifests = (f"the manifest {found.at.id} may install it" for found in cluster.manifests if _may_hold_agent(found))
    return next(chain(charts, manifests), None)


def _may_be_agent(chart: Chart) -> bool:
    """A chart of a public repository is what its name says; others may hold anything."""
    repository = chart.repository
    if not (isinstance(chart.chart, Known) and chart.chart.value and isinstance(repository, Known)):
        return True
    return HINT in chart.chart.value or not (repository.value or "").startswith("https://")


def _may_hold_agent(manifest: Manifest) -> bool:
    if isinstance(manifest.objects, Unknown):
        return True
    return any(item.kind == "DaemonSet" and (item.open or HINT in item.name) for item in manifest.objects.value)


FACTS = (
    Fact(
        "association.role_trusts_pods",
        BOOLEAN,
        "Whether the role's trust policy lets EKS Pod Identity call sts:AssumeRole and sts:TagSession.",
        "true",
        _trusts_pods,
        match=OF_ASSOCIATION,
    ),
    Fact(
        "association.has_agent",
        BOOLEAN,
        (
            "Whether the cluster of an association has the Pod Identity agent; judged only for clusters that the app "
            "creates."
        ),
        "true",
        _has_agent,
        match=OF_ASSOCIATION,
    ),
)
