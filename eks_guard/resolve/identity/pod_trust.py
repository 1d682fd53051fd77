"""Whether EKS Pod Identity may take a role: its trust lets the service call two actions.

https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import alternatives, reason_of
from eks_guard.model import asked
from eks_guard.model.identity import PodTrust
from eks_guard.model.value import Known, Unknown, Value, choose
from eks_guard.resolve.identity.documents import ASSUME, TRUST, any_of, covers, statements_of
from eks_guard.resolve.identity.pod_conditions import ACCOUNT, meets
from eks_guard.resolve.identity.services import names_service

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.resolve.identity.documents import Statement
    from eks_guard.resolve.identity.roles import Roles

PODS = "pods.eks.amazonaws.com"
TAG = "sts:TagSession"


def pod_trust_of(named: Resolution, roles: Roles, sent: Mapping[str, Resolution]) -> PodTrust:
    """What the trust of an association's role says; unknown for a role of another app.

    `sent` are the tags that EKS sends for the association, by their keys.
    """
    branches = [(when, _trust_of(roles.meant_by(branch), sent)) for when, branch in alternatives(named)]
    if len(branches) == 1:
        return branches[0][1]
    reason = reason_of(named)
    assume = choose([(when, trust.assume) for when, trust in branches], reason, None)
    return PodTrust(None, assume, choose([(when, trust.tag) for when, trust in branches], reason, None))


def _trust_of(role: Resource | None, sent: Mapping[str, Resolution]) -> PodTrust:
    if role is None:
        elsewhere: Unknown[Any] = Unknown("the trust policy of its role is not in the assembly")
        return PodTrust(None, elsewhere, elsewhere)
    statements = statements_of(role.properties, TRUST)
    return PodTrust(role.place, _lets(role, statements, ASSUME, sent), _lets(role, statements, TAG, sent))


def _lets(
    role: Resource, statements: tuple[Statement | Unknown[Any], ...], action: str, sent: Mapping[str, Resolution]
) -> Value[bool]:
    unread = next((found for found in statements if isinstance(found, Unknown)), None)
    read = [found for found in statements if not isinstance(found, Unknown)]
    allowed = any_of(_grants(statement, action, sent) for statement in read if statement.allows is not False)
    denied = any_of(_grants(statement, action, sent) for statement in read if statement.allows is not True)
    refused = any(statement.is_no_trust for statement in read)
    if refused or denied or (allowed is False and unread is None):
        return Known(value=False, place=role.place)
    if unread or not allowed or denied is not False:
        return Unknown(unread.reason if unread else _doubt(role, read, sent), role.place)
    return Known(value=True, place=role.place)


def _doubt(role: Resource, statements: Sequence[Statement], sent: Mapping[str, Resolution]) -> str:
    """Why the statements of a trust leave open whether pods may take its role."""
    says = f"unknown whether the trust policy of {role.logical_id} lets pods assume it"
    key = next((met.open_key for met in (meets(one, sent) for one in statements) if met.open_key), None)
    if key is None:
        return says
    account = f", and {asked.PSEUDO('AWS::AccountId')}" if key.lower() == ACCOUNT else ""
    return f"{says}: it has a condition on {key}{account}"


def _grants(statement: Statement, action: str, sent: Mapping[str, Resolution]) -> bool | None:
    """Whether a statement is about pods and an action; open where it is there under a condition only."""
    about = covers(statement, action)
    if about is False:
        return False
    named, met = names_service(statement, PODS), meets(statement, sent).answer
    if named is False or met is False:
        return False
    return True if about and named and met and not statement.when and statement.allows is not None else None
