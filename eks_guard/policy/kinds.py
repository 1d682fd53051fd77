"""What a policy's `match` means: each kind of subject, with the things of the estate that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.addons import ROLE
from eks_guard.model.finding import Subject
from eks_guard.model.resource import Link, Unowned
from eks_guard.model.value import Known, known_in
from eks_guard.model.workloads import NODE_CLASS_KINDS, AppliedObject
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from eks_guard.model.addons import Addon, Capability
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate, Thing
    from eks_guard.model.identity import PodIdentityAssociation
    from eks_guard.model.nodes import FargateProfile, NodeGroup
    from eks_guard.model.policy import Policy
    from eks_guard.model.resource import Owner, Site, Target
    from eks_guard.model.value import Value
    from eks_guard.model.workloads import Manifest

    Taker: TypeAlias = NodeGroup | FargateProfile | Addon | Capability | PodIdentityAssociation
    """What takes one role."""

CHANGE = "change."
"""How the facts about an update begin."""
MANIFEST_TYPE = "Custom::AWSCDK-EKS-KubernetesResource"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of subject: the CloudFormation types that spell it, and where the estate has its subjects."""

    types: tuple[str, ...]
    subjects: Callable[[Estate, str], Iterator[Subject]]


def _clusters(estate: Estate, kind: str) -> Iterator[Subject]:
    return (_of_cluster(kind, cluster) for cluster in estate.clusters)


def _of_cluster(kind: str, cluster: Cluster) -> Subject:
    return _of_site(kind, cluster.at, cluster, cluster)


def _of_thing(estate: Estate, kind: str, thing: Thing) -> Subject:
    at, cluster, only_in = thing.at, estate.cluster(thing.owner), estate.only_in(thing)
    return Subject(kind, at.id, at.stack, at.place, at.resource, thing, cluster, source=at.source, only_in=only_in)


def _of_site(kind: str, at: Site, thing: object, cluster: Cluster | None = None) -> Subject:
    return Subject(kind, at.id, at.stack, at.place, at.resource, thing, cluster, source=at.source)


def _things(name: str) -> Callable[[Estate, str], Iterator[Subject]]:
    """The subjects of one tuple of the estate."""

    def subjects(estate: Estate, kind: str) -> Iterator[Subject]:
        return (_of_thing(estate, kind, thing) for thing in getattr(estate, name))

    return subjects


def _handlers(estate: Estate, kind: str) -> Iterator[Subject]:
    """The functions that run kubectl, each once however many clusters it serves."""
    seen = set()
    for cluster in estate.clusters:
        for provider in cluster.kubectl:
            if isinstance(provider.handler, Known) and provider.handler.value.resource not in seen:
                handler = provider.handler.value
                seen.add(handler.resource)
                yield Subject(kind, provider.id, cluster.stack, handler.place, handler.resource, thing=handler)


def _service_accounts(estate: Estate, kind: str) -> Iterator[Subject]:
    """The ServiceAccount objects in manifests; the body is the Kubernetes object."""
    for manifest in estate.manifests:
        for item in manifest.objects.value if isinstance(manifest.objects, Known) else ():
            if item.kind == "ServiceAccount":
                subject = _of_thing(estate, kind, manifest)
                name = f"{subject.id}/{item.namespace or 'default'}/{item.name}"
                yield replace(subject, id=name, thing=item, body=item.body)


def _roles_elsewhere(estate: Estate, kind: str) -> Iterator[Subject]:
    """The roles for service accounts whose cluster is not in the app."""
    for role in estate.roles:
        if all(isinstance(owner, Unowned) for owner in role.owners):
            yield _of_site(kind, role.at, role)


def _roles(estate: Estate, kind: str) -> Iterator[Subject]:
    """The roles of the app that something of EKS takes or lets in, or may, each once."""
    seen = set()
    for at, owner, named in _holders(estate):
        role = None if isinstance(named, Link) and named.resource in seen else estate.resources.role(named)
        if role and role.at.resource not in seen:
            seen.add(role.at.resource)
            yield _of_site(kind, role.at, replace(role, holder=at), estate.cluster(owner))


def _holders(estate: Estate) -> Iterator[tuple[Site, Owner, Target]]:
    """What names roles, each with one that it names or may name."""
    for cluster in estate.clusters:
        functions = [function.role for function in cluster.functions]
        for role in (cluster.access.role, cluster.access.creator, cluster.auto_mode.node_role, *functions):
            yield from _named(cluster.at, cluster.resource, role)
        for account in cluster.identity.accounts:
            if account.role:
                yield cluster.at, cluster.resource, Link(account.role, ROLE, "Arn")
    takers: tuple[Taker, ...] = (
        *estate.node_groups,
        *estate.fargate_profiles,
        *estate.addons,
        *estate.capabilities,
        *estate.associations,
    )
    for one in takers:
        yield from _named(one.at, one.owner, one.role)
    for group in estate.self_managed_groups:
        yield from ((group.at, group.owner, role) for each in known_in(group.roles) for role in each)
    for entry in estate.access_entries:
        yield from _named(entry.at, entry.owner, entry.principal)
    for manifest in estate.manifests:
        mapped = (role for each in known_in(manifest.mapped_roles) for role in each or ())
        yield from ((manifest.at, manifest.owner, role.role) for role in mapped)
        yield from ((manifest.at, manifest.owner, role) for role in _of_node_classes(estate, manifest))
    for found in estate.roles:
        yield found.at, found.owners[0], Link(found.at.resource, ROLE, "Arn")


