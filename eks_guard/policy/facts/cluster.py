"""Facts about a cluster's own settings, with EKS's defaults filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Origin
from eks_guard.model.describe import in_branches, in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value, choose, either, lift
from eks_guard.policy.facts.control_plane import running
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import protection_fix
from eks_guard.policy.operators import BOOLEAN, TEXT, TEXTS, VERSION
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.resource import ResourceId, Site
    from eks_guard.model.value import When

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def one(cluster: Cluster, value: Value[Any], says: str, proof: str = "") -> tuple[Observation, ...]:
    """The single observation of a setting. `proof` words what stands at the place where it was read."""
    place = value.place or cluster.place
    unknown = None if isinstance(value, Known) else f"unknown: {in_words(value)}"
    return (Observation(value, says, place, (Step(0, "cluster", proof or says, place),), if_unknown=unknown),)


def _version(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    version = running(cluster, context)
    words = in_branches(version)
    return one(cluster, version, f"the control plane runs {words}", f"version {words}")


def _logging(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    missing = lift(lambda on: tuple(kind for kind in LOG_TYPES if kind not in on), cluster.logging)
    says = f"control-plane logs disabled: {in_branches(missing)}; enabled: {in_branches(cluster.logging)}"
    return one(cluster, cluster.logging, says, f"logging: {in_branches(cluster.logging)}")


def _secrets_key(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    later = (
        'CDK cannot add one to a live cluster: "Cannot update cluster encryption configuration"'
        if cluster.origin is Origin.CUSTOM_RESOURCE
        else "CloudFormation replaces a live cluster to add one"
    )
    says = f"Kubernetes secrets are not encrypted with a customer-managed key, and {later}"
    return one(cluster, cluster.secrets_key, says, f"customer-managed key: {in_words(cluster.secrets_key)}")


def _authentication_mode(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    mode = cluster.access.mode
    return one(cluster, mode, f"the authentication mode is {in_branches(mode)}", setting("authenticationMode", mode))


def _deploys_workloads(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return one(cluster, cluster.runs_workloads, "the app runs pods on the cluster", "what the app runs on the cluster")


def _workload_identity(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    identity, pods = cluster.identity, _has_pod_identity(cluster, context)
    has = either([identity.has_oidc_provider, pods])
    says = (
        "the app runs pods on a cluster that has neither an OIDC provider nor Pod Identity: they can only use the "
        "role of their node or Fargate profile"
    )
    if isinstance(has, Known) and has.value:
        ways = (("an OIDC provider", identity.has_oidc_provider), ("Pod Identity", pods))
        named = " and ".join(name for name, way in ways if way == Known(value=True))
        says = f"pods can have their own IAM roles: the cluster has {named}"
    proof = f"OIDC provider {on_or_off(identity.has_oidc_provider)}, Pod Identity {on_or_off(pods)}"
    return one(cluster, has, says, proof)


def _has_pod_identity(cluster: Cluster, context: Context) -> Value[bool]:
    """Whether each deployment of a cluster has its agent, to which others may add associations, or one of these."""
    found = [
        *(addon.at for addon in cluster.addons if addon.is_pod_identity_agent),
        *(made.at for made in cluster.identity.associations),
    ]
    made = has_pod_agent(cluster, cluster.resource, found, context)
    perhaps = [addon for addon in cluster.addons if addon.is_pod_identity_agent is None]
    if perhaps and made == Known(value=False):
        return Unknown(f"{perhaps[0].at.id} may be the agent of Pod Identity", perhaps[0].at.place)
    return made


def has_pod_agent(cluster: Cluster, made: ResourceId, bringing: Sequence[Site], context: Context) -> Value[bool]:
    """Whether each deployment that makes a resource has the agent: by Auto Mode, else by one of some things."""
    compute = cluster.auto_mode.compute
    if isinstance(compute, Known):
        return Known(value=True, place=compute.place) if compute.value else _by_one(made, bringing, context)
    if not compute.candidates:
        by_one = _by_one(made, bringing, context)
        return either([by_one, Unknown(compute.reason, compute.place)])
    branches = [
        (one.when, Known(value=True, place=compute.place) if one.value else _by_one(made, bringing, context, one.when))
        for one in compute.candidates
    ]
    return choose(branches, compute.reason, compute.place)


def _by_one(made: ResourceId, bringing: Sequence[Site], context: Context, when: When = ()) -> Value[bool]:
    """Whether one of some things is made wherever a resource is, in the deployments that give some answers."""
    if not bringing:
        return Known(value=False)
    first = bringing[0]
    found = context.made_with(made, tuple(at.resource for at in bringing), when)
    if found is None:
        return Unknown(f"conditions decide whether {first.id} is deployed", first.place)
    return Known(found, first.place if found else None)


def _deletion_protected(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    kept = cluster.protection
    protected = lift(
        lambda enabled, on_delete, on_replace: enabled or (on_delete and on_replace),
        kept.enabled,
        kept.retained_on_delete,
        kept.retained_on_replace,
    )
    says = f"deletion protection is {on_or_off(kept.enabled)}"
    if kept.retained_on_delete == Known(value=True):
        says += "; DeletionPolicy keeps the cluster when its stack is deleted, but a replacement deletes it"
    elif kept.retained_on_replace == Known(value=True):
        says += "; UpdateReplacePolicy keeps the cluster when it is replaced, but deleting the stack deletes it"
    (observation,) = one(cluster, protected, says, setting("deletionProtection", kept.enabled))
    return (replace(observation, fix=protection_fix(cluster)),)


def _origin(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    spelled = f"the cluster is declared as {cluster.origin}"
    return one(cluster, Known(str(cluster.origin), cluster.place), spelled, spelled)


def on_or_off(value: Value[Any]) -> str:
    """A switch in words."""
    return in_branches(lift(lambda found: "not set" if found is None else "on" if found else "off", value))


def setting(name: str, value: Value[Any]) -> str:
    """A property for a proof: what stands there, or what EKS takes where nothing does."""
    written = value.place is not None and value.place.pointer.rpartition("/")[2].lower() == name.lower()
    if written or (isinstance(value, Unknown) and not value.candidates):
        return f"{name}: {in_branches(value)}"
    return f"{name} is not set: {in_branches(value)} is EKS's default"


FACTS = (
    Fact(
        "deletion.protected",
        BOOLEAN,
        "Whether EKS refuses to delete the cluster; by default it does not.",
        "true",
        _deletion_protected,
    ),
    Fact("cluster.version", VERSION, "The Kubernetes minor of the control plane.", '"1.33"', _version, by_version=True),
    Fact(
        "cluster.origin",
        TEXT,
        "How the app declares the cluster: custom-resource, cloudformation or imported.",
        "custom-resource",
        _origin,
        words=("custom-resource", "cloudformation", "imported"),
    ),
    Fact(
        "logging.types",
        TEXTS,
        "The control-plane logs that are enabled: any of api, audit, authenticator, controllerManager and scheduler.",
        "[api, audit]",
        _logging,
        words=("api", "audit", "authenticator", "controllerManager", "scheduler"),
    ),
    Fact(
        "secrets.customer_key",
        BOOLEAN,
        "Whether secrets are encrypted with a customer-managed key.",
        "true",
        _secrets_key,
    ),
    Fact(
        "access.authentication_mode",
        TEXT,
        "CONFIG_MAP (EKS's default), API_AND_CONFIG_MAP or API.",
        "API",
        _authentication_mode,
        words=("CONFIG_MAP", "API_AND_CONFIG_MAP", "API"),
    ),
    Fact(
        "workloads.deployed",
        BOOLEAN,
        "Whether the app runs pods on the cluster: a Helm chart, a Deployment, a Job and the like.",
        "true",
        _deploys_workloads,
    ),
    Fact(
        "workloads.have_identity",
        BOOLEAN,
        "Whether pods can have their own IAM roles, through an OIDC provider for the cluster or Pod Identity.",
        "true",
        _workload_identity,
    ),
)
