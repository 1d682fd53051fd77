"""Issuers of tokens: which cluster one belongs to, in every spelling of its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Attribute, Choice, Literal, Resolution, Unresolved
from eks_guard.assembly.following.texts import as_text, parts_of
from eks_guard.resolve.spellings import CLUSTER_TYPES

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node

ISSUER_HOSTS = ("oidc.eks.", "oidc-eks.")
"""Begin the hosts of EKS's issuers: https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html"""
SCHEME = "https://"
ISSUER = "OpenIdConnectIssuer"
_CUTS = ("//", SCHEME, ":oidc-provider/", "oidc-provider/")
"""Where templates cut an address or an ARN, to have the host and path behind it."""
_MAX_CUTS = 5


def issuer_at(holder: Node, key: str = "Url") -> Resolution:
    """What an address leads to: the attribute of a cluster, with or without the scheme in front of it."""
    raw = holder.raw.get(key) if isinstance(holder.raw, dict) else None
    found = holder.dig(key)
    if raw is None or isinstance(found, Literal | Absent | Choice):
        return found
    return _without_scheme(holder.child(key, raw), found, 0)


def is_of_eks(issuer: Resolution) -> bool | None:
    """Whether tokens of a cluster come from an issuer; None where that is open."""
    match issuer:
        case Attribute(resource, _):
            return True if resource.type in CLUSTER_TYPES else None
        case Literal(node):
            return host_is_of_eks(as_text(node.raw))
    parts = [part for part in parts_of(issuer.node.stack.follower, issuer.node) if isinstance(part, str)]
    return True if any(host in part for part in parts for host in ISSUER_HOSTS) else None


def host_is_of_eks(address: str) -> bool | None:
    """Whether a host is one of EKS's issuers; None for an empty or open one."""
    host = address.removeprefix(SCHEME)
    if any(name in host for name in ISSUER_HOSTS):
        return True
    return None if "$" in host.partition("/")[0] or "." not in host.partition("/")[0] else False


def cuts_something_else(node: Node) -> bool:
    """Whether `Fn::Select` takes another part of a text than the host and path of an issuer."""
    match node.raw:
        case {"Fn::Select": [index, {"Fn::Split": [str(cut), _]}]}:
            return cut not in _CUTS or str(index) != "1"
    return False


def _without_scheme(node: Node, found: Resolution, cuts: int) -> Resolution:
    """The one thing that a text with a scheme is made of; the text itself where it is more than that."""
    parts = [part for part in parts_of(node.stack.follower, node) if part != ""]
    if parts and parts[0] == SCHEME:
        parts = parts[1:]
    match parts:
        case [str(host), *_, str(before), Attribute(resource, "OpenIdConnectIssuerId")]:
            is_host = host.removeprefix(SCHEME).startswith(ISSUER_HOSTS)
            return Attribute(resource, ISSUER) if is_host and before.endswith("/id/") else found
    if len(parts) != 1 or isinstance(parts[0], str):
        return found
    return _uncut(parts[0], found, cuts)


def _uncut(part: Resolution, found: Resolution, cuts: int) -> Resolution:
    """What `Fn::Select` took the host and path of."""
    if not isinstance(part, Unresolved):
        return part
    match part.node.raw:
        case {"Fn::Select": [index, {"Fn::Split": [str(cut), whole]}]} if cut in _CUTS and str(index) == "1":
            inside = part.node.child("Fn::Select", None).child(1, None).child("Fn::Split", None).child(1, whole)
            return _without_scheme(inside, found, cuts + 1) if cuts < _MAX_CUTS else found
    return part if not isinstance(found, Unresolved) else found
