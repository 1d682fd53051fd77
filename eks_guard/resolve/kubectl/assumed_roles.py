"""Whether a handler can take the role that kubectl is told to use: the role must trust it, and it must be allowed to.

Since aws-cdk-lib 2.80 the role that made a cluster trusts the handlers of its own stack only; a second handler, of an
import in another stack, is refused: https://github.com/aws/aws-cdk/issues/25835
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.assembly.following.expressions import same
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal
from eks_guard.assembly.stack import Node
from eks_guard.model.kubectl import AssumedRole
from eks_guard.model.value import Known, Unknown, Value, either
from eks_guard.resolve.identity.permissions import ROLE, attached, entries, statements
from eks_guard.resolve.site import resource_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.stack import Resource

ASSUME = "sts:AssumeRole"
_ACCOUNT = re.compile(r"\*|\d{12}|arn:[^:]*:iam::[^:]*:root")
"""Principals that let in every role of an account that is itself allowed to."""
_BY_AWS = re.compile(r"arn:[^:]*:iam::aws:policy/(?!AdministratorAccess$|PowerUserAccess$)")
"""Policies that AWS manages and that do not let a role take others."""


def assumed_roles(handler: Resource, consumers: Iterable[Resource]) -> tuple[AssumedRole, ...]:
    """The roles of the app that a handler is told to use."""
    own = handler.properties.dig("Role")
    told = (consumer.properties.dig("RoleArn") for consumer in consumers)
    roles = {found.resource for found in told if isinstance(found, Attribute) and found.resource.type == ROLE}
    if not isinstance(own, Attribute):
        return ()
    return tuple(_assumed(role, own.resource) for role in sorted(roles, key=resource_id))


def _assumed(role: Resource, handler_role: Resource) -> AssumedRole:
    """A role that trusts the handler's by its name needs nothing more from it: both are of one account."""
    by_name: list[Value[bool]] = []
    by_account: list[Value[bool]] = []
    for principal, open_action in _principals(role):
        named, account = _meant(principal, handler_role, role)
        if open_action:
            named, account = _perhaps(named, open_action), _perhaps(account, open_action)
        by_name.append(named)
        by_account.append(account)
    named, trusts = either(by_name), either([*by_name, *by_account])
    if isinstance(named, Known) and not named.value and isinstance(trusts, Known) and trusts.value:
        return AssumedRole(resource_id(role), role.logical_id, role.place, trusts, _allowed(role, handler_role))
    return AssumedRole(
        resource_id(role), role.logical_id, role.place, _at(trusts, role), Known(value=True, place=handler_role.place)
    )


def _perhaps(meant: Value[bool], action: Node) -> Value[bool]:
    """What a statement says whose action is open: what it would let in, it may let in."""
    if isinstance(meant, Known) and not meant.value:
        return meant
    return Unknown("the effect of a statement in its trust policy is decided when the stack is deployed", action.place)


def _at(value: Value[bool], role: Resource) -> Value[bool]:
    return value if value.place or isinstance(value, Unknown) else Known(value.value, role.place)


def _meant(principal: Node, handler_role: Resource, role: Resource) -> tuple[Value[bool], Value[bool]]:
    """Whether a principal is the handler's role, and whether it is a whole account."""
    found = principal.follow()
    if isinstance(found, Attribute):
        return Known(found.resource is handler_role, principal.place), Known(value=False, place=principal.place)
    text = principal.text_with(lambda _: "$")
    if text is not None and _ACCOUNT.fullmatch(text.replace("$", "")):
        return Known(value=False, place=principal.place), Known(value=True, place=principal.place)
    answer = same(principal, Attribute(handler_role, "Arn"))
    if answer is None and (text is None or "$" in text):
        reason = f"the principal that {role.logical_id} trusts is decided when the stack is deployed"
        return Unknown(reason, principal.place), Known(value=False, place=principal.place)
    return _is_role(principal, handler_role, answer=answer), Known(value=False, place=principal.place)


def _is_role(principal: Node, handler_role: Resource, *, answer: bool | None) -> Value[bool]:
    """Whether an ARN that is written out is that of a role; one whose name CloudFormation makes up is another."""
    if answer is None and not isinstance(handler_role.properties.dig("RoleName"), Absent):
        reason = f"whether {handler_role.logical_id} is the trusted role is known only after deployment"
        return Unknown(reason, principal.place)
    return Known(bool(answer), principal.place)


def _principals(role: Resource) -> Iterator[tuple[Node, Node | None]]:
    """The AWS principals that may assume a role, each with the action that is open, if it depends on one."""
    for statement in statements(role.properties, "AssumeRolePolicyDocument"):
        covers = _covers_assume(statement)
        if covers is not False:
            open_action = None if covers is True else covers
            principal = statement.child("Principal", statement.raw.get("Principal"))
            named = entries(principal, "AWS") if isinstance(principal.raw, dict) and "AWS" in principal.raw else ()
            for entry in named if isinstance(principal.raw, dict) else (principal,):
                yield entry, open_action


def _covers_assume(statement: Node) -> bool | Node:
    """Whether a statement is about taking a role; the action that a deployment decides, where it depends on that."""
    actions = [(entry, entry.text()) for entry in entries(statement, "Action")]
    if any(text is not None and fnmatchcase(ASSUME.lower(), text.lower()) for _, text in actions):
        return True
    return next((entry for entry, text in actions if text is None), False)


def _allowed(role: Resource, handler_role: Resource) -> Value[bool]:
    """Whether a policy of the handler's role lets it take another."""
    answers = [
        answer
        for stack in handler_role.stack.assembly.family(handler_role.stack)
        if stack.document.mentions("sts:") or stack.document.mentions("AdministratorAccess")
        for owner, policy in attached(stack)
        if owner is handler_role
        for statement in statements(policy)
        for answer in _takes(statement, role)
    ]
    managed = handler_role.properties.dig("ManagedPolicyArns")
    if isinstance(managed, Literal) and isinstance(managed.node.raw, list):
        answers += [_by_managed(managed.node.child(i, arn)) for i, arn in enumerate(managed.node.raw)]
    found = either(answers)
    return found if found.place else Known(value=False, place=handler_role.place)


def _takes(statement: Node, role: Resource) -> Iterator[Value[bool]]:
    """Whether a statement lets its owner take a role, for each resource that it names."""
    if "NotAction" in statement.raw or "NotResource" in statement.raw:
        yield Unknown("a policy of the handler's role uses NotAction or NotResource", statement.place)
        return
    covers = _covers_assume(statement)
    if isinstance(covers, Node):
        yield Unknown(
            "the effect of a policy of the handler's role is decided when the stack is deployed", covers.place
        )
    elif covers:
        for entry in entries(statement, "Resource"):
            found = entry.follow()
            if isinstance(found, Attribute):
                yield Known(found.resource is role, entry.place)
                continue
            text = entry.text_with(lambda _: "$")
            whole = text == "*"
            open_ = text is None or (not whole and ("*" in text or "$" in text))
            yield (
                Unknown(f"{text or 'a resource'} may refer to the role", entry.place)
                if open_
                else Known(whole, entry.place)
            )


def _by_managed(arn: Node) -> Value[bool]:
    text = arn.text_with(lambda _: "$")
    if text is not None and _BY_AWS.match(text):
        return Known(value=False, place=arn.place)
    return Unknown("a managed policy of the handler's role is not in the template", arn.place)
