"""Who may do what on a cluster, and how its pods get AWS credentials."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from eks_guard.model.resource import Owner, ResourceId, Site, Target
    from eks_guard.model.value import Place, Value, When


OPEN = "$"
"""Stands in a text of a trust for a part that only the deployment knows."""
REFUSES_ROLE = "IAM refuses the role"
"""Ends what is wrong with a trust that is no trust to IAM."""
UNREAD = "<unread>"
"""Stands behind the mark of a part that is cut out of a text in a way that is not understood."""


class Identity(StrEnum):
    """How a Kubernetes service account gets its AWS credentials."""

    IRSA = "irsa"
    POD_IDENTITY = "pod-identity"


@dataclass(frozen=True, slots=True)
class TrustCondition:
    """One comparison of a trust policy: `operator` on the claim `sub` or `aud` of an issuer (`$` for open parts).

    What is known of an open part stands behind its mark: `$<issuer of Stack/Cluster>`, `$<host of …>`, `$<id of …>`.
    """

    operator: str
    issuer: str
    claim: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrustStatement:
    """A statement that trusts the provider of a cluster, or may; all its conditions must hold.

    `takes_tokens`: whether its action is the one that pods ask for. `of_eks`: whether the provider is one of a cluster,
    `issuer` its host and path where it is named by its ARN, or what marks it where it is of a cluster of the app.
    `misnamed` says why no provider has the ARN that it trusts; None where one may.
    `when` is what must hold for the statement to be there, `denied_elsewhere` whether another statement of the role
    denies some, `denied_to_all` whether one denies every pod, None where that is open.
    """

    place: Place = field(compare=False)
    conditions: Value[tuple[TrustCondition, ...]]
    takes_tokens: Value[bool]
    of_eks: Value[bool]
    issuer: str | None
    misnamed: str | None
    when: When
    denied_elsewhere: bool
    denied_to_all: bool | None


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """What a role names as a policy by a text, `arn`; `name` is the path and name in it, with `$` for each open part.

    It is a policy that AWS manages, one of an account by the ARN of another partition, or no ARN of a policy.
    `partition` is that of the ARN, None for what is no ARN, and `$` for one that is open, or right and one of those
    that have the same policies as `aws`; `of_stack` is that of the stack, None where its region is open. `named`:
    whether a deployment names it. `bounds`: whether it is the role's boundary.
    """

    arn: str
    partition: str | None
    of_stack: str | None
    name: str
    named: Value[bool]
    bounds: bool
    place: Place = field(compare=False)

    @property
    def is_of_aws(self) -> bool:
        """Whether it is one that AWS manages."""
        return self.partition is not None and ":iam::aws:policy/" in self.arn

    @property
    def is_elsewhere(self) -> bool:
        """Whether the ARN is one of another partition than the role."""
        return None not in (self.partition, self.of_stack) and self.partition not in (OPEN, self.of_stack)


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the app. `policies` are the paths and names of all policies of AWS that it writes out.

    It is None where references may name others, and where what is written may be none. `holder` is the thing of EKS
    that takes the role.
    """

    at: Site
    policies: tuple[str, ...] | None
    holder: Site | None = None


@dataclass(frozen=True, slots=True)
class ServiceAccountRole:
    """A role of the app that service accounts take with a web identity token (IRSA), or that one names.

    `owners` are the clusters whose provider it trusts or whose service accounts name it, several where it is shared.
    `statements` is empty for a role that trusts no provider of a cluster.
    """

    at: Site
    owners: tuple[Owner, ...]
    statements: tuple[TrustStatement, ...]


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A ServiceAccount object that one of the app's manifests declares. `role` is the one of the app that it names.

    `perhaps` where a condition decides whether the manifest holds it.
    """

    manifest: ResourceId
    namespace: str
    name: str
    identity: Identity | None
    place: Place = field(compare=False)
    role: ResourceId | None = None
    audience: str | None = None
    """The audience that it asks for in its tokens; None for that of STS."""
    perhaps: bool = False


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """An IAM provider for an issuer of tokens. `audiences` are its client ids, None where it says nothing of them.

    `may_own` are the clusters whose issuer a condition may choose.
    """

    at: Site
    owner: Owner
    audiences: Value[tuple[str, ...] | None]
    may_own: tuple[ResourceId, ...]


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """Access of an IAM principal to a cluster; `kind` is `STANDARD` unless said otherwise.

    `is_lasting`: whether the principal is named by the ARN of a role or a user, and not by a name, or by the ARN of a
    session, a group or an instance profile. `is_service_linked`: whether an AWS service keeps the role for itself.
    `is_role`: whether it is a role, not a user or a whole account; `is_of_account`: whether it is one of the account
    that the entry is made in.
    `may_name` are roles of the app that its ARN may turn out to name. The ARNs in `policies` have `${…}` for each part
    that only the deployment knows.
    """

    at: Site
    owner: Owner
    principal: Value[Target]
    is_lasting: Value[bool]
    is_service_linked: Value[bool]
    is_role: Value[bool]
    is_of_account: Value[bool]
    may_name: tuple[ResourceId, ...]
    kind: Value[str]
    username: Value[str | None]
    groups: Value[tuple[str, ...]]
    policies: Value[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PodTrust:
    """Whether a role lets EKS Pod Identity take it, and tag the session; `place` is that of the role."""

    place: Place | None = field(compare=False)
    assume: Value[bool]
    tag: Value[bool]


@dataclass(frozen=True, slots=True)
class PodIdentityAssociation:
    """A role that EKS Pod Identity gives to the pods of a service account, declared alone or inside an add-on."""

    at: Site
    owner: Owner
    namespace: Value[str | None]
    service_account: Value[str | None]
    role: Value[Target | None]
    trust: PodTrust
