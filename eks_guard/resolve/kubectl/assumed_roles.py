"""Whether a handler can take the role that kubectl is told to use: the role must trust it, and it must be allowed to.

Since aws-cdk-lib 2.80 the role that made a cluster trusts the handlers of its own stack only; a second handler, of an
import in another stack, is refused: https://github.com/aws/aws-cdk/issues/25835
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, alternatives
from eks_guard.model.kubectl import AssumedRole
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.resolve.identity.assuming import trust_in
from eks_guard.resolve.identity.conditions import Caller

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.assembly.stack import Resource
    from eks_guard.resolve.identity.assuming import Trust
    from eks_guard.resolve.identity.grants import Grants
    from eks_guard.resolve.identity.roles import Roles


def assumed_roles(
    roles: Roles, grants: Grants, handler: Resource, consumers: Iterable[Resource]
) -> tuple[AssumedRole, ...]:
    """The roles of the app that a handler is told to use."""
    told = dict.fromkeys(consumer.properties.dig("RoleArn") for consumer in consumers)
    branches = [branch for found in told for _, branch in alternatives(found)]
    named = {role for branch in branches if (role := roles.meant_by(branch))}
    perhaps = {role for branch in branches if not roles.meant_by(branch) for role in roles.perhaps_meant_by(branch)}
    arn = handler.properties.dig("Role")
    if not (named or perhaps) or isinstance(arn, Absent):
        return ()
    role = roles.meant_by(arn)
    caller = Caller(arn, role, role.stack if role else handler.stack)
    meant = [_assumed(grants, role, caller) for role in sorted(named, key=lambda resource: resource.id)]
    found = (roles.of_id(role) for role in sorted(perhaps - {role.resource for role in meant}))
    return (*meant, *(_perhaps_assumed(role) for role in found if role))


def _perhaps_assumed(role: Resource) -> AssumedRole:
    """A role that an ARN may turn out to name."""
    reason = f"whether kubectl takes {role.logical_id} is known only after deployment: its ARN is open"
    unknown: Unknown[bool] = Unknown(reason, role.place)
    return AssumedRole(role.id, role.logical_id, role.place, unknown, unknown, "")


def _assumed(grants: Grants, role: Resource, caller: Caller) -> AssumedRole:
    """A role that trusts the handler's by its name needs nothing more from it where both are of one account."""
    trust = trust_in(role, caller)
    trusts = trust.any
    placed = trusts if trusts.place or isinstance(trusts, Unknown) else Known(trusts.value, role.place)
    return AssumedRole(
        role.id, role.logical_id, role.place, placed, _allowed(grants, role, caller, trust), trust.refusal
    )


def _allowed(grants: Grants, role: Resource, caller: Caller, trust: Trust) -> Value[bool]:
    """Whether the handler's own policies let it take a role, where they have to."""
    named = trust.by_name
    refused = isinstance(trust.any, Known) and not trust.any.value
    here, there = caller.stack.environment.account, role.stack.environment.account
    is_enough = named == Known(value=True) and (here == there or None in (here, there))
    place = caller.role.place if caller.role else role.place
    if refused or is_enough or (isinstance(named, Unknown) and trust.by_account != Known(value=True)):
        return Known(value=True, place=place)
    if caller.role is None:
        return Unknown("what the role of the handler is allowed is not in the app", place)
    return grants.may_assume(caller.role, role)
