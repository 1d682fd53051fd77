"""Facts about a cluster's own settings, with EKS's defaults filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Origin
from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import protection_fix
from eks_guard.policy.operators import BOOLEAN, TEXT, TEXTS, VERSION

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.workloads import Manifest

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def one(cluster: Cluster, value: Value[Any], says: str, proof: str = "") -> tuple[Observation, ...]:
    """The single observation of a setting. `proof` words what stands at the place where it was read."""
    place = value.place or cluster.place
    shown = proof or f"{place.pointer.rpartition('/')[2]}: {in_words(value)}"
    sentence = says if isinstance(value, Known) else f"not known: {in_words(value)}"
    return (Observation(value, sentence, place, (Step(0, "cluster", shown, place),)),)


def _version(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return one(cluster, cluster.version, f"the control plane runs {in_words(cluster.version)}")


def _endpoint_open(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    open_to_all = lift(
        lambda public, cidrs: public and any(cidr in ("0.0.0.0/0", "::/0") for cidr in cidrs),
        cluster.endpoint.public,
        cluster.endpoint.public_cidrs,
    )
    says = "the Kubernetes API answers everybody on the internet: the public endpoint is on and open to 0.0.0.0/0"
    if isinstance(open_to_all, Known) and not open_to_all.value:
        says = f"the public endpoint is {'limited' if _is_true(cluster.endpoint.public) else 'off'}"
    proof = f"public endpoint {_on(cluster.endpoint.public)}, open to {in_words(cluster.endpoint.public_cidrs)}"
    return one(cluster, _at_endpoint(open_to_all, cluster), says, proof)


def _at_endpoint(value: Value[bool], cluster: Cluster) -> Value[bool]:
    """Point at the setting that decides: the CIDRs where they are written, else the switch."""
    cidrs = cluster.endpoint.public_cidrs.place
    public = cluster.endpoint.public.place
    place = cidrs if cidrs and cidrs.pointer.lower().endswith("publicaccesscidrs") else public
    return Known(value.value, place) if isinstance(value, Known) else Unknown(value.reason, place, value.candidates)


def _endpoint_public(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return one(cluster, cluster.endpoint.public, f"the public endpoint is {_on(cluster.endpoint.public)}")


def _endpoint_private(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return one(cluster, cluster.endpoint.private, f"the private endpoint is {_on(cluster.endpoint.private)}")


def _endpoint_cidrs(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    cidrs = cluster.endpoint.public_cidrs
    return one(cluster, cidrs, f"the public endpoint is open to {in_words(cidrs)}")


def _logging(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    missing = lift(lambda on: tuple(kind for kind in LOG_TYPES if kind not in on), cluster.logging)
    says = f"control-plane logs that are on: {in_words(cluster.logging)}; that are off: {in_words(missing)}"
    return one(cluster, cluster.logging, says, f"logging: {in_words(cluster.logging)}")


def _secrets_key(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    later = (
        'CDK cannot add one to a live cluster: "Cannot update cluster encryption configuration"'
        if cluster.origin is Origin.CUSTOM_RESOURCE
        else "CloudFormation replaces a live cluster to add one"
    )
    says = f"Kubernetes secrets have no key of the customer's, and {later}"
    return one(cluster, cluster.secrets_key, says, f"customer-managed key: {in_words(cluster.secrets_key)}")


def _authentication_mode(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    mode = cluster.access.mode
    return one(cluster, mode, f"the authentication mode is {in_words(mode)}")


def _deploys_workloads(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return one(cluster, cluster.runs_workloads, "the app runs pods on the cluster")


def _workload_identity(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    identity = cluster.identity
    either = lift(lambda oidc, pod: oidc or pod, identity.has_oidc_provider, identity.uses_pod_identity)
    says = (
        "the app runs pods on the cluster, which has neither an OIDC provider nor Pod Identity: "
        "pods can only use the role of their node or Fargate profile"
    )
    if isinstance(either, Known) and either.value:
        ways = (("an OIDC provider", identity.has_oidc_provider), ("Pod Identity", identity.uses_pod_identity))
        says = (
            f"pods can take roles of their own: the cluster has {' and '.join(n for n, way in ways if _is_true(way))}"
        )
    proof = f"OIDC provider {_on(identity.has_oidc_provider)}, Pod Identity {_on(identity.uses_pod_identity)}"
    return one(cluster, either, says, proof)


def _deletion_protected(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    says = f"deletion protection is {_on(cluster.protection.enabled)}"
    (observation,) = one(cluster, cluster.protection.enabled, says)
    return (replace(observation, fix=protection_fix(cluster)),)


def _auto_mode_agrees(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    mode = cluster.auto_mode
    switches = {"compute": mode.compute, "block storage": mode.storage, "load balancing": mode.load_balancing}
    if all(isinstance(switch, Known) and switch.value is None for switch in switches.values()):
        return ()
    agrees = lift(lambda *on: len({bool(switch) for switch in on}) == 1, *switches.values())
    words = ", ".join(f"{name} {_switch(switch)}" for name, switch in switches.items())
    says = (
        f"the switches of EKS Auto Mode disagree ({words}): the deploy will fail, because EKS wants "
        "compute, block storage and load balancing all on or all off"
    )
    return one(cluster, agrees, says, words)


def _switch(value: Value[bool | None]) -> str:
    if isinstance(value, Unknown):
        return in_words(value)
    return "not set" if value.value is None else "on" if value.value else "off"


def _access_fits_mode(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    observations: tuple[Observation, ...] = ()
    mode = cluster.access.mode
    if cluster.access_entries:
        fits = lift(lambda found: found != "CONFIG_MAP", mode)
        count = len(cluster.access_entries)
        entries = f"{count} access entries" if count > 1 else "an access entry"
        says = f"the app makes {entries}, and the authentication mode is {in_words(mode)}: EKS refuses them"
        observations += one(cluster, fits, says, f"authentication mode {in_words(mode)}")
    if any(_is_aws_auth(manifest) for manifest in cluster.manifests):
        fits = lift(lambda found: found != "API", mode)
        says = "the app writes the aws-auth ConfigMap, and the authentication mode is API: EKS does not read it"
        observations += one(cluster, fits, says, f"authentication mode {in_words(mode)}")
    return observations


def _is_aws_auth(manifest: Manifest) -> bool:
    objects = manifest.objects.value if isinstance(manifest.objects, Known) else ()
    return any((item.kind, item.namespace, item.name) == ("ConfigMap", "kube-system", "aws-auth") for item in objects)


def _origin(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return one(cluster, Known(str(cluster.origin), cluster.place), f"the cluster is spelled as {cluster.origin}")


def _on(value: Value[bool]) -> str:
    return in_words(value) if isinstance(value, Unknown) else "on" if value.value else "off"


def _is_true(value: Value[bool]) -> bool:
    return isinstance(value, Known) and value.value


FACTS = (
    Fact(
        "deletion.protected",
        BOOLEAN,
        "Whether EKS refuses to delete the cluster; its default is that it does not.",
        "true",
        _deletion_protected,
    ),
    Fact(
        "auto_mode.agrees",
        BOOLEAN,
        "Whether the three switches of EKS Auto Mode are all on or all off; asked where one of them is written.",
        "true",
        _auto_mode_agrees,
    ),
    Fact(
        "access.fits_mode",
        BOOLEAN,
        "Whether access entries, and an aws-auth ConfigMap, fit the authentication mode; one observation for each.",
        "true",
        _access_fits_mode,
    ),
    Fact("cluster.version", VERSION, "The Kubernetes minor of the control plane.", '"1.33"', _version),
    Fact(
        "cluster.origin",
        TEXT,
        "How the app spells the cluster: custom-resource, cloudformation or imported.",
        "custom-resource",
        _origin,
    ),
    Fact(
        "endpoint.open_to_internet",
        BOOLEAN,
        "Whether the public endpoint is on and its CIDRs include 0.0.0.0/0 or ::/0.",
        "false",
        _endpoint_open,
    ),
    Fact(
        "endpoint.public",
        BOOLEAN,
        "Whether the public endpoint is on; EKS's default is on.",
        "false",
        _endpoint_public,
    ),
    Fact(
        "endpoint.private",
        BOOLEAN,
        "Whether the private endpoint is on; EKS's default is off.",
        "true",
        _endpoint_private,
    ),
    Fact(
        "endpoint.public_cidrs",
        TEXTS,
        "Who may reach the public endpoint; empty while it is off.",
        "[203.0.113.0/24]",
        _endpoint_cidrs,
    ),
    Fact(
        "logging.types",
        TEXTS,
        "The control-plane logs that are on, of api, audit, authenticator, controllerManager and scheduler.",
        "[api, audit]",
        _logging,
    ),
    Fact(
        "secrets.customer_key",
        BOOLEAN,
        "Whether a customer-managed key encrypts secrets.",
        "true",
        _secrets_key,
    ),
    Fact(
        "access.authentication_mode",
        TEXT,
        "CONFIG_MAP (EKS's default), API_AND_CONFIG_MAP or API.",
        "API",
        _authentication_mode,
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
        "Whether pods can get roles of their own: through an OIDC provider of the cluster, or Pod Identity.",
        "true",
        _workload_identity,
    ),
)
