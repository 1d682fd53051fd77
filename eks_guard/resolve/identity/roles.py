"""The roles of an app, found by what names them: a reference, or an ARN that is spelled out.

Each stack of an app has roles, few stacks concern clusters: only templates that can have the wanted roles are parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.environment import pseudo_parameter
from eks_guard.assembly.following.equality import branches_of, same_arn
from eks_guard.assembly.following.expressions import Expression, expression
from eks_guard.assembly.following.expressions import Open as OpenPart
from eks_guard.assembly.following.resolution import Absent, Attribute, Unresolved, reason_of
from eks_guard.assembly.stack import Resource
from eks_guard.matching import regex
from eks_guard.model.resource import Link, Open
from eks_guard.model.value import Known, Unknown, Value, choose
from eks_guard.records import cached_property
from eks_guard.resolve.identity.permissions import ROLE
from eks_guard.resolve.read import link_of, read, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from eks_guard.assembly.documents import Document
    from eks_guard.assembly.following.expressions import Comparable
    from eks_guard.assembly.following.protocol import Assembly
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node
    from eks_guard.model.resource import ResourceId, Target
    from eks_guard.model.value import Place

NAMING = ("RoleName", "Fn::Transform", "Fn::ForEach")
"""One of these is in a template that gives a role a name, or leaves open whether it does."""
POLICY_ARN = regex(
    r"(?i:arn):(?P<partition>[\w-]+):(?i:iam)::(?P<owner>(?i:aws)|\d{12}):(?i:policy)/(?P<name>[\w+=,.@/-]+)"
)
"""The ARN of a policy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html"""
BY_AWS = regex(r"arn:(?P<partition>[^:]*):iam::aws:policy/(?P<name>[\w+=,.@/$-]+)")
"""The ARN of a policy that AWS manages, with `$` for each open part."""
LISTED, BOUNDARY = "ManagedPolicyArns", "PermissionsBoundary"
"""Where a role names policies."""
_OF_APP = regex(r"\$\{(?P<id>\w+)\.\w+\}")
"""What stands in a manifest for an attribute of a resource."""
FEDERATED = "Federated"
WEB_IDENTITY = "WebIdentity"


class Roles:
    """All roles of one assembly."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._meant: dict[Expression, Resource | None] = {}

    def of_id(self, wanted: ResourceId) -> Resource | None:
        """The role of an id; None where something else has it."""
        found = self._assembly.stack(wanted.stack).resources.get(wanted.logical_id)
        return found if found and found.type == ROLE else None

    @property
    def perhaps_federated(self) -> tuple[Resource, ...]:
        """All roles that trust an identity provider, among others."""
        return self._roles(_may_federate)

    def of_name(self, name: str) -> Resource | None:
        """The role with a name of its own; None where several roles of the app have it."""
        return self._by_name.get(name)

    def perhaps_called(self, text: str) -> tuple[Resource, ...]:
        """The roles that a text of a manifest may name: by its mark for one of the app, or by a name."""
        of_app = _OF_APP.fullmatch(text)
        if of_app:
            return tuple(role for role in self._assembly.resources(ROLE) if role.logical_id == of_app["id"])
        found = self.of_name(text)
        opened = (role for role in self.named if expression(role.properties.dig("RoleName")).text is None)
        return (found,) if found else tuple(opened)

    @cached_property
    def _by_name(self) -> Mapping[str, Resource | None]:
        """The roles whose name is literal; None where several roles share one."""
        found: dict[str, Resource | None] = {}
        for role in self.named:
            name = expression(role.properties.dig("RoleName")).text
            if name is not None:
                found[name] = None if name in found else role
        return found

    @cached_property
    def by_arn(self) -> Mapping[str, Resource]:
        """The roles whose ARN follows from what is written: account, path and name are literal."""
        return {arn.text: role for role, arn in self._arns if arn.text}

    @cached_property
    def _arns(self) -> tuple[tuple[Resource, Expression], ...]:
        """The roles with a name of their own, each with what its ARN is made of."""
        return tuple((role, expression(Attribute(role, "Arn"))) for role in self.named)

    def perhaps_meant_by(self, found: Comparable) -> tuple[ResourceId, ...]:
        """The roles with a name of their own that a text may turn out to name, where an account is open."""
        if isinstance(found, Attribute | Absent):
            return ()
        made = expression(found)
        return tuple(role.id for role, arn in self._arns if same_arn(made, arn) is not False)

    def meant_by(self, found: Comparable) -> Resource | None:
        """The role of the app that an ARN means; None for another one, and where it is open."""
        if isinstance(found, Attribute):
            return found.resource if found.resource.type == ROLE and found.name == "Arn" else None
        if isinstance(found, Absent):
            return None
        made = expression(found)
        if made not in self._meant:
            self._meant[made] = self.by_arn.get(made.text or "") or self._same_as(found, made)
        return self._meant[made]

    def _same_as(self, found: Comparable, made: Expression) -> Resource | None:
        mentioned = ((role, expression(Attribute(role, "Arn"))) for role in _mentioned_in(found))
        return next((role for role, arn in (*mentioned, *self._arns) if same_arn(made, arn)), None)

    def read(self, node: Node, *keys: str) -> Value[Target | None]:
        """The role whose ARN a property has in each branch; None where none is.

        It is one of the app also where the ARN is spelled out, with the name of the role or a reference to it.
        """
        return read(node, *keys, parse=text, absent=None, attribute=link_of, meant=self._meant_in)

    def _meant_in(self, found: Resolution, place: Place) -> Value[Target | None] | None:
        """The role of the app that something means, also in the branches of a text; None where it means none."""
        role = self.meant_by(found)
        if role is not None:
            return Known(link_to_role(role), place)
        cases = branches_of(expression(found)) if isinstance(found, Unresolved) else []
        if len(cases) < 2:  # noqa: PLR2004 (a text without branches)
            return None
        reason = reason_of(found)
        arns = [(when, Expression(parts)) for when, parts in cases]
        return choose([(when, self._of_branch(arn, reason, place)) for when, arn in arns], reason, place)

    def _of_branch(self, arn: Expression, reason: str, place: Place) -> Value[Target | None]:
        role = self.meant_by(arn)
        if role is not None:
            return Known(link_to_role(role), place)
        return Unknown(reason, place) if arn.text is None else Known(arn.text, place)

    def of_arn(self, arn: Expression) -> Target:
        """The role of the app that an ARN spells out, else the ARN; open where it may be one of the app."""
        role = self.meant_by(arn)
        if role is not None:
            return link_to_role(role)
        if arn.text is None:
            return Open("a role is decided when the stack is deployed")
        if self.perhaps_meant_by(arn):
            return Open(f"whether {arn.text} is a role of the app is known only after deployment")
        return arn.text

    @cached_property
    def named(self) -> tuple[Resource, ...]:
        """The roles with a name of their own; CloudFormation makes up that of another."""
        return tuple(role for role in self._roles(_may_name) if not isinstance(role.properties.dig("RoleName"), Absent))

    def _roles(self, where: Callable[[Document], bool]) -> tuple[Resource, ...]:
        """The roles in some templates, one of each id."""
        return tuple({role.id: role for role in self._assembly.resources(ROLE, where=where)}.values())


