"""Whether the conditions of a statement are met when a role of the app takes another.

The caller is a Lambda function that sends no external id, no tags and no token:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.equality import same, same_arn
from eks_guard.assembly.following.expressions import expression
from eks_guard.assembly.following.resolution import Absent, Literal
from eks_guard.assembly.stack import Node
from eks_guard.records import dataclass
from eks_guard.resolve.identity.arn_patterns import fits_arn, is_pattern
from eks_guard.resolve.identity.documents import any_of, document_at, entries_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.resolve.identity.documents import Statement

EXTERNAL_ID = "sts:externalid"
NEVER_SENT = {
    EXTERNAL_ID: "whose trust asks for an external id, which the handler does not send",
    "aws:multifactorauthpresent": "whose trust asks for a second factor, which the handler does not have",
    "aws:multifactorauthage": "whose trust asks for a second factor, which the handler does not have",
    "sts:sourceidentity": "whose trust asks for a source identity, which the handler does not send",
}
"""Keys that a call of the handler does not bring, and what that means for it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A role that takes others: what its ARN is, the resource where it is one of the app, and where it calls from."""

    arn: Resolution
    role: Resource | None
    stack: Stack

    @property
    def has_made_up_name(self) -> bool:
        """Whether CloudFormation makes up the name of the role."""
        return self.role is not None and isinstance(self.role.properties.dig("RoleName"), Absent)


Judge: TypeAlias = "Callable[[str, str, tuple[Resolution, ...]], Met]"
"""Whether an operator holds for a key and its values."""


@dataclass(frozen=True, slots=True)
class Met:
    """Whether conditions are met; None where that is open.

    `refusal` is why they are not, in words, and `open_key` the key, as it is written, that is open.
    """

    answer: bool | None
    refusal: str = ""
    open_key: str = ""


def is_met(statement: Statement, caller: Caller) -> Met:
    """Return whether all conditions of a statement are met when a role takes another."""
    return met_by(statement, lambda operator, key, values: _of_key(operator, key, values, caller))


def met_by(statement: Statement, judge: Judge) -> Met:
    """Return whether all conditions of a statement are met, each judged by operator and key, in small letters."""
    found = document_at(statement.node, "Condition")
    if isinstance(found, Absent):
        return Met(answer=True)
    if not (isinstance(found, Literal) and isinstance(found.node.raw, dict)):
        return Met(answer=None)
    answers = [_of_operator(str(name), found.node.child(name, raw), judge) for name, raw in found.node.raw.items()]
    refused = next((met for met in answers if met.answer is False), None)
    return refused or next((met for met in answers if met.answer is None), Met(answer=True))


def _of_operator(operator: str, node: Node, judge: Judge) -> Met:
    block = node.follow()
    if not (isinstance(block, Literal) and isinstance(block.node.raw, dict)):
        return Met(answer=None)
    for key in block.node.raw:
        met = judge(operator.lower(), key.lower(), entries_of(block.node, key))
        if met.answer is not True:
            return met if met.answer is False else Met(None, met.refusal, str(key))
    return Met(answer=True)


def _of_key(operator: str, key: str, values: tuple[Resolution, ...], caller: Caller) -> Met:
    if key in NEVER_SENT:
        return never_sent(operator, key, values)
    if key == "aws:principalarn":
        return Met(compared(operator, [_is_pattern_of(value, caller) for value in values]))
    if key == "aws:principalaccount":
        own = Node(caller.stack, (), {"Ref": "AWS::AccountId"})
        return Met(compared(operator, [same(value, own) for value in values]), "which trusts another account")
    return Met(answer=None)


def never_sent(operator: str, key: str, values: tuple[Resolution, ...]) -> Met:
    """Return whether an operator holds for a key of NEVER_SENT."""
    answer = _without_key(operator, values)
    return Met(answer, "" if answer else NEVER_SENT[key])


def _without_key(operator: str, values: tuple[Resolution, ...]) -> bool | None:
    """Whether an operator holds where the request does not have the key."""
    if operator == "null":
        texts = [expression(value).text for value in values]
        return None if None in texts else "true" in [str(text).lower() for text in texts]
    return operator.endswith("ifexists") or operator.startswith("forallvalues:") or "not" in operator


def compared(operator: str, equal: list[bool | None]) -> bool | None:
    """Return whether an operator holds, by whether each of its values is equal to what is sent."""
    bare = operator.removesuffix("ifexists").rpartition(":")[2]
    met = any_of(equal)
    if bare in ("stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase"):
        return met
    if bare in ("stringnotequals", "stringnotlike", "arnnotequals", "arnnotlike", "stringnotequalsignorecase"):
        return None if met is None else not met
    return None


def _is_pattern_of(value: Resolution, caller: Caller) -> bool | None:
    """Whether a pattern fits the ARN of the caller."""
    if is_pattern(value):
        return fits_arn(value, caller.arn)
    answer = same_arn(value, caller.arn)
    is_known = expression(value).text is not None
    return False if answer is None and is_known and caller.has_made_up_name else answer
