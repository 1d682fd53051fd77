"""What a role names as policies by texts, with every reference followed: policies of AWS, and what IAM takes for none.

IAM takes the ARN of a policy in the partition of the role, without blanks; it used to look at the name alone:
https://github.com/cloud-gov/aws-broker/issues/383
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.environment import pseudo_parameter
from eks_guard.assembly.following.equality import branches_of
from eks_guard.assembly.following.expressions import expression
from eks_guard.assembly.following.resolution import Absent, Attribute, reason_of
from eks_guard.matching import regex
from eks_guard.model.identity import OPEN, NamedPolicy
from eks_guard.model.nodes import OPEN_PIECE
from eks_guard.model.value import Known, Unknown, Value, choose
from eks_guard.records import replace
from eks_guard.resolve.identity.grants import any_listed
from eks_guard.resolve.identity.roles import BOUNDARY, BY_AWS, LISTED, POLICY_ARN

if TYPE_CHECKING:
    from eks_guard.assembly.following.equality import Flat
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.value import Place, When

Named: TypeAlias = tuple[str, str | None, str]
"""A text, its partition if it is an ARN, and the path and name in it."""
ALIKE = ("aws", "aws-cn", "aws-us-gov")
"""Partitions in which AWS has the same policies under the same paths."""
MEANT = {"AWS::Partition": "aws", "AWS::AccountId": "111122223333", "AWS::Region": "eu-north-1"}
"""How what only the deployment knows looks in any case: no part of an ARN is missing behind it."""
WHOLE = ("arn:aws:iam::aws:policy/any", "arn:aws:iam::111122223333:policy/any")
WRITTEN = "\N{FULLWIDTH DOLLAR SIGN}"
"""Stands for a `$` that is written, which is in no ARN."""
_PARTS = regex(r"[/:]")


def policies_named(role: Resource) -> tuple[NamedPolicy, ...]:
    """What a role names, or may name, and what is to be said of; each once."""
    return (*_at(role, LISTED), *_at(role, BOUNDARY))


def _at(role: Resource, key: str) -> tuple[NamedPolicy, ...]:
    written: dict[Named, Place] = {}
    listed, of_stack = role.properties.dig(key), pseudo_parameter("AWS::Partition", role.stack)

    def has(found: Resolution, wanted: Named | None) -> Value[bool]:
        if isinstance(found, Absent | Attribute):
            return Known(value=False)
        cases = _texts(found.node, of_stack)
        written.update({named: found.node.place for _, named in cases if named and named not in written})
        return choose([(when, Known(named == wanted)) for when, named in cases], reason_of(found), role.place)

    def policy(named: Named, at: Place) -> NamedPolicy:
        arn, partition, name = named
        value = any_listed(listed, role.place, partial(has, wanted=named))
        if isinstance(value, Unknown):
            value = replace(value, reason=f"whether the role names {name} is decided when the stack is deployed")
        return NamedPolicy(arn, partition, of_stack, name, value, key == BOUNDARY, at)

    any_listed(listed, role.place, partial(has, wanted=None))
    return tuple(policy(named, at) for named, at in tuple(written.items()))


def _texts(node: Node, of_stack: str | None) -> list[tuple[When, Named | None]]:
    """What is named in each case; None for a policy of an account, and for what may be the ARN of one."""
    cases = branches_of(expression(node.follow()))
    if not cases:
        text = node.text_with(lambda _: OPEN) or OPEN
        return [((), _named(text, text, of_stack))]
    return [(when, _named(_spelled(parts, {}), _spelled(parts, MEANT), of_stack)) for when, parts in cases]


def _spelled(parts: Flat, meant: dict[str, str]) -> str:
    """A text with `$` for its open parts; a `$` that is written, as in `${AWS::Region}` without Fn::Sub, is no such."""
    return "".join(
        part.replace(OPEN, WRITTEN) if isinstance(part, str) else meant.get(str(part.name), OPEN) for part in parts
    )


def _named(text: str, meant: str, of_stack: str | None) -> Named | None:
    if not _may_be_arn(meant):
        shown = text.replace(OPEN, OPEN_PIECE).replace(WRITTEN, OPEN)
        return shown, None, _PARTS.split(shown.strip())[-1]
    found = BY_AWS.fullmatch(text)
    if found:
        partition, name = found["partition"], found["name"]
        is_right = partition in ALIKE and of_stack in (partition, None)
        return (f"arn:{OPEN}:iam::aws:policy/{name}", OPEN, name) if is_right else (text, partition, name)
    found = POLICY_ARN.fullmatch(meant)
    if found and of_stack and found["partition"] != of_stack:
        return text, found["partition"], found["name"]
    return None


def _may_be_arn(text: str) -> bool:
    """Whether a text is the ARN of a policy, or may be made one by its open parts; an empty one may count as none."""
    start, is_open, _ = text.partition(OPEN)
    if not is_open:
        return not text or bool(POLICY_ARN.fullmatch(text))
    return any(POLICY_ARN.fullmatch(start + whole[cut:]) for whole in WHOLE for cut in range(len(whole)))
