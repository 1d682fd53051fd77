"""How pods get AWS credentials: OIDC providers, service accounts, Pod Identity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eks_guard.assembly.metadata import construct_path
from eks_guard.assembly.resolution import Attribute, Literal
from eks_guard.model.identity import Identity, IrsaRole, ServiceAccount
from eks_guard.model.value import Known, Place, Unknown, Value
from eks_guard.resolve.kubectl import MANIFEST
from eks_guard.resolve.trust import OIDC_PROVIDERS, WEB_IDENTITY, web_identity_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.identity import TrustStatement
    from eks_guard.resolve.workloads import KubernetesObject, Manifests

POD_IDENTITY = "AWS::EKS::PodIdentityAssociation"
POD_IDENTITY_AGENT = "eks-pod-identity-agent"
ACCESS_ENTRY = "AWS::EKS::AccessEntry"
ADDON = "AWS::EKS::Addon"
ROLE_ANNOTATION = "eks.amazonaws.com/role-arn"
ROLE = "AWS::IAM::Role"
ISSUER_HOSTS = ("oidc.eks.", "oidc-eks.")
"""Begin the hosts of EKS's issuers: https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html"""


class Identities:
    """The identity resources of one assembly, each with the cluster that it belongs to."""

    def __init__(self, manifests: Manifests) -> None:
        self._references = references = manifests.references
        self._manifests = manifests
        assembly = references.assembly
        self._providers = [(resource, self._issuer(resource)) for resource in assembly.resources(*OIDC_PROVIDERS)]
        self._attached: dict[str, list[tuple[Resource, Resolution]]] = {ACCESS_ENTRY: [], POD_IDENTITY_AGENT: []}
        for resource in assembly.resources(ACCESS_ENTRY, ADDON):
            name = references.dig(resource.properties, "ClusterName")
            if resource.type == ACCESS_ENTRY:
                self._attached[ACCESS_ENTRY].append((resource, name))
            elif _literal(references.dig(resource.properties, "AddonName")) == POD_IDENTITY_AGENT:
                self._attached[POD_IDENTITY_AGENT].append((resource, name))
        self._roles = list(self._web_identity_roles())
        self._associations = [
            (resource, references.dig(resource.properties, "ClusterName"))
            for resource in assembly.resources(POD_IDENTITY)
        ]

    def oidc_provider(self, cluster: Resource | None, accounts: Iterable[ServiceAccount]) -> Value[bool]:
        """Whether IAM trusts the cluster's issuer: a provider of the app, or an imported one that its roles name."""
        for provider, issuer in self._providers:
            mine = issuer.resource is cluster if isinstance(issuer, Attribute) else cluster is None
            if mine and _may_be_of_eks(issuer):
                return Known(value=True, place=provider.place)
        if any(account.identity is Identity.IRSA for account in accounts):
            imported = next((place for role in self._roles for place in role.imported), None)
            if imported:
                return Known(value=True, place=imported)
        if cluster is None:
            return Unknown("the cluster is imported, and whether IAM has a provider for it is not in the assembly")
        return Known(value=False, place=cluster.place)

    def irsa_roles(self, cluster: Resource | None, accounts: Iterable[ServiceAccount]) -> tuple[IrsaRole, ...]:
        """The roles that trust service accounts of a cluster: by its provider, or because its accounts name them."""
        mine = {
            provider
            for provider, issuer in self._providers
            if isinstance(issuer, Attribute) and issuer.resource is cluster
        }
        named = {account.role for account in accounts}
        roles = [role.role for role in self._roles if role.role.place in named or not mine.isdisjoint(role.providers)]
        return tuple(sorted(roles, key=lambda role: (role.id, role.place)))

    def oidc_providers(self, cluster: Resource | None) -> tuple[Place, ...]:
        """The providers that the app makes for a cluster's issuer."""
        issuers = ((provider, issuer) for provider, issuer in self._providers if isinstance(issuer, Attribute))
        return tuple(provider.place for provider, issuer in issuers if issuer.resource is cluster)

    def belonging(self, kind: str, belongs: Callable[[Resolution], bool]) -> tuple[Place, ...]:
        """The access entries or pod identity agents of a cluster."""
        return tuple(resource.place for resource, name in self._attached[kind] if belongs(name))

    def pod_identity(self, belongs: Callable[[Resolution], bool]) -> Value[bool]:
        """Whether the app associates a service account of the cluster with a role."""
        for resource, name in self._associations:
            if belongs(name):
                return Known(value=True, place=resource.place)
        return Known(value=False)

    def service_accounts(
        self, consumers: Iterable[Resource], belongs: Callable[[Resolution], bool]
    ) -> tuple[ServiceAccount, ...]:
        """The ServiceAccount objects in the manifests of a cluster."""
        associated = {
            key for resource, name in self._associations if belongs(name) and (key := self._account(resource))
        }
        accounts = []
        for consumer in consumers:
            for item in (self._manifests.objects(consumer) or ()) if consumer.type == MANIFEST else ():
                if item.kind != "ServiceAccount":
                    continue
                named = bool(item.annotations.get(ROLE_ANNOTATION))
                identity = Identity.IRSA if named else None
                if (item.namespace, item.name) in associated:  # CDK annotates these, too
                    identity = Identity.POD_IDENTITY
                place = Place(consumer.place.template, f"{consumer.place.pointer}/Properties/Manifest")
                accounts.append(ServiceAccount(item.namespace, item.name, identity, place, _role_of(item)))
        return tuple(sorted(accounts, key=lambda account: (account.namespace, account.name, account.place)))

    def _issuer(self, provider: Resource) -> Resolution:
        return self._references.dig(provider.properties, "Url")

    def _trusts_a_cluster(self, provider: Resolution) -> bool:
        """Whether a trusted provider may be one of a cluster, and not that of a pipeline."""
        issuers = (issuer for resource, issuer in self._providers if resource is getattr(provider, "resource", None))
        return _may_be_of_eks(next(issuers, provider))

    def _account(self, association: Resource) -> tuple[str, str] | None:
        found = [self._references.dig(association.properties, key) for key in ("Namespace", "ServiceAccount")]
        texts = [item.node.raw for item in found if isinstance(item, Literal) and isinstance(item.node.raw, str)]
        return (texts[0], texts[1]) if len(texts) == len(found) else None

    def _web_identity_roles(self) -> Iterator[_Role]:
        for stack in self._references.assembly.reachable(WEB_IDENTITY):
            for resource in stack.of_type(ROLE):
                found = web_identity_statements(self._references, resource)
                trusted = [item for item in found if self._trusts_a_cluster(item[0])]
                if trusted:
                    yield _role(resource, trusted)


