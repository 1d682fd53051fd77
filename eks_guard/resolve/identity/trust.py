"""Whom a role trusts among the pods of clusters: its statements for identity providers, however they are written.

https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, Unresolved, alternatives
from eks_guard.assembly.stack import Node
from eks_guard.model.identity import OPEN, REFUSES_ROLE, TrustCondition, TrustStatement
from eks_guard.model.value import Known, Unknown, Value, together
from eks_guard.records import dataclass, replace
from eks_guard.resolve.identity.documents import (
    ASSUME,
    OIDC_PROVIDERS,
    TRUST,
    Statement,
    any_of,
    covers,
    entries_of,
    statements_of,
)
from eks_guard.resolve.identity.issuers import host_is_of_eks
from eks_guard.resolve.identity.trust_conditions import conditions_of
from eks_guard.resolve.identity.trusted_provider import ANYBODY, issuer_of, misnamed, named_issuer, provider_is_of_eks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.value import When

WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
SUBJECT = "system:serviceaccount:"
OPEN_EFFECT = (("its effect", "Allow"),)
EXCLUDES = f"the trust policy has NotPrincipal, which it cannot have: {REFUSES_ROLE}"


@dataclass(frozen=True, slots=True)
class Trust:
    """What a role's trust says of identity providers that may be of clusters.

    `by_provider` has each provider with the statement that names it, `unread` what could not be read.
    """

    by_provider: tuple[tuple[Resolution, TrustStatement], ...]
    unread: tuple[TrustStatement, ...]


def trust_of(role: Resource) -> Trust:
    """Read the trust of a role."""
    found: list[tuple[Resolution, TrustStatement]] = []
    unread: list[TrustStatement] = []
    denies, denied = False, list[bool | None]()
    statements = statements_of(role.properties, TRUST)
    for statement in statements:
        if isinstance(statement, Unknown):
            unread.append(_unread(statement))
            continue
        if statement.allows is not True:
            from eks_guard.resolve.identity.denials import denies_all  # noqa: PLC0415 (few trusts deny)

            denies = denies or covers(statement, WEB_IDENTITY) is not False
            denied.append(denies_all(statement, WEB_IDENTITY))
        if statement.allows is not False:
            found += _of_statement(statement)
    if any(isinstance(one, Statement) and one.is_no_trust for one in statements):
        found = [(provider, replace(statement, misnamed=EXCLUDES)) for provider, statement in found]
    if denies:
        found = [(provider, _limited(statement, to_nobody=any_of(denied))) for provider, statement in found]
    return Trust(tuple(found), tuple(unread))


def providers_in(role: Resource) -> Iterator[Resource]:
    """The identity providers that the text of a trust refers to, also where it cannot be read."""
    branches = (branch for _, branch in alternatives(role.properties.dig(TRUST)) if not isinstance(branch, Attribute))
    for piece in (piece for branch in branches for piece in branch.node.parts()):
        if isinstance(piece, Attribute) and piece.resource.type in OIDC_PROVIDERS:
            yield piece.resource


def _of_statement(statement: Statement) -> Iterator[tuple[Resolution, TrustStatement]]:
    takes, assumes = covers(statement, WEB_IDENTITY), covers(statement, ASSUME)
    if takes is False and assumes is False:
        return
    conditions = conditions_of(statement.node)
    for when, entry in _federated(statement):
        yield from _of_provider(statement, entry, conditions, when, takes)


def _federated(statement: Statement) -> Iterator[tuple[When, Resolution]]:
    """What a statement trusts as a provider: an entry, anybody, or whoever is not excluded."""
    if statement.is_no_trust:
        yield (), Unresolved(statement.node, "the trust policy says whom it does not trust")
        return
    for when, principal in alternatives(statement.node.dig("Principal")):
        match principal:
            case Literal(Node(raw=dict())):
                yield from ((when, entry) for entry in entries_of(principal.node, "Federated"))
                yield from ((when, entry) for entry in entries_of(principal.node, "AWS") if _is_anybody(entry))
            case _ if _is_anybody(principal):
                yield when, principal


def _is_anybody(principal: Resolution) -> bool:
    return isinstance(principal, Literal) and bool(principal.node.raw == ANYBODY)


def _of_provider(
    statement: Statement,
    entry: Resolution,
    conditions: Value[tuple[TrustCondition, ...]],
    when: When,
    takes: bool | None,
) -> Iterator[tuple[Resolution, TrustStatement]]:
    for chosen, provider in alternatives(entry):
        of_eks = _is_of_cluster(provider, conditions)
        if isinstance(provider, Absent) or of_eks is False:
            continue
        if not of_eks and (takes is False or _is_anybody(provider)):
            continue
        holds = together(statement.when, when, chosen)
        if holds is None:
            continue
        keys = _comparable(conditions, provider)
        yield (
            provider,
            TrustStatement(
                statement.node.place,
                keys,
                takes_tokens=_answer(takes, "which action it allows", statement.node),
                of_eks=_answer(of_eks, "whether the provider that it trusts is one of EKS", statement.node),
                issuer=issuer_of(provider),
                misnamed=misnamed(provider),
                when=holds or (OPEN_EFFECT if statement.allows is None else ()),
                denied_elsewhere=False,
                denied_to_all=False,
            ),
        )


def _answer(answer: bool | None, what: str, node: Node) -> Value[bool]:
    return Unknown(f"{what} is decided when the stack is deployed", node.place) if answer is None else Known(answer)


def _unread(found: Unknown[Any]) -> TrustStatement:
    assert found.place, "what could not be read has a place"
    unknown: Unknown[Any] = Unknown(found.reason, found.place)
    return TrustStatement(
        found.place, unknown, unknown, unknown, None, None, (), denied_elsewhere=False, denied_to_all=False
    )


def _limited(statement: TrustStatement, *, to_nobody: bool | None) -> TrustStatement:
    return replace(statement, denied_elsewhere=True, denied_to_all=to_nobody)


def _is_of_cluster(provider: Resolution, conditions: Value[tuple[TrustCondition, ...]]) -> bool | None:
    """Whether a trusted provider is one of a cluster, and not that of a pipeline; its keys tell as well."""
    known = provider_is_of_eks(provider)
    if known is not None or isinstance(conditions, Unknown):
        return known
    claims = [condition for condition in conditions.value if condition.claim in ("sub", "aud")]
    hosts = {host_is_of_eks(condition.issuer) for condition in claims if OPEN not in condition.issuer}
    if True in hosts or False in hosts:
        return True in hosts
    subjects = [value for condition in claims if condition.claim == "sub" for value in condition.values]
    return (
        None if not subjects or any(OPEN in value or value.startswith((SUBJECT, "*")) for value in subjects) else False
    )


def _comparable(
    conditions: Value[tuple[TrustCondition, ...]], provider: Resolution
) -> Value[tuple[TrustCondition, ...]]:
    """The conditions; unknown where their keys name an issuer and the deployment decides which provider is trusted."""
    if isinstance(provider, Literal) and _is_anybody(provider):
        return Unknown("it trusts *, and AWS does not say whether that means every OIDC provider", provider.node.place)
    of_app = isinstance(provider, Attribute) and provider.resource.type in OIDC_PROVIDERS
    if isinstance(conditions, Unknown) or of_app:
        return conditions
    names_issuer = any(condition.issuer and OPEN not in condition.issuer for condition in conditions.value)
    if named_issuer(provider) is not None or not names_issuer:
        return conditions
    return Unknown("which provider it trusts is decided when the stack is deployed", conditions.place)
