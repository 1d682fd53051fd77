"""How what only a deployment knows is spelled: an ARN by its fields, an id or a name by the letters that it has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eks_guard.assembly.following.identifiers import made_of
from eks_guard.assembly.following.resolution import Attribute, Literal, Unresolved
from eks_guard.assembly.following.texts import as_text, is_text, is_written_at, parts_of
from eks_guard.assembly.stack import Node
from eks_guard.data import identifiers, letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.following.identifiers import Piece
    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.stack import Resource

PARAMETERS = ("Parameters",)
MAX_DEPTH = 8
"""Names made of names that are spelled out."""
_STACK_ID = "arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/${AWS::StackName}/"
"""A UUID follows: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html"""
_ANY_ID, _ID_OF_IAM = "^;,\\s", "^;\\s"
"""What the id or the ARN of a resource of AWS is written in; names of IAM may hold a comma."""
_OF_A_SCHEME = ("//", "https://")
"""An issuer without its scheme is a host and a path that hold neither."""
_BARS = "||"
"""No id and no ARN holds two bars: CloudFormation puts one between the parts of an id, and CDK cuts lists at two."""


def spelled(follow: Follow, pieces: Iterable[Piece], separator: str, depth: int = 0) -> Iterator[tuple[Piece, bool]]:
    """Yield the pieces of a text, and whether an open one certainly does not hold the separator."""
    for piece in pieces:
        inside = _inside(follow, piece) if depth <= MAX_DEPTH else None
        if isinstance(piece, str):
            yield piece, True
        elif inside is None or _lacks(piece, separator):
            yield piece, _lacks(piece, separator)
        else:
            for part, written_in in inside:
                for one, is_whole in spelled(follow, [part], separator, depth + 1):
                    yield one, is_whole or bool(written_in and _none_of(written_in, separator))


def _inside(follow: Follow, piece: Piece) -> list[tuple[Piece, str]] | None:
    """Return the pieces of an open piece with the letters of each, as far as they are known."""
    match piece:
        case Attribute(resource, name):
            of_name = letters().get(resource.type, "")
            made = made_of(resource, name)
            return None if made is None else [(part, of_name if is_name else "") for part, is_name in made]
        case Literal(Node(raw=str() | int() | float() as scalar)):
            return [(as_text(scalar), "")]
        case Unresolved(Node(raw={"Ref": "AWS::StackId"}) as node, reason):
            text = Node(node.stack, node.pointer, {"Fn::Sub": _STACK_ID})
            return [*((part, "") for part in parts_of(follow, text)), (Unresolved(node, reason), "0-9a-f-")]
        case Unresolved(Node(raw=dict()) as node) if is_text(node):
            parts = list(parts_of(follow, node))
            return None if any(is_written_at(part, node) for part in parts) else [(part, "") for part in parts]
    return None


def _lacks(piece: Piece, separator: str) -> bool:
    if isinstance(piece, Attribute) and piece.name == "OpenIdConnectIssuer":
        return separator in _OF_A_SCHEME
    if isinstance(piece, Unresolved) and piece.dynamic and piece.dynamic.path and piece.node.pointer[:1] != PARAMETERS:
        return separator not in piece.dynamic.text  # functions take the reference as it is written
    written_in = _letters(piece)
    return bool(written_in) and (separator == _BARS or _none_of(written_in, separator))


def _letters(piece: Piece) -> str:
    """Return the letters that an open piece is written in, as a set of a regular expression; empty for any."""
    match piece:
        case Attribute(resource, "Ref"):
            return _letters_of_name(resource) or _letters_of_id(resource)
        case Attribute(resource, "Arn"):
            return _letters_of_id(resource)
        case Attribute(_, name):
            return letters().get(name, "")
        case Unresolved(Node(raw={"Ref": str(name)})):
            return letters().get(name, "")
        case Unresolved(Node(raw={"Type": str(kind)}) as node) if node.pointer[:1] == ("Parameters",):
            return letters().get(kind, "")
    return ""


def _letters_of_name(resource: Resource) -> str:
    made_up = "Ref" in identifiers().get(resource.type, {}) and made_of(resource, "Ref") is None
    return letters().get("made up" if made_up else resource.type, "")


def _letters_of_id(resource: Resource) -> str:
    if resource.type.startswith("AWS::IAM::"):
        return _ID_OF_IAM
    return _ANY_ID if resource.type.startswith("AWS::") else ""


def _none_of(written_in: str, separator: str) -> bool:
    """Whether letters are none of the separator's: no part of it is then in a text, at its ends or across them."""
    return not re.search(f"[{written_in}]", separator)
