"""IAM's OIDC providers, and the roles that service accounts take through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eks_guard.assembly.resolution import Attribute, Literal
from eks_guard.model.identity import Identity, OidcProvider, ServiceAccountRole
from eks_guard.model.resource import Unowned
from eks_guard.model.value import Known, Place, Unknown, Value
from eks_guard.resolve.identity.permissions import ROLE
from eks_guard.resolve.identity.trust import OIDC_PROVIDERS, WEB_IDENTITY, web_identity_statements
from eks_guard.resolve.read import read, texts
from eks_guard.resolve.site import resource_id, site_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.identity import ServiceAccount, TrustStatement
    from eks_guard.model.resource import Owner, ResourceId
    from eks_guard.resolve.ownership import Owners

ISSUER_HOSTS = ("oidc.eks.", "oidc-eks.")
"""Begin the hosts of EKS's issuers: https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html"""

AUDIENCES = {"Custom::AWSCDKOpenIdConnectProvider": "ClientIDList", "AWS::IAM::OIDCProvider": "ClientIdList"}
"""Where each spelling of a provider has its client ids."""


@dataclass(frozen=True, slots=True)
class _TrustingRole:
    """A role that trusts OIDC providers: those of the app, and the places that name imported ones."""

    resource: Resource
    providers: tuple[Resource, ...]
    imported: tuple[Place, ...]
    statements: tuple[TrustStatement, ...]


class Identities:
    """The OIDC providers and the roles that trust them, of one assembly."""

    def __init__(self, assembly: CloudAssembly, owners: Owners) -> None:
        self._assembly = assembly
        self._owners = owners
        self._issuers = {resource: resource.properties.dig("Url") for resource in assembly.resources(*OIDC_PROVIDERS)}
        self._roles = list(self._trusting_roles())

    def providers(self) -> tuple[OidcProvider, ...]:
        """All OIDC providers of the app, each with the cluster whose issuer it is for."""
        return tuple(self._provider(resource, issuer) for resource, issuer in self._issuers.items())

    def _provider(self, resource: Resource, issuer: Resolution) -> OidcProvider:
        return OidcProvider(
            site_of(resource),
            self._owner(issuer),
            read(
                resource.properties,
                AUDIENCES[resource.type],
                parse=texts,
                absent=None,
            ),
        )

    def _owner(self, issuer: Resolution) -> Owner:
        if isinstance(issuer, Attribute):
            return self._owners.own(issuer.resource) or Unowned(
                f"its issuer is {issuer.name} of {issuer.resource.logical_id}, which is no cluster"
            )
        if not _may_be_of_eks(issuer):
            return Unowned("its issuer is not one of EKS")
        return Unowned("its issuer is not that of a cluster of this app")

    def has_provider(self, cluster: ResourceId | None, accounts: Iterable[ServiceAccount]) -> Value[bool]:
        """Whether IAM trusts a cluster's issuer: a provider of the app, or an imported one that its roles name.

        `cluster` is None for one of another app.
        """
        perhaps: Value[bool] | None = None
        for provider, issuer in self._issuers.items():
            if not _may_be_of_eks(issuer):
                continue
            if cluster is None if not isinstance(issuer, Attribute) else self._owner(issuer) == cluster:
                if _is_there(provider, issuer):
                    return Known(value=True, place=provider.place)
                reason = f"whether {provider.logical_id} is deployed depends on the condition {provider.condition}"
                perhaps = perhaps or Unknown(reason, provider.place)
            if not isinstance(issuer, Attribute):
                reason = (
                    f"whether {provider.logical_id} is for the issuer of the cluster is known only after deployment"
                )
                perhaps = perhaps or Unknown(reason, provider.place)
        if any(account.identity is Identity.IRSA for account in accounts):
            imported = next((place for role in self._roles for place in role.imported), None)
            if imported:
                return Known(value=True, place=imported)
        if perhaps:
            return perhaps
        if cluster is None:
            return Unknown("the cluster is imported, and whether IAM has a provider for it is not in the assembly")
        return Known(value=False)

    def roles(self, named: Mapping[ResourceId, Iterable[ResourceId]]) -> tuple[ServiceAccountRole, ...]:
        """The roles for service accounts; `named` has, for each cluster, the roles that its service accounts name."""
        return tuple(self._role(role, named) for role in self._roles)

    def _role(self, role: _TrustingRole, named: Mapping[ResourceId, Iterable[ResourceId]]) -> ServiceAccountRole:
        identity = resource_id(role.resource)
        trusting = (self._owner(self._issuers[item]) for item in role.providers if item in self._issuers)
        naming = (cluster for cluster, roles in named.items() if identity in roles)
        owners = dict.fromkeys(owner for owner in (*trusting, *naming) if not isinstance(owner, Unowned))
        nobody: tuple[Owner, ...] = (Unowned("it trusts the provider of no cluster of this app"),)
        return ServiceAccountRole(site_of(role.resource), tuple(owners) or nobody, role.statements)

    def _trusting_roles(self) -> Iterator[_TrustingRole]:
        for stack in self._assembly.reachable(WEB_IDENTITY):
            for resource in stack.of_type(ROLE):
                found = web_identity_statements(resource)
                trusted = [item for item in found if self._trusts_a_cluster(item[0])]
                if trusted:
                    yield _trusting_role(resource, trusted)

    def _trusts_a_cluster(self, provider: Resolution) -> bool:
        """Whether a trusted provider may be one of a cluster, and not that of a pipeline."""
        known = self._issuers.get(provider.resource) if isinstance(provider, Attribute) else None
        return _may_be_of_eks(known or provider)


def _is_there(provider: Resource, issuer: Resolution) -> bool:
    """Whether every deployment with the cluster has the provider."""
    cluster = issuer.resource if isinstance(issuer, Attribute) else None
    if cluster is not None and cluster.stack is provider.stack and cluster.condition == provider.condition:
        return True
    return provider.condition is None or provider.stack.follower.exists(provider) is True


def _trusting_role(resource: Resource, trusted: list[tuple[Resolution, TrustStatement]]) -> _TrustingRole:
    providers = tuple(provider.resource for provider, _ in trusted if isinstance(provider, Attribute))
    literal = (provider.node for provider, _ in trusted if isinstance(provider, Literal))
    imported = tuple(node.place for node in literal if ":oidc-provider/" in str(node.raw))
    return _TrustingRole(resource, providers, imported, tuple(statement for _, statement in trusted))


def _may_be_of_eks(issuer: Resolution) -> bool:
    """Whether tokens of a cluster may come from an issuer; those of pipelines have an address of their own."""
    return not isinstance(issuer, Literal) or any(host in str(issuer.node.raw) for host in ISSUER_HOSTS)
