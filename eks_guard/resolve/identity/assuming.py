"""Whether a role lets another take it: by its name, or by the account of both; conditions count, and denials.

A role that is trusted by its account needs a policy of its own as well, one that is named in the same account does not:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.equality import same, same_arn
from eks_guard.assembly.following.expressions import expression
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, alternatives
from eks_guard.assembly.stack import Node
from eks_guard.matching import regex
from eks_guard.model.value import Known, Unknown, Value, either
from eks_guard.records import dataclass, replace
from eks_guard.resolve.identity.conditions import Caller, Met, is_met
from eks_guard.resolve.identity.documents import ASSUME, TRUST, Statement, covers, entries_of, statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.value import Place

NO = Known(value=False)
_ACCOUNT = regex(r"\d{12}|arn:[^:]*:iam::\d{12}:root")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether a role trusts a caller by its name, and as one of its account; `refusal` is why not, in words."""

    by_name: Value[bool]
    by_account: Value[bool]
    refusal: str

    @property
    def any(self) -> Value[bool]:
        """Whether it trusts the caller at all."""
        return either([self.by_name, self.by_account])


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one principal of a statement means for a caller."""

    by_name: Value[bool]
    by_account: Value[bool]
    denies: bool
    refusal: str


def trust_in(role: Resource, caller: Caller) -> Trust:
    """Return whether the trust of a role lets a caller take it."""
    if any(isinstance(one, Statement) and one.is_no_trust for one in statements_of(role.properties, TRUST)):
        return Trust(replace(NO, place=role.place), NO, "whose trust has NotPrincipal, which IAM refuses")
    answers = list(_answers(role, caller))
    granted = [answer for answer in answers if not answer.denies]
    named = either([answer.by_name for answer in granted])
    account = either([answer.by_account for answer in granted])
    denied = either([value for answer in answers if answer.denies for value in (answer.by_name, answer.by_account)])
    refusal = next((answer.refusal for answer in granted if answer.refusal), "which does not trust it")
    if isinstance(denied, Unknown):
        return Trust(_perhaps(named, denied), _perhaps(account, denied), refusal)
    if denied.value:
        return Trust(replace(NO, place=denied.place), NO, "whose trust denies it that")
    return Trust(named, account, refusal)


def _perhaps(granted: Value[bool], denied: Unknown[bool]) -> Value[bool]:
    return denied if isinstance(granted, Known) and granted.value else granted


def _answers(role: Resource, caller: Caller) -> Iterator[_Answer]:
    for statement in statements_of(role.properties, TRUST):
        if isinstance(statement, Unknown):
            reason = f"the trust policy of {role.logical_id} is unknown: {statement.reason}"
            yield _Answer(Unknown(reason, statement.place), NO, denies=False, refusal="")
            continue
        about = covers(statement, ASSUME)
        if about is False:
            continue
        met = is_met(statement, caller)
        for principal in _principals(statement):
            answer = _judged(role, statement, principal, caller, Met(about and met.answer, met.refusal))
            yield answer
            if statement.allows is None:
                yield replace(answer, denies=True)


def _judged(role: Resource, statement: Statement, principal: Resolution, caller: Caller, met: Met) -> _Answer:
    """What a statement means for one of its principals; `met`: whether it is about this, and its conditions are met."""
    place = _place(principal, statement.node)
    denies = statement.allows is False
    named, account = _is_caller(principal, caller), _is_account(principal, caller)
    sure = met.answer is True and statement.allows is not None and not statement.when
    elsewhere = account is False and named is not True and _is_some_account(principal)
    refusal = "which trusts another account" if elsewhere else met.refusal
    return _Answer(
        _valued(named, met.answer, sure=sure, place=place, role=role),
        _valued(account, met.answer, sure=sure, place=place, role=role),
        denies=denies,
        refusal=refusal if named or account or elsewhere else "",
    )


def _valued(meant: bool | None, applies: bool | None, *, sure: bool, place: Place, role: Resource) -> Value[bool]:
    if meant is False or applies is False:
        return Known(value=False, place=place)
    if meant and sure:
        return Known(value=True, place=place)
    what = "whom" if meant is None else "under which conditions"
    return Unknown(f"{what} {role.logical_id} trusts is decided when the stack is deployed", place)


def _place(principal: Resolution, statement: Node) -> Place:
    return statement.place if isinstance(principal, Attribute) else principal.node.place


def _principals(statement: Statement) -> Iterator[Resolution]:
    """What stands at the AWS principals of a statement, in all that it may be."""
    for _, found in alternatives(statement.node.dig("Principal")):
        if isinstance(found, Literal) and isinstance(found.node.raw, dict):
            for entry in entries_of(found.node, "AWS"):
                yield from (branch for _, branch in alternatives(entry))
        elif not isinstance(found, Absent):
            yield found


def _is_caller(principal: Resolution, caller: Caller) -> bool | None:
    """Whether a principal is the caller's role. A literal name is not the one that CloudFormation makes up."""
    if isinstance(principal, Absent):
        return False
    if isinstance(principal, Attribute) and principal.resource.type.startswith("AWS::IAM::") and caller.role:
        return principal.resource is caller.role and principal.name == "Arn"
    answer = same_arn(principal, caller.arn)
    text = expression(principal).text
    if answer is None and text is not None and caller.has_made_up_name and ":assumed-role/" not in text:
        return False
    return None if text and ":assumed-role/" in text else answer


def _is_account(principal: Resolution, caller: Caller) -> bool | None:
    """Whether a principal means every role of the caller's account; one that is written out, where that is open."""
    if isinstance(principal, Absent | Attribute):
        return False
    if expression(principal).text == "*" or (caller.stack.environment.account is None and _is_some_account(principal)):
        return True
    beginning = principal.node.text_with(lambda _: "")
    if beginning is not None and beginning.startswith("arn:"):
        return same_arn(principal, Node(caller.stack, (), {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}))
    return same(principal, Node(caller.stack, (), {"Ref": "AWS::AccountId"}))


def _is_some_account(principal: Resolution) -> bool:
    """Whether a principal is an account that is written out."""
    text = None if isinstance(principal, Attribute) else principal.node.text_with(lambda _: "")
    return text is not None and _ACCOUNT.fullmatch(text) is not None