@dataclass(frozen=True, slots=True)
class _Role:
    """A role that trusts OIDC providers: those of the app, and the places that name imported ones."""

    role: IrsaRole
    providers: tuple[Resource, ...]
    imported: tuple[Place, ...]


def _role(resource: Resource, trusted: list[tuple[Resolution, TrustStatement]]) -> _Role:
    name = construct_path(resource) or f"{resource.stack.id}/{resource.logical_id}"
    providers = tuple(provider.resource for provider, _ in trusted if isinstance(provider, Attribute))
    literal = (provider.node for provider, _ in trusted if isinstance(provider, Literal))
    imported = tuple(node.place for node in literal if ":oidc-provider/" in str(node.raw))
    return _Role(IrsaRole(name, resource.place, tuple(statement for _, statement in trusted)), providers, imported)


def _may_be_of_eks(issuer: Resolution) -> bool:
    """Whether tokens of a cluster may come from an issuer; those of pipelines have an address of their own."""
    return not isinstance(issuer, Literal) or any(host in str(issuer.node.raw) for host in ISSUER_HOSTS)


def _role_of(item: KubernetesObject) -> Place | None:
    """The role of the app that a service account names."""
    named = item.open_parts.get(str(item.annotations.get(ROLE_ANNOTATION)))
    return named.resource.place if isinstance(named, Attribute) else None


def _literal(found: Resolution) -> object:
    return found.node.raw if isinstance(found, Literal) else None