def policies_written(role: Resource) -> tuple[str, ...] | None:
    """The paths and names of all policies of AWS that a role writes out.

    None where references may name others, and where something is written that is no policy in the role's partition.
    """
    properties = role.properties.raw
    if not isinstance(properties, dict) or any(key.startswith("Fn::") for key in properties):
        return None
    partition = pseudo_parameter("AWS::Partition", role.stack)
    return _policies_in([properties.get(key, []) for key in (LISTED, BOUNDARY)], partition)


def _policies_in(raw: object, partition: str | None) -> tuple[str, ...] | None:
    match raw:
        case list(entries):
            found = [_policies_in(entry, partition) for entry in entries]
            return None if None in found else tuple(name for names in found for name in names or ())
        case {"Fn::If": [_, *branches]}:
            return _policies_in(branches, partition)
        case {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, str(rest)]]}:
            return _policies_in(f"arn:{partition or 'aws'}{rest}", partition)
        case {"Fn::Sub": str(text)} if "${" not in (made := text.replace("${AWS::Partition}", partition or "aws")):
            return _policies_in(made, partition)
        case {"Ref": "AWS::NoValue"}:
            return ()
        case str(text):
            arn = POLICY_ARN.fullmatch(text)
            if arn is None or (partition and arn["partition"] != partition):
                return None
            return () if arn["owner"] != "aws" else (arn["name"],)
    return None


def link_to_role(role: Resource) -> Link:
    """The ARN of a role of the app."""
    return Link(role.id, role.type, "Arn")


def _mentioned_in(found: Comparable) -> Iterator[Resource]:
    """The roles whose made-up names are part of a text, as `arn:aws:iam::${AWS::AccountId}:role/${Role}`."""
    for part in expression(found).parts:
        if isinstance(part, OpenPart) and isinstance(part.scope, Resource) and part.scope.type == ROLE:
            yield part.scope


def _may_name(document: Document) -> bool:
    return any(document.mentions(word) for word in NAMING)


def _may_federate(document: Document) -> bool:
    """Whether a role in a template may trust an identity provider; a trust that is handed in is not in the template."""
    return document.hands_in_trust or any(map(document.mentions, (FEDERATED, WEB_IDENTITY)))
