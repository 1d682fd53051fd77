"""The user data that instances start with, as text: out of `Fn::Base64`, or out of the encoding itself."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Choice, Literal, Unresolved, reason_of
from eks_guard.model.value import Known, Unknown, Value, choose
from eks_guard.resolve.read import text_in_pieces

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node
    from eks_guard.model.value import Place

ENCODED = "Fn::Base64"


def read_user_data(node: Node, *keys: str) -> Value[str | None]:
    """The text at `keys`, `${…}` in it for each part that only the deployment knows; None where there is none."""
    return _decoded(node.dig(*keys), node.place)


def _decoded(found: Resolution, place: Place) -> Value[str | None]:
    match found:
        case Absent(node):
            return Known(None, node.place)
        case Choice(node, reason, branches):
            return choose([(when, _decoded(branch, place)) for when, branch in branches], reason, node.place)
        case Unresolved(node) if isinstance(node.raw, dict) and ENCODED in node.raw:
            return _plain(node.child(ENCODED, node.raw[ENCODED]))
        case Literal(node) if isinstance(node.raw, str):
            return _from_base64(node)
        case Unresolved(node, reason):
            return Unknown(reason, node.place)
    return Unknown(reason_of(found), place)


def _plain(inside: Node) -> Value[str | None]:
    """The text inside `Fn::Base64`; a condition around all of it gives one text for each branch."""
    found = inside.follow()
    if isinstance(found, Choice):
        branches = [(when, _of_branch(branch, inside)) for when, branch in found.branches]
        return choose(branches, found.reason, inside.place)
    return _written(inside)


def _of_branch(found: Resolution, inside: Node) -> Value[str | None]:
    match found:
        case Absent():
            return Known(None, inside.place)
        case Literal(node) | Unresolved(node):
            return _written(node)
    return Unknown(reason_of(found), inside.place)


def _written(node: Node) -> Value[str | None]:
    text = text_in_pieces(node)
    if text is None:
        return Unknown("its user data is decided when the stack is deployed", node.place)
    return Known(text, node.place)


def _from_base64(node: Node) -> Value[str | None]:
    try:
        return Known(base64.b64decode(node.raw, validate=True).decode("utf-8"), node.place)
    except ValueError:  # no base64 (binascii.Error is one), no ASCII, or no UTF-8
        return Unknown("its user data is neither Fn::Base64 nor base64 text", node.place)
