"""Access entries, and Pod Identity associations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.identity import AccessEntry, PodIdentityAssociation
from eks_guard.model.value import OPEN_PART, OPEN_PARTS, Known, lift
from eks_guard.resolve.identity.pod_conditions import CLUSTER
from eks_guard.resolve.identity.pod_trust import pod_trust_of
from eks_guard.resolve.read import read, read_pieces, read_text, text, texts
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.resource import Owner
    from eks_guard.model.value import Value
    from eks_guard.resolve.identity.roles import Roles

ACCESS_ENTRY = "AWS::EKS::AccessEntry"
POD_IDENTITY = "AWS::EKS::PodIdentityAssociation"
STANDARD = "STANDARD"


def access_entry_of(roles: Roles, resource: Resource, owner: Owner) -> AccessEntry:
    """Access of a principal to a cluster."""
    from eks_guard.resolve.identity import principals  # noqa: PLC0415 (many apps make no entries)

    properties = resource.properties
    principal = roles.read(properties, "PrincipalArn")
    named, pieces = properties.dig("PrincipalArn"), read_pieces(properties, "PrincipalArn")
    return AccessEntry(
        at=site_of(resource),
        owner=owner,
        principal=lift(lambda found: found or "", principal),
        is_lasting=principals.is_lasting(principal, pieces),
        is_service_linked=principals.is_service_linked(principal, pieces),
        is_role=principals.is_role(principal, pieces),
        is_of_account=principals.is_of_account(properties, principal),
        may_name=() if roles.meant_by(named) else roles.perhaps_meant_by(named),
        kind=read(properties, "Type", parse=text, absent=STANDARD),
        username=_beginning(properties, "Username"),
        groups=read(properties, "KubernetesGroups", parse=texts, absent=()),
        policies=read(properties, "AccessPolicies", parse=_arns, absent=()),
    )


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
    whole = read_text(policy, "PolicyArn")
    if isinstance(whole, Known) or whole.candidates:
        return whole
    pieces = read_pieces(policy, "PolicyArn")
    is_literal = isinstance(pieces, Known) and OPEN_PARTS.sub("", pieces.value or "")
    return pieces if is_literal else whole


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
        role=roles.read(properties, "RoleArn"),
        trust=pod_trust_of(properties.dig("RoleArn"), roles, sent),
    )
