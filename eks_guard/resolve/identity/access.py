"""Access entries, and Pod Identity associations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.environment import pseudo_parameter
from eks_guard.assembly.following.equality import same
from eks_guard.assembly.stack import Node
from eks_guard.model.identity import AccessEntry, PodIdentityAssociation
from eks_guard.model.resource import Link
from eks_guard.model.value import OPEN_PART, OPEN_PARTS, Known, Unknown, lift, possible
from eks_guard.resolve.identity.pod_conditions import CLUSTER
from eks_guard.resolve.identity.pod_trust import pod_trust_of
from eks_guard.resolve.read import read, read_pieces, read_target, read_text, text, texts
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.resource import Owner, Target
    from eks_guard.model.value import Value
    from eks_guard.resolve.identity.roles import Roles

ACCESS_ENTRY = "AWS::EKS::AccessEntry"
POD_IDENTITY = "AWS::EKS::PodIdentityAssociation"
STANDARD = "STANDARD"
IAM = "AWS::IAM::"
USER = f"{IAM}User"
LASTING_TYPES = (f"{IAM}Role", USER)
LASTING = ("role", "user", "root")
"""Kinds of principals that EKS takes: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html"""
ARN_PARTS, OPEN, OWN = 6, "*", "<own>"
SERVICE_LINKED = ("role", "aws-service-role")
"""What the resource in the ARN of a service-linked role begins with:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""


def access_entry_of(roles: Roles, resource: Resource, owner: Owner) -> AccessEntry:
    """Access of a principal to a cluster."""
    properties = resource.properties
    principal = roles.read(properties, "PrincipalArn")
    named, pieces = properties.dig("PrincipalArn"), read_pieces(properties, "PrincipalArn")
    return AccessEntry(
        at=site_of(resource),
        owner=owner,
        principal=lift(lambda found: found or "", principal),
        is_lasting=_lasting(principal, pieces),
        is_service_linked=_service_linked(principal, pieces),
        is_role=_role(principal, pieces),
        is_of_account=_of_account(properties, principal),
        may_name=() if roles.meant_by(named) else roles.perhaps_meant_by(named),
        kind=read(properties, "Type", parse=text, absent=STANDARD),
        username=_beginning(properties, "Username"),
        groups=read(properties, "KubernetesGroups", parse=texts, absent=()),
        policies=read(properties, "AccessPolicies", parse=_arns, absent=()),
    )


def _lasting(principal: Value[Target | None], pieces: Value[str | None]) -> Value[bool]:
    """Whether the principal is named as EKS wants it, also where only the kind in its ARN is written."""
    written = _is_of_lasting(pieces.value) if isinstance(pieces, Known) else None
    if isinstance(principal, Unknown) and written is not None:
        return Known(written, principal.place)
    found = lift(_is_lasting, principal)
    if None in possible(found):
        return Unknown("it is named by a resource that is neither a role nor a user", found.place)
    return lift(bool, found)


def _is_lasting(target: Target | None) -> bool | None:
    """None for what another resource of the app answers, and True for what names nobody."""
    if isinstance(target, str):
        return not target or _is_of_lasting(target) is True
    if isinstance(target, Link) and target.type.startswith(IAM):
        return target.type in LASTING_TYPES and target.attribute == "Arn"
    return None if target else True


def _is_of_lasting(arn: str | None) -> bool | None:
    """Whether an ARN is that of a role or a user; None where that is open, or where it is no ARN."""
    pieces = OPEN_PARTS.sub(OPEN, arn or "").split(":", 5)
    if pieces[0] != "arn" or len(pieces) < ARN_PARTS:
        return None
    service, kind = pieces[2], pieces[-1].partition("/")[0]
    if OPEN in service or OPEN in kind:
        return None
    return service == "iam" and kind in LASTING


def _role(principal: Value[Target | None], pieces: Value[str | None]) -> Value[bool]:
    """Whether the principal is a role, also where only the kind in its ARN is written; what is no ARN is not judged."""
    written = _is_of_role(pieces.value) if isinstance(pieces, Known) else None
    if isinstance(principal, Unknown) and written is not None:
        return Known(written, principal.place)
    return lift(_is_role, principal)


