"""How pods get AWS credentials: OIDC providers, service accounts, Pod Identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.references import Attribute, Literal
from eks_guard.model.cluster import Identity, ServiceAccount
from eks_guard.model.value import Known, Place, Unknown, Value
from eks_guard.resolve.kubectl import MANIFEST
from eks_guard.resolve.workloads import objects_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from eks_guard.assembly.references import References, Resolution
    from eks_guard.assembly.stack import Resource

OIDC_PROVIDERS = ("Custom::AWSCDKOpenIdConnectProvider", "AWS::IAM::OIDCProvider")
POD_IDENTITY = "AWS::EKS::PodIdentityAssociation"
ROLE_ANNOTATION = "eks.amazonaws.com/role-arn"
ROLE = "AWS::IAM::Role"


class Identities:
    """The identity resources of one assembly, each with the cluster that it belongs to."""

    def __init__(self, references: References) -> None:
        self._references = references
        assembly = references.assembly
        self._providers = [(resource, self._issuer(resource)) for resource in assembly.resources(*OIDC_PROVIDERS)]
        self._associations = [
            (resource, references.dig(resource.properties, "ClusterName"))
            for resource in assembly.resources(POD_IDENTITY)
        ]

    def oidc_provider(self, cluster: Resource | None, accounts: Iterable[ServiceAccount]) -> Value[bool]:
        """Whether IAM trusts the cluster's issuer: a provider of the app, or an imported one that its roles name."""
        for provider, issuer in self._providers:
            if isinstance(issuer, Attribute) and issuer.resource is cluster:
                return Known(value=True, place=provider.place)
        for provider, issuer in self._providers:
            if not isinstance(issuer, Attribute) and cluster is None:
                return Known(value=True, place=provider.place)
        imported = self._imported_provider() if any(account.identity is Identity.IRSA for account in accounts) else None
        if imported:
            return Known(value=True, place=imported)
        if cluster is None:
            return Unknown("the cluster is imported, and whether IAM has a provider for it is not in the assembly")
        return Known(value=False, place=cluster.place)

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
            for item in (objects_of(self._references, consumer) or ()) if consumer.type == MANIFEST else ():
                if item.kind != "ServiceAccount":
                    continue
                identity = Identity.IRSA if item.annotations.get(ROLE_ANNOTATION) else None
                if identity is None and (item.namespace, item.name) in associated:
                    identity = Identity.POD_IDENTITY
                place = Place(consumer.place.template, f"{consumer.place.pointer}/Properties/Manifest")
                accounts.append(ServiceAccount(item.namespace, item.name, identity, place))
        return tuple(sorted(accounts, key=lambda account: (account.namespace, account.name, account.place)))

    def _issuer(self, provider: Resource) -> Resolution:
        return self._references.dig(provider.properties, "Url")

    def _account(self, association: Resource) -> tuple[str, str] | None:
        found = [self._references.dig(association.properties, key) for key in ("Namespace", "ServiceAccount")]
        texts = [item.node.raw for item in found if isinstance(item, Literal) and isinstance(item.node.raw, str)]
        return (texts[0], texts[1]) if len(texts) == len(found) else None

    def _imported_provider(self) -> Place | None:
        """A role that trusts an OIDC provider given by its ARN."""
        assembly = self._references.assembly
        for role in (role for stack in assembly.reachable(":oidc-provider/") for role in stack.of_type(ROLE)):
            statements = self._references.dig(role.properties, "AssumeRolePolicyDocument", "Statement")
            if not (isinstance(statements, Literal) and isinstance(statements.node.raw, list)):
                continue
            for index in range(len(statements.node.raw)):
                federated = self._references.dig(statements.node, index, "Principal", "Federated")
                raw = federated.node.raw if isinstance(federated, Literal) else None
                if isinstance(raw, str) and ":oidc-provider/" in raw:
                    return federated.node.place if isinstance(federated, Literal) else None
        return None