def _named(at: Site, owner: Owner, role: Value[Target | None]) -> Iterator[tuple[Site, Owner, Target]]:
    return ((at, owner, one) for one in known_in(role) if one is not None)


def _of_node_classes(estate: Estate, manifest: Manifest) -> Iterator[Target]:
    """The roles that Karpenter is to give to nodes, which it names without their path, or may be."""
    for item in manifest.objects.value if isinstance(manifest.objects, Known) else ():
        spec = item.body.get("spec") if item.kind in NODE_CLASS_KINDS else None
        named = spec.get("role") if isinstance(spec, dict) else None
        if isinstance(named, str) and named:
            yield from (Link(role, ROLE, "Arn") for role in estate.resources.roles_called(named))


def _objects(estate: Estate, kind: str) -> Iterator[Subject]:
    """The objects of manifests; the body is the object, with `pod` and `containers` beside its own fields."""
    from eks_guard.kubernetes.parts import closed  # noqa: PLC0415 (most checks ask for no objects)
    from eks_guard.kubernetes.reading import objects_in  # noqa: PLC0415

    for manifest in estate.manifests:
        for item in objects_in(manifest.text.value.json) if isinstance(manifest.text, Known) else ():
            subject, place = _of_thing(estate, kind, manifest), manifest.text.place or manifest.at.place
            body = closed({**item.body, **_pod(item.body)})
            thing = AppliedObject(manifest, place, item.body)
            yield replace(
                subject, id=f"{subject.id}/{'/'.join(str(item).split())}", thing=thing, body=body, place=place
            )


def _pod(body: dict[Any, Any]) -> dict[str, Any]:
    """The pod that an object runs, by the same names in every kind of workload."""
    from eks_guard.kubernetes.pod_security import containers_of, open_containers, pod_of  # noqa: PLC0415 (as above)

    pod = pod_of(body)
    if pod is None:
        return {}
    return {"pod": pod.spec, "containers": open_containers(pod) or [found for _, found in containers_of(pod)]}


KINDS: dict[str, Kind] = {
    "cluster": Kind((), _clusters),
    "handler": Kind(("AWS::Lambda::Function",), _handlers),
    "nodegroup": Kind(("AWS::EKS::Nodegroup",), _things("node_groups")),
    "self-managed-nodegroup": Kind(("AWS::AutoScaling::AutoScalingGroup",), _things("self_managed_groups")),
    "fargate-profile": Kind(
        ("AWS::EKS::FargateProfile", "Custom::AWSCDK-EKS-FargateProfile"), _things("fargate_profiles")
    ),
    "addon": Kind(("AWS::EKS::Addon",), _things("addons")),
    "capability": Kind(("AWS::EKS::Capability",), _things("capabilities")),
    "access-entry": Kind(("AWS::EKS::AccessEntry",), _things("access_entries")),
    "pod-identity-association": Kind(("AWS::EKS::PodIdentityAssociation",), _things("associations")),
    "oidc-provider": Kind(("AWS::IAM::OIDCProvider", "Custom::AWSCDKOpenIdConnectProvider"), _things("oidc_providers")),
    "service-account-role": Kind((ROLE,), _roles_elsewhere),
    "role": Kind((ROLE,), _roles),
    "service-account": Kind((MANIFEST_TYPE,), _service_accounts),
    "manifest": Kind((MANIFEST_TYPE,), _things("manifests")),
    "helm-chart": Kind(("Custom::AWSCDK-EKS-HelmChart",), _things("charts")),
    "stack": Kind((), lambda _estate, _kind: iter(())),
    "object": Kind((MANIFEST_TYPE,), _objects),
    "patch": Kind(("Custom::AWSCDK-EKS-KubernetesPatch",), _things("patches")),
    "object-value": Kind(("Custom::AWSCDK-EKS-KubernetesObjectValue",), _things("object_values")),
}
"""The kinds of subjects by their names in the field."""


def subjects_of(estate: Estate, match: str, *, bodies: bool) -> tuple[Subject, ...]:
    """What a `match` is about; `bodies`: whether a policy looks into their resources by JSONPath."""
    kind = KINDS.get(match)
    if kind is None:
        return tuple(
            Subject(
                match,
                found.at.id,
                found.at.stack,
                found.at.place,
                found.at.resource,
                found,
                None,
                found.body,
                found.at.source,
            )
            for found in estate.resources.of_types(match)
        )
    found = tuple(kind.subjects(estate, match))
    if not bodies or match in ("cluster", "service-account", "object"):
        return found
    return tuple(replace(subject, body=_body(estate, subject)) for subject in found)


def _body(estate: Estate, subject: Subject) -> dict[str, Any]:
    assert subject.resource, "a thing of the estate has a resource"
    return estate.resources.body(subject.resource)


def resource_types(match: str) -> tuple[str, ...]:
    """The CloudFormation types that a `match` asks about; none for clusters, which have several spellings."""
    return KINDS[match].types if match in KINDS else (match,)


def asks_of_change(policy: Policy) -> bool:
    """Whether a policy is about an update, and so about two assemblies."""
    return any(line.fact and line.fact.startswith(CHANGE) for line in policy.lines)


def asks_by_path(policy: Policy) -> bool:
    """Whether a policy looks into resources by JSONPath."""
    return any(line.path for line in policy.lines)