def _is_role(target: Target | None) -> bool:
    if isinstance(target, Link):
        return target.type != USER
    return not isinstance(target, str) or _is_of_role(target) is not False


def _is_of_role(arn: str | None) -> bool | None:
    """Whether an ARN is that of a role; None where that is open, or where it is no ARN."""
    lasting = _is_of_lasting(arn)
    return (arn or "").split(":", 5)[-1].startswith("role/") if lasting else lasting


def _of_account(properties: Node, principal: Value[Target | None]) -> Value[bool]:
    """Whether the principal is of the account that the entry is made in; what names no account is not judged."""
    own = Node(properties.stack, (), {"Ref": "AWS::AccountId"})
    account = pseudo_parameter("AWS::AccountId", properties.stack)
    raw = properties.raw.get("PrincipalArn") if isinstance(properties.raw, dict) else None

    def is_own(target: Target | None) -> bool | None:
        pieces = target.split(":", 5) if isinstance(target, str) else []
        if len(pieces) < ARN_PARTS or not pieces[4] or pieces[4] == OWN:
            return True
        return None if account is None or OPEN in pieces[4] else pieces[4] == account

    if isinstance(principal, Unknown) and not principal.candidates:
        arn = properties.child("PrincipalArn", raw).text_with(lambda part: OWN if same(part, own) else OPEN)
        answer = is_own(arn) if arn else None
        return Unknown(principal.reason, principal.place) if answer is None else Known(answer, principal.place)
    found = lift(is_own, principal)
    if None in possible(found):
        return Unknown("the account of the cluster is decided when the stack is deployed", principal.place)
    return lift(bool, found)


def _service_linked(principal: Value[Target | None], pieces: Value[str | None]) -> Value[bool]:
    """Whether the principal is a service-linked role, also where only the path of its ARN is written."""
    written = _has_path_of_services(pieces.value) if isinstance(pieces, Known) else None
    if isinstance(principal, Unknown) and written is not None:
        return Known(written, principal.place)
    return lift(lambda found: isinstance(found, str) and bool(_has_path_of_services(found)), principal)


def _has_path_of_services(arn: str | None) -> bool | None:
    """Whether an ARN is that of a service-linked role; None where that part of it is open."""
    kind, *path = (arn or "").rpartition(":")[2].split("/", 2)
    decisive = (kind, *path[:1]) if kind == "role" else (kind,)
    return None if any(OPEN_PART in piece for piece in decisive) else decisive == SERVICE_LINKED


def _beginning(properties: Node, key: str) -> Value[str | None]:
    """A text with `${…}` for its open parts, where it does not begin with one."""
    pieces = read_pieces(properties, key)
    is_open = isinstance(pieces, Known) and (pieces.value or "").startswith(OPEN_PART)
    return read_text(properties, key) if is_open else pieces


def _arns(policies: Node) -> Value[tuple[str, ...]]:
    """The ARNs of access policies in a list; the mark of the partition in one is no reason to know none."""
    arns = [_arn(node) for node in policies.items() or ()]
    return lift(lambda *names: tuple(name for name in names if name), *arns)


def _arn(policy: Node) -> Value[str | None]:
    pieces = read_pieces(policy, "PolicyArn")
    is_literal = isinstance(pieces, Known) and OPEN_PARTS.sub("", pieces.value or "")
    return pieces if is_literal else read_text(policy, "PolicyArn")


def association_of(roles: Roles, resource: Resource, owner: Owner) -> PodIdentityAssociation:
    """A role that EKS Pod Identity gives to the pods of a service account."""
    properties = resource.properties
    tags = {"kubernetes-namespace": "Namespace", "kubernetes-service-account": "ServiceAccount", CLUSTER: "ClusterName"}
    sent = {tag: properties.dig(key) for tag, key in tags.items()}
    return PodIdentityAssociation(
        at=site_of(resource),
        owner=owner,
        namespace=read_text(properties, "Namespace"),
        service_account=read_text(properties, "ServiceAccount"),
        role=read_target(properties, "RoleArn"),
        trust=pod_trust_of(properties.dig("RoleArn"), roles, sent),
    )
