"""IAM's OIDC providers, and the roles that service accounts take through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.existence import made_with
from eks_guard.assembly.following.resolution import Attribute, Choice
from eks_guard.model.identity import Identity, OidcProvider, ServiceAccountRole
from eks_guard.model.resource import Unowned
from eks_guard.model.value import Known, Place, Unknown, Value
from eks_guard.records import cached_property, dataclass, field
from eks_guard.resolve.identity.documents import OIDC_PROVIDERS, text_at
from eks_guard.resolve.identity.issuers import is_of_eks, issuer_at
from eks_guard.resolve.identity.trust import Trust, providers_in, trust_of
from eks_guard.resolve.read import read, texts
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.identity import ServiceAccount
    from eks_guard.model.resource import Owner, ResourceId
    from eks_guard.resolve.identity.roles import Roles
    from eks_guard.resolve.ownership import Owners

AUDIENCES = {"Custom::AWSCDKOpenIdConnectProvider": "ClientIDList", "AWS::IAM::OIDCProvider": "ClientIdList"}
"""Where each spelling of a provider has its client ids."""
ISSUERS = ("OpenIdConnectIssuerUrl", "OpenIdConnectIssuer")
"""The attributes of clusters that name their issuer."""


@dataclass(frozen=True, slots=True)
class _TrustingRole:
    """A role with its trust: providers of the app, and the places that name imported ones."""

    resource: Resource
    trust: Trust
    providers: tuple[Resource, ...]
    imported: tuple[Place, ...]


@dataclass(slots=True)
class _Issued:
    """OIDC providers by their issuers: of clusters of the app, of EKS elsewhere, and those that a deployment decides.

    `not_of_the_app` are the last two, in their order.
    """

    by_owner: dict[ResourceId, list[Resource]] = field(default_factory=dict)
    elsewhere: list[Resource] = field(default_factory=list)
    open: list[Resource] = field(default_factory=list)
    not_of_the_app: list[Resource] = field(default_factory=list)


class Identities:
    """The OIDC providers and the roles that trust them, of one assembly."""

    def __init__(self, assembly: CloudAssembly, owners: Owners, roles: Roles) -> None:
        self._owners = owners
        self._issuers = {resource: issuer_at(resource.properties) for resource in assembly.resources(*OIDC_PROVIDERS)}
        self._app_roles = roles
        self._roles = list(self._trusting_roles())
        self._imported = next((place for role in self._roles for place in role.imported), None)

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
            tuple(owner for owner in self._chosen(issuer) if not isinstance(owner, Unowned)),
        )

    def _chosen(self, issuer: Resolution) -> Iterator[Owner]:
        """The owners that the branches of a choice name."""
        if isinstance(issuer, Choice):
            for _, branch in issuer.branches:
                yield self._owner(branch)

    def _owner(self, issuer: Resolution) -> Owner:
        if isinstance(issuer, Attribute):
            own = self._owners.own(issuer.resource) if issuer.name in ISSUERS else None
            return own or Unowned(
                f"its issuer is {issuer.name} of {issuer.resource.logical_id}, which is not a cluster"
            )
        if is_of_eks(issuer) is False:
            return Unowned("its issuer is not an EKS issuer")
        if isinstance(issuer, Choice):
            owners = set(self._chosen(issuer))
            return owners.pop() if len(owners) == 1 else Unowned(f"its issuer {issuer.reason}")
        return Unowned("its issuer does not belong to a cluster of this app")

    def has_provider(
        self, cluster: ResourceId | None, accounts: Iterable[ServiceAccount], resource: Resource | None
    ) -> Value[bool]:
        """Whether IAM trusts a cluster's issuer: a provider of the app, or an imported one that its roles name.

        `cluster` is None for one of another app, and so is `resource`, its own.
        """
        mine, perhaps = self._providers_of(cluster)
        made = made_with(resource, mine) if resource and mine else bool(mine)
        if made:
            return Known(value=True, place=mine[0].place)
        takes_roles = any(account.identity is Identity.IRSA for account in accounts)
        if takes_roles and self._imported:
            return Known(value=True, place=self._imported)
        if made is None:
            names = ", ".join(provider.logical_id for provider in mine)
            return Unknown(f"conditions decide whether {names} is created", mine[0].place)
        if perhaps:
            reason = f"whether {perhaps.logical_id} is for the issuer of the cluster is known only after deployment"
            return Unknown(reason, perhaps.place)
        if cluster is None:
            return Unknown("the cluster is imported, and the assembly does not show whether IAM has a provider for it")
        return (self._trusted_elsewhere() if takes_roles else None) or Known(value=False)

    def _trusted_elsewhere(self) -> Unknown[bool] | None:
        """That a role trusts a provider which only the deployment knows; None where no role does."""
        for role in self._roles:
            place = next((one.place for _, one in role.trust.by_provider if isinstance(one.of_eks, Unknown)), None)
            if place:
                name = role.resource.logical_id
                return Unknown(
                    f"whether the provider that {name} trusts is one for the cluster is decided elsewhere", place
                )
        return None

    def _providers_of(self, cluster: ResourceId | None) -> tuple[list[Resource], Resource | None]:
        """The providers for a cluster's issuer, and one of which that is open."""
        issued = self._issued
        if cluster is None:
            return issued.elsewhere, next(iter(issued.open), None)
        return issued.by_owner.get(cluster, []), next(iter(issued.not_of_the_app), None)

    @cached_property
    def _issued(self) -> _Issued:
        """The providers by what is known of their issuers; each is looked at once, however many clusters ask."""
        found = _Issued()
        for provider, issuer in self._issuers.items():
            of_eks = is_of_eks(issuer)
            owner = self._owner(issuer) if isinstance(issuer, Attribute) else None
            if owner and not isinstance(owner, Unowned):
                found.by_owner.setdefault(owner, []).append(provider)
            elif of_eks is None:
                found.open.append(provider)
                found.not_of_the_app.append(provider)
            elif of_eks and not owner:
                found.elsewhere.append(provider)
                found.not_of_the_app.append(provider)
        return found

    def roles(self, named: Mapping[ResourceId, Iterable[ResourceId]]) -> tuple[ServiceAccountRole, ...]:
        """The roles for service accounts; `named` has, for each cluster, the roles that its service accounts name."""
        wanted = {role for roles in named.values() for role in roles}
        trusting = {role.resource.id: role for role in self._roles}
        others = map(self._app_roles.of_id, sorted(wanted - trusting.keys()))
        plain = [_TrustingRole(role, trust_of(role), (), ()) for role in others if role]
        naming: dict[ResourceId, list[ResourceId]] = {}
        for cluster, found in named.items():
            for role in set(found):
                naming.setdefault(role, []).append(cluster)
        return tuple(self._role(role, naming.get(role.resource.id, [])) for role in (*self._roles, *plain))

    def _role(self, role: _TrustingRole, naming: Iterable[ResourceId]) -> ServiceAccountRole:
        trusting = (self._owner(self._issuers[item]) for item in role.providers if item in self._issuers)
        owners = dict.fromkeys(owner for owner in (*trusting, *naming) if not isinstance(owner, Unowned))
        nobody: tuple[Owner, ...] = (Unowned("it trusts no OIDC provider of a cluster in this app"),)
        statements = (*(statement for _, statement in role.trust.by_provider), *role.trust.unread)
        return ServiceAccountRole(site_of(role.resource), tuple(owners) or nobody, statements)

    def _trusting_roles(self) -> Iterator[_TrustingRole]:
        for resource in self._app_roles.perhaps_federated:
            trust = trust_of(resource)
            if trust.by_provider:
                yield _trusting_role(resource, trust)
            elif trust.unread and (mentioned := tuple(providers_in(resource))):
                yield _TrustingRole(resource, trust, mentioned, ())


def _trusting_role(resource: Resource, trust: Trust) -> _TrustingRole:
    trusted = [provider for provider, _ in trust.by_provider]
    providers = tuple(provider.resource for provider in trusted if isinstance(provider, Attribute))
    others = (provider.node for provider in trusted if not isinstance(provider, Attribute))
    imported = tuple(node.place for node in others if ":oidc-provider/" in (text_at(node) or ""))
    return _TrustingRole(resource, trust, providers, imported)
