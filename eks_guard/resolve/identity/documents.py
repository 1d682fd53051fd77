"""The statements of IAM policy documents, written as objects or as JSON text; what is not understood is unknown.

A property of type Json also takes text, which templates use because CloudFormation takes no intrinsic as a key:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import (
    Absent,
    Attribute,
    Choice,
    Literal,
    Resolution,
    Unresolved,
    alternatives,
    reason_of,
)
from eks_guard.assembly.stack import Node
from eks_guard.matching import regex
from eks_guard.model.describe import as_written
from eks_guard.model.identity import OPEN, UNREAD
from eks_guard.model.value import Unknown, together
from eks_guard.records import dataclass
from eks_guard.resolve.identity.issuers import cuts_something_else

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from eks_guard.model.value import When

TRUST = "AssumeRolePolicyDocument"
"""The property of a role that says who may assume it."""
ASSUME = "sts:AssumeRole"
OIDC_PROVIDERS = ("Custom::AWSCDKOpenIdConnectProvider", "AWS::IAM::OIDCProvider")
_PARTS_OF_ISSUERS = {
    "OpenIdConnectIssuer": "issuer",
    "OpenIdConnectIssuerHost": "host",
    "OpenIdConnectIssuerId": "id",
}
"""The attributes of a cluster that are its issuer without the scheme, and what that is made of."""
_BEGIN, _END = "\ue000", "\ue001"
_PART = regex(f"{_BEGIN}(\\d+){_END}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a document, as an object; `when` is what must hold for it to be there."""

    node: Node
    when: When = ()

    def says(self, key: str) -> bool:
        """Whether something is written at a key."""
        return key in self.node.raw

    @property
    def is_no_trust(self) -> bool:
        """Whether IAM refuses it in the trust policy of a role, which cannot say whom it does not mean.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        """
        return self.says("NotPrincipal")

    @property
    def allows(self) -> bool | None:
        """Whether its effect is to allow; None where that is open."""
        return one_answer(self.node.dig("Effect"), lambda found: _is_text(found, "allow", absent=True))


def statements_of(holder: Node, key: str = "PolicyDocument") -> tuple[Statement | Unknown[Any], ...]:
    """The statements of the document at a key; an unknown for each that cannot be read."""
    return tuple(_in_document(document_at(holder, key), ()))


def document_at(holder: Node, key: str) -> Resolution:
    """What a property of type Json holds: an object, also where it is written as text."""
    found = holder.dig(key)
    if isinstance(found, Absent) or (isinstance(found, Literal) and not isinstance(found.node.raw, str)):
        return found
    if not (isinstance(holder.raw, dict) and key in holder.raw):  # it is behind an intrinsic
        return found
    at = holder.child(key, holder.raw[key])
    parsed = _parsed(at)
    if parsed:
        return parsed
    is_broken = (text_at(at) or "").lstrip().startswith("{")
    return Unresolved(at, "its text is not JSON as it is written") if is_broken else found


def entries_of(statement: Node, key: str) -> tuple[Resolution, ...]:
    """What stands at `Action`, `Resource` or a principal: what each entry of a list leads to, or the one thing.

    An entry of one branch of a condition is a choice between that entry and nothing.
    """
    found = statement.dig(key)
    if not isinstance(found, Choice):
        return _entries(found)
    return tuple(
        Choice(found.node, found.reason, ((when, entry), ((*when, ("otherwise", "")), Absent(found.node))))
        for when, branch in alternatives(found)
        for entry in _entries(branch)
    )


def any_entry(statement: Node, key: str, ask: Callable[[Resolution], bool | None]) -> bool | None:
    """Whether one of the entries at a key is so, in each branch; None where branches or entries leave that open."""
    branches = (branch for _, branch in alternatives(statement.dig(key)))
    answers = {any_of(one_answer(entry, ask) for entry in _entries(branch)) for branch in branches}
    return answers.pop() if len(answers) == 1 else None


def _entries(found: Resolution) -> tuple[Resolution, ...]:
    if isinstance(found, Literal) and isinstance(found.node.raw, list):
        return tuple(entry.follow() for entry in found.node.items() or ())
    return () if isinstance(found, Absent) else (found,)


def covers(statement: Statement, action: str) -> bool | None:
    """Whether a statement is about an action, in any letters or as a pattern; None where that is open."""
    if statement.says("NotAction"):
        named = any_entry(statement.node, "NotAction", lambda entry: _names(entry, action))
        return None if named is None else not named
    plain = _plain(statement.node.raw.get("Action"))
    if plain:  # as most are
        return any(may_match(text.lower(), action.lower()) for text in plain)
    return any_entry(statement.node, "Action", lambda entry: _names(entry, action))


