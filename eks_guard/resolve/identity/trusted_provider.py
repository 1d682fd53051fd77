"""The provider that a trust names: whether it is one of a cluster, its issuer, and whether such a one exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute
from eks_guard.model.identity import OPEN, REFUSES_ROLE
from eks_guard.resolve.identity.documents import OIDC_PROVIDERS, marked, text_at
from eks_guard.resolve.identity.issuers import ISSUER, ISSUER_HOSTS, SCHEME, host_is_of_eks, is_of_eks, issuer_at
from eks_guard.resolve.spellings import CLUSTER_TYPES

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node

ANYBODY = "*"
"""A principal that means everybody."""


def provider_is_of_eks(provider: Resolution) -> bool | None:
    """Whether a provider, or the issuer in its place, is one of a cluster; None where that is open."""
    if isinstance(provider, Attribute) and provider.resource.type in OIDC_PROVIDERS:
        return is_of_eks(issuer_at(provider.resource.properties))
    if isinstance(provider, Attribute):
        return True if _is_issuer(provider) else None
    text = text_at(provider.node)
    if text is None:
        return None
    if _is_issuer(provider):
        return True
    if ":oidc-provider/" in text:
        known = host_is_of_eks(text.partition(":oidc-provider/")[2])
        return _mentions_eks(provider.node) if known is None else known
    return None if OPEN in text or text == ANYBODY else False


def _mentions_eks(node: Node) -> bool | None:
    """Whether a text is made of the issuer of a cluster, or of a provider for one; None where nothing says so."""
    for part in node.parts():
        if isinstance(part, Attribute) and part.resource.type in CLUSTER_TYPES:
            return True
        if isinstance(part, Attribute) and part.resource.type in OIDC_PROVIDERS:
            return is_of_eks(issuer_at(part.resource.properties))
    return None


def issuer_of(provider: Resolution) -> str | None:
    """The issuer of a provider: its host and path, or the mark of the cluster of the app that it is of."""
    if isinstance(provider, Attribute) and provider.resource.type in OIDC_PROVIDERS:
        issuer = issuer_at(provider.resource.properties)
        of_cluster = isinstance(issuer, Attribute) and issuer.resource.type in CLUSTER_TYPES
        return marked(Attribute(issuer.resource, ISSUER)) if isinstance(issuer, Attribute) and of_cluster else None
    return named_issuer(provider)


def misnamed(provider: Resolution) -> str | None:
    """Why no provider has the ARN that is put together; None where one may have it."""
    if _is_issuer(provider):
        return f"its principal is the issuer, not the ARN of a provider: {REFUSES_ROLE}"
    text = None if isinstance(provider, Attribute) else text_at(provider.node)
    rest = text.partition(":oidc-provider/")[2] if text else ""
    if rest.startswith("https://"):
        return "the ARN of the provider holds https://, which no provider has in its ARN"
    if rest.startswith("arn:"):
        return "the ARN of the provider is inside another ARN: Ref of a provider is its whole ARN"
    return None


def _is_issuer(provider: Resolution) -> bool:
    """Whether the address of an issuer is in the place of the ARN of a provider."""
    if isinstance(provider, Attribute):
        return provider.resource.type in CLUSTER_TYPES and provider.name.startswith(ISSUER)
    return (text_at(provider.node) or "").removeprefix(SCHEME).startswith(ISSUER_HOSTS)


def named_issuer(provider: Resolution) -> str | None:
    """The host and path of a provider that is named by its ARN."""
    text = None if isinstance(provider, Attribute) else text_at(provider.node)
    issuer = (text or "").partition(":oidc-provider/")[2]
    return issuer if issuer and OPEN not in issuer else None
