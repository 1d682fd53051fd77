"""What kind of IAM principal an access entry names, also where only a part of its ARN is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.environment import pseudo_parameter
from eks_guard.assembly.following.equality import same
from eks_guard.assembly.stack import Node
from eks_guard.model import asked
from eks_guard.model.resource import Link
from eks_guard.model.value import OPEN_PART, OPEN_PARTS, Known, Unknown, Value, known_in, lift

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.model.resource import Target

IAM = "AWS::IAM::"
USER = f"{IAM}User"
LASTING_TYPES = (f"{IAM}Role", USER)
LASTING = ("role", "user", "root")
"""Kinds of principals that EKS takes: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html"""
ARN_PARTS, OPEN, OWN = 6, "*", "<own>"
SERVICE_LINKED = ("role", "aws-service-role")
"""What the resource in the ARN of a service-linked role begins with:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""


def is_lasting(principal: Value[Target | None], pieces: Value[str | None]) -> Value[bool]:
    """Whether the principal is named as EKS wants it; `pieces` is its ARN with `${…}` for the open parts."""
    written = _as_written(principal, pieces, _is_of_lasting)
    if written is not None:
        return written
    found = lift(_is_lasting, principal)
    if None in known_in(found):
        return Unknown("it is named by a resource that is neither a role nor a user", found.place)
    return lift(bool, found)


def is_role(principal: Value[Target | None], pieces: Value[str | None]) -> Value[bool]:
    """Whether the principal is a role; what is no ARN is not judged."""
    return _as_written(principal, pieces, _is_of_role) or lift(_is_role, principal)


def is_service_linked(principal: Value[Target | None], pieces: Value[str | None]) -> Value[bool]:
    """Whether the principal is a service-linked role, by the path in its ARN."""
    linked = lift(lambda found: isinstance(found, str) and bool(_has_path_of_services(found)), principal)
    return _as_written(principal, pieces, _has_path_of_services) or linked


def _as_written(
    principal: Value[Target | None], pieces: Value[str | None], judge: Callable[[str | None], bool | None]
) -> Known[bool] | None:
    """What the written parts of an ARN tell of a principal that is open; None where they do not."""
    written = judge(pieces.value) if isinstance(principal, Unknown) and isinstance(pieces, Known) else None
    return None if written is None else Known(written, principal.place)


def is_of_account(properties: Node, principal: Value[Target | None]) -> Value[bool]:
    """Whether the principal is of the account that the entry is made in; what names no account is not judged."""
    own = Node(properties.stack, (), {"Ref": "AWS::AccountId"})
    account = pseudo_parameter("AWS::AccountId", properties.stack)
    raw = properties.raw.get("PrincipalArn") if isinstance(properties.raw, dict) else None

    def is_own(target: Target | None) -> bool | None:
        pieces = target.split(":", 5) if isinstance(target, str) else []
        if len(pieces) < ARN_PARTS or not pieces[4] or pieces[4] == OWN:
            return True
        return None if account is None or OPEN in pieces[4] else pieces[4] == account

    if isinstance(principal, Unknown) and not principal.candidates:
        arn = properties.child("PrincipalArn", raw).text_with(lambda part: OWN if same(part, own) else OPEN)
        answer = is_own(arn) if arn and arn != OPEN else None
        also = f", and {asked.PSEUDO('AWS::AccountId')}" if account is None and not principal.branches else ""
        opened = Unknown[bool](f"{principal.reason}{also}", principal.place)
        return opened if answer is None else Known(answer, principal.place)
    found = lift(is_own, principal)
    if None in known_in(found):
        return Unknown(f"the account of the cluster is open: {asked.PSEUDO('AWS::AccountId')}", principal.place)
    return lift(bool, found)


def _is_lasting(target: Target | None) -> bool | None:
    """None for what another resource of the app answers, and True for what names nobody."""
    if isinstance(target, str):
        return not target or _is_of_lasting(target) is True
    if isinstance(target, Link) and target.type.startswith(IAM):
        return target.type in LASTING_TYPES and target.attribute == "Arn"
    return None if target else True


def _is_of_lasting(arn: str | None) -> bool | None:
    """Whether an ARN is that of a role or a user; None where that is open, or where it is no ARN."""
    pieces = OPEN_PARTS.sub(OPEN, arn or "").split(":", 5)
    if pieces[0] != "arn" or len(pieces) < ARN_PARTS:
        return None
    service, kind = pieces[2], pieces[-1].partition("/")[0]
    if OPEN in service or OPEN in kind:
        return None
    return service == "iam" and kind in LASTING


def _is_role(target: Target | None) -> bool:
    if isinstance(target, Link):
        return target.type != USER
    return not isinstance(target, str) or _is_of_role(target) is not False


def _is_of_role(arn: str | None) -> bool | None:
    """Whether an ARN is that of a role; None where that is open, or where it is no ARN."""
    lasting = _is_of_lasting(arn)
    return (arn or "").split(":", 5)[-1].startswith("role/") if lasting else lasting


def _has_path_of_services(arn: str | None) -> bool | None:
    """Whether an ARN is that of a service-linked role; None where that part of it is open."""
    kind, *path = (arn or "").rpartition(":")[2].split("/", 2)
    decisive = (kind, *path[:1]) if kind == "role" else (kind,)
    return None if any(OPEN_PART in piece for piece in decisive) else decisive == SERVICE_LINKED
