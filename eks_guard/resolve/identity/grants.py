"""What the roles of an app are allowed: by the policies in the app, and by those that AWS manages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.assembly.following.equality import same, same_arn
from eks_guard.assembly.following.expressions import expression
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, alternatives, reason_of
from eks_guard.model.identity import OPEN
from eks_guard.model.resource import Link
from eks_guard.model.value import Known, Unknown, Value, both, choose, either
from eks_guard.records import dataclass, replace
from eks_guard.resolve.identity.arn_patterns import fits_arn, is_pattern
from eks_guard.resolve.identity.documents import ASSUME, any_entry, any_of, covers, may_match, statements_of
from eks_guard.resolve.identity.permissions import POLICIES, ROLE
from eks_guard.resolve.identity.roles import BY_AWS, Roles

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from eks_guard.assembly.following.protocol import Assembly
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource, Stack
    from eks_guard.model.resource import Target
    from eks_guard.model.value import Place
    from eks_guard.resolve.identity.documents import Statement

ROLE_POLICY = "AWS::IAM::RolePolicy"
GRANTING = (*POLICIES, ROLE_POLICY)
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
LETS_ASSUME = {"AdministratorAccess": ("*",), "PowerUserAccess": ("sts:*",)}
"""Policies that AWS manages and that let a role take any other."""
Granting: TypeAlias = tuple["Resource", "Value[bool]"]
"""A policy, and whether it allows what is asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Some actions, and what each policy that AWS manages allows: patterns by its path and name.

    `role`: the role that they are done to, None for anything. `allows` is False where denials are asked for.
    """

    actions: tuple[str, ...]
    managed: Mapping[str, tuple[str, ...]]
    role: Resource | None = None
    allows: bool = True


class Grants:
    """What the roles of one assembly are allowed; denials and boundaries, which only take away, are left out."""

    def __init__(self, assembly: Assembly, roles: Roles) -> None:
        self._assembly = assembly
        self._roles = roles
        self._read: dict[Hashable, tuple[Granting, ...]] = {}

    def allow(self, role: Target, actions: tuple[str, ...], managed: Mapping[str, tuple[str, ...]]) -> Value[bool]:
        """Whether a role may do any of some actions, on whatever resource; unknown for a role of another app."""
        found = self.of_app(role)
        if found is None:
            return Unknown(f"the permissions of role {role} are not in the app")
        return self._answer(found, Asked(actions, managed))

    def of_app(self, role: Target) -> Resource | None:
        """The role of the app that something names; None for another one."""
        if isinstance(role, Link):
            return self._roles.of_id(role.resource)
        return self._roles.by_arn.get(role) or self._roles.of_name(role) if isinstance(role, str) else None

    def perhaps_called(self, text: str) -> tuple[Resource, ...]:
        """The roles of the app that a text of a manifest may name."""
        return self._roles.perhaps_called(text)

    def may_assume(self, caller: Resource, role: Resource) -> Value[bool]:
        """Whether the policies of a role let it take another; boundaries are left out."""
        asked = Asked((ASSUME,), LETS_ASSUME, role)
        denied = self._answer(caller, replace(asked, allows=False))
        if isinstance(denied, Known) and denied.value:
            return Known(value=False, place=denied.place)
        allowed = self._answer(caller, asked)
        return denied if isinstance(denied, Unknown) and allowed != Known(value=False) else allowed

    def _answer(self, role: Resource, asked: Asked) -> Value[bool]:
        own = tuple(self._own(role, asked))
        answer = either((*own, *_attached(role, self._granting_near(role, asked))))
        if answer != Known(value=True):  # most apps answer here, and leave the templates of other stacks alone
            answer = either((*own, *_attached(role, self._granting_anywhere(asked))))
        return replace(answer, place=answer.place or role.place)

    def _own(self, role: Resource, asked: Asked) -> Iterator[Value[bool]]:
        """By what is written at the role itself."""
        place = role.place
        yield any_listed(role.properties.dig("Policies"), place, lambda found: _by_inline(found, asked, place))
        yield any_listed(role.properties.dig("ManagedPolicyArns"), place, lambda found: _by_arn(found, asked, role))

    def _granting_near(self, role: Resource, asked: Asked) -> tuple[Granting, ...]:
        """The policies beside a role, in its stack and the nested ones of it, that allow one of the actions, or may."""
        root = role.stack.root
        stacks = self._assembly.family(root, lambda document: document.may_have_type(*GRANTING))
        return self._granting(asked, root, (found for stack in stacks for found in stack.of_type(*GRANTING)))

    def _granting_anywhere(self, asked: Asked) -> tuple[Granting, ...]:
        """The policies of the app that allow one of the actions, or may."""
        return self._granting(asked, None, self._assembly.resources(*GRANTING))

    def _granting(self, asked: Asked, where: Stack | None, policies: Iterable[Resource]) -> tuple[Granting, ...]:
        """The policies that allow one of the actions, or may: read once for all roles."""
        key = (asked.actions, asked.role, asked.allows, where)
        if key not in self._read:
            granted = ((policy, _by_document(policy.properties, asked)) for policy in policies)
            self._read[key] = tuple(found for found in granted if found[1] != Known(value=False))
        return self._read[key]


def _attached(role: Resource, granting: Iterable[Granting]) -> Iterator[Value[bool]]:
    """By the policies of the app that name the role, or may."""
    for policy, granted in granting:
        names = policy.properties.dig("RoleName" if policy.type == ROLE_POLICY else "Roles")
        yield both([any_listed(names, policy.place, lambda found: _means(found, role)), granted])


def any_listed(found: Resolution, place: Place, judge: Callable[[Resolution], Value[bool]]) -> Value[bool]:
    """Whether an entry of a list is so, in all that the list and its entries may be; one thing is a list of itself."""

    def of_entry(entry: Resolution) -> Value[bool]:
        return choose([(when, judge(branch)) for when, branch in alternatives(entry)], reason_of(entry), place)

    def of_list(listed: Resolution) -> Value[bool]:
        if isinstance(listed, Literal) and isinstance(listed.node.raw, list):
            return either([of_entry(listed.node.child(i, raw).follow()) for i, raw in enumerate(listed.node.raw)])
        return Known(value=False) if isinstance(listed, Absent) else judge(listed)

    return choose([(when, of_list(branch)) for when, branch in alternatives(found)], reason_of(found), place)


def _by_inline(found: Resolution, asked: Asked, place: Place) -> Value[bool]:
    if isinstance(found, Absent):
        return Known(value=False)
    return _by_document(found.node, asked) if isinstance(found, Literal) else Unknown(reason_of(found), place)


def _by_arn(found: Resolution, asked: Asked, role: Resource) -> Value[bool]:
    """By a managed policy: one of AWS that the table knows, or one of the app."""
    if isinstance(found, Absent):
        return Known(value=False)
    if isinstance(found, Attribute):
        if found.resource.type == MANAGED_POLICY:
            return _by_document(found.resource.properties, asked)
        return Unknown(reason_of(found), role.place)
    if not asked.allows:
        return Known(value=False)  # what cannot be read is not taken for a denial
    text = found.node.text_with(lambda _: OPEN)
    by_aws = BY_AWS.fullmatch(text or "")
    if by_aws and (by_aws["name"] in asked.managed or asked.role):
        patterns = asked.managed.get(by_aws["name"], ())
        return Known(any(may_match(one.lower(), action.lower()) for one in patterns for action in asked.actions))
    name = by_aws["name"].rpartition("/")[2] if by_aws else text or "a managed policy"
    return Unknown(f"the permissions that {name} gives {role.logical_id} are unknown", found.node.place)


def _means(found: Resolution, role: Resource) -> Value[bool]:
    """Whether a name is that of a role; a literal one is not that of a role whose name CloudFormation makes up."""
    if isinstance(found, Absent):
        return Known(value=False)
    if isinstance(found, Attribute) and found.resource.type == ROLE:
        return Known(found.resource is role)
    answer = same(found, Attribute(role, "Ref"))
    if answer is None and not (isinstance(found, Literal) and isinstance(role.properties.dig("RoleName"), Absent)):
        return Unknown(f"whether a policy belongs to {role.logical_id} is decided when the stack is deployed")
    return Known(bool(answer))


def _by_document(holder: Node, asked: Asked) -> Value[bool]:
    """Whether a statement of a policy allows one of the actions."""
    return either([_by_statement(statement, asked) for statement in statements_of(holder)])


def _by_statement(statement: Statement | Unknown[Any], asked: Asked) -> Value[bool]:
    if isinstance(statement, Unknown):
        return Unknown(statement.reason, statement.place)
    about = any_of(covers(statement, action) for action in asked.actions)
    meant = _is_meant(statement, asked.role) if asked.role else True
    if about is False or meant is False or statement.allows is (not asked.allows):
        return Known(value=False, place=statement.node.place)
    if (
        not (about and meant)
        or statement.allows is None
        or statement.when
        or (asked.role and statement.says("Condition"))
    ):
        return Unknown("the effect of a policy statement is decided when the stack is deployed", statement.node.place)
    return Known(value=True, place=statement.node.place)


def _is_meant(statement: Statement, role: Resource) -> bool | None:
    """Whether a statement is about a role; None where that is open."""
    if statement.says("NotResource"):
        return None
    return any_entry(statement.node, "Resource", lambda entry: _fits(entry, role))


def _fits(found: Resolution, role: Resource) -> bool | None:
    """Whether what a statement names is a role; a pattern is matched where the role's ARN is known."""
    arn = Attribute(role, "Arn")
    if is_pattern(found):
        return fits_arn(found, arn)
    is_named, is_known = not isinstance(role.properties.dig("RoleName"), Absent), expression(found).text is not None
    answer = same_arn(found, arn)
    return False if answer is None and is_known and not is_named else answer
