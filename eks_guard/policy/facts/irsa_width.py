"""Facts about roles for service accounts: which pods can take them beyond those that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Unknown, lift
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.statements import about, by_place, in_every_branch
from eks_guard.policy.facts.trust import is_open, mistake_of, widest
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.identity import (
        ServiceAccountRole,
        TrustStatement,
    )
    from eks_guard.model.value import Value


def _trust_narrow(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(found for role in cluster.identity.roles for found in _width_of(role))


def _role_trust_narrow(role: ServiceAccountRole, _: Context) -> tuple[Observation, ...]:
    return tuple(_width_of(role))


def _width_of(role: ServiceAccountRole) -> Iterator[Observation]:
    for statements in by_place(role):
        if all(one.takes_tokens == Known(value=False) for one in statements):
            continue
        wide = in_every_branch(statements, _wide)
        if isinstance(wide, Unknown):
            says = f"unknown which pods {role.at.id} trusts: {wide.reason}"
        elif wide.value:
            says = f"{role.at.id} can be assumed by {wide.value}"
        else:
            says = f"{role.at.id} names its pods"
        yield about(role, statements[0], lift(lambda found: found is None, wide), says)


def _wide(statement: TrustStatement) -> Value[str | None]:
    """Whom a statement lets in beyond named service accounts; a trust that no pod can meet lets in nobody."""
    conditions = statement.conditions
    met = lift(lambda found: mistake_of(found, statement.issuer) is None, conditions)
    if met == Known(value=False) or statement.misnamed:
        return Known(None, statement.place)
    if isinstance(conditions, Unknown):
        return Unknown(conditions.reason, conditions.place)
    wide = widest(conditions.value, statement.issuer)
    open_ = [value for value in (statement.takes_tokens, statement.of_eks) if isinstance(value, Unknown)]
    if isinstance(wide, Known) and wide.value:
        if any(one.claim == "aud" and is_open(one) for one in conditions.value):
            return Unknown("the audience that it asks for is decided when the stack is deployed", statement.place)
        if open_:
            return Unknown(open_[0].reason, statement.place)
        if statement.denied_elsewhere:
            return Unknown("another statement of the trust policy denies some of them", statement.place)
    return wide


FACTS = (
    Fact(
        "irsa.trust_narrow",
        BOOLEAN,
        "Whether a role's trust policy names its service accounts without wildcards; one for each statement.",
        "true",
        _trust_narrow,
    ),
    Fact(
        "role.trust_narrow",
        BOOLEAN,
        "Like irsa.trust_narrow, for a role whose cluster is not in the app.",
        "true",
        _role_trust_narrow,
        match=("service-account-role",),
    ),
)