def _plain(raw: Any) -> list[str]:
    """The entries of a list of texts that lead nowhere else; none where the list, or one of them, is something else."""
    texts = raw if isinstance(raw, list) else [raw]
    return texts if all(isinstance(text, str) and "resolve:" not in text for text in texts) else []


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """True if one is, whatever the others are; else None if one is; else False."""
    given = list(answers)
    return True if True in given else None if None in given else False


def may_match(pattern: str, text: str) -> bool:
    """Whether a pattern of IAM matches a text; an open part of the pattern may be anything."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    return fnmatchcase(text, pattern.replace("[", "[[]"))  # IAM knows no brackets


def marked(part: Resolution) -> str:
    """`$` for a part that only the deployment knows; what its form tells is kept, because a key must fit it."""
    if isinstance(part, Attribute):
        if part.resource.type in OIDC_PROVIDERS and part.name in ("Ref", "Arn"):
            return f"arn:{OPEN}"
        if part.name == "OpenIdConnectIssuerUrl":
            return f"https://{OPEN}"
        if part.name in _PARTS_OF_ISSUERS:
            return f"{OPEN}<{_PARTS_OF_ISSUERS[part.name]} of {part.resource.stack.id}/{part.resource.logical_id}>"
    return f"{OPEN}{UNREAD}" if isinstance(part, Unresolved) and cuts_something_else(part.node) else OPEN


def text_at(node: Node) -> str | None:
    """A text with a mark for each open part; None where it is no text."""
    return node.text_with(marked)


def _in_document(found: Resolution, when: When) -> Iterator[Statement | Unknown[Any]]:
    for also, document in alternatives(found):
        both = together(when, also)
        if both is None or isinstance(document, Absent):
            continue
        if isinstance(document, Unresolved) or (isinstance(document, Literal) and isinstance(document.node.raw, str)):
            document = _parsed(document.node) or document  # noqa: PLW2901 (the same document, as an object)
        if isinstance(document, Literal) and isinstance(document.node.raw, dict):
            yield from _in_list(document.node.dig("Statement"), both)
        else:
            yield _unread(document)


def _in_list(found: Resolution, when: When) -> Iterator[Statement | Unknown[Any]]:
    for also, listed in alternatives(found):
        both = together(when, also)
        if both is None or isinstance(listed, Absent):
            continue
        if isinstance(listed, Literal) and isinstance(listed.node.raw, list):
            for index, raw in enumerate(listed.node.raw):
                yield from _in_list(listed.node.child(index, raw).follow(), both)
        elif isinstance(listed, Literal) and isinstance(listed.node.raw, dict):
            yield Statement(listed.node, both)
        else:
            yield _unread(listed)


def _unread(found: Resolution) -> Unknown[Any]:
    node = found.resource.properties if isinstance(found, Attribute) else found.node
    if isinstance(found, Literal):
        return Unknown(f"found {as_written(node.raw)}, expected a policy document", node.place)
    return Unknown(reason_of(found), node.place)


def _parsed(node: Node) -> Literal | None:
    """A document that is written as JSON text, with its open parts in place; None where it is no such text."""
    parts: list[Resolution] = []

    def placeholder(part: Resolution) -> str:
        parts.append(part)
        return f"{_BEGIN}{len(parts) - 1}{_END}"

    text = node.text_with(placeholder)
    try:
        parsed = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        return None
    return Literal(Node(node.stack, node.pointer, _filled(parsed, parts))) if isinstance(parsed, dict) else None


def _filled(value: Any, parts: list[Resolution]) -> Any:
    """Parsed JSON with what a placeholder stands for in its place; a key keeps a mark."""
    if isinstance(value, dict):
        return {_PART.sub(lambda m: marked(parts[int(m[1])]), key): _filled(item, parts) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, parts) for item in value]
    if not (isinstance(value, str) and _BEGIN in value):
        return value
    pieces = [parts[int(piece)] if index % 2 else piece for index, piece in enumerate(_PART.split(value))]
    pieces = [piece for piece in pieces if piece != ""]
    return pieces[0] if len(pieces) == 1 else {"Fn::Join": ["", pieces]}


def _names(entry: Resolution, action: str) -> bool | None:
    if isinstance(entry, Literal):
        return isinstance(entry.node.raw, str) and may_match(entry.node.raw.lower(), action.lower())
    if isinstance(entry, Absent):
        return False
    text = None if isinstance(entry, Attribute) else text_at(entry.node)
    return None if text is None or may_match(text.lower().replace(OPEN, "*"), action.lower()) else False


def _is_text(found: Resolution, text: str, *, absent: bool) -> bool | None:
    match found:
        case Literal(node):
            return str(node.raw).lower() == text
        case Absent():
            return absent
    return None


def one_answer(found: Resolution, ask: Callable[[Resolution], bool | None]) -> bool | None:
    """The answer for all that a value may be; None where they differ."""
    answers = {ask(branch) for _, branch in alternatives(found)}
    return answers.pop() if len(answers) == 1 else None
