"""References in other spellings."""

from __future__ import annotations

import base64
from typing import Any

from walking import escaped, is_intrinsic


def ref_by_sub(node: dict[str, Any]) -> Any:
    return {"Fn::Sub": f"${{{node['Ref']}}}"} if _is_plain_ref(node) else node


def ref_by_join(node: dict[str, Any]) -> Any:
    return {"Fn::Join": ["", [node]]} if _is_plain_ref(node) else node


def ref_by_select(node: dict[str, Any]) -> Any:
    return {"Fn::Select": [0, [node, "another"]]} if _is_plain_ref(node) else node


def _is_plain_ref(node: dict[str, Any]) -> bool:
    """A reference that is text: one to a list of parameters is a list, and one to nothing is nothing."""
    return isinstance(node.get("Ref"), str) and node["Ref"] != "AWS::NoValue" and not node["Ref"].endswith("List")


def getatt_dotted(node: dict[str, Any]) -> Any:
    argument = node.get("Fn::GetAtt")
    return {"Fn::GetAtt": ".".join(argument)} if _is_plain_getatt(node) and argument else node


def getatt_by_sub(node: dict[str, Any]) -> Any:
    argument = node.get("Fn::GetAtt")
    return {"Fn::Sub": f"${{{'.'.join(argument)}}}"} if _is_plain_getatt(node) and argument else node


def _is_plain_getatt(node: dict[str, Any]) -> bool:
    argument = node.get("Fn::GetAtt")
    return isinstance(argument, list) and all(isinstance(part, str) for part in argument)


def join_in_a_join(node: dict[str, Any]) -> Any:
    match node.get("Fn::Join"):
        case ["", list() as pieces] if len(pieces) > 1:
            return {"Fn::Join": ["", [{"Fn::Join": ["", pieces[:1]]}, {"Fn::Join": ["", pieces[1:]]}]]}
    return node


def join_by_sub(node: dict[str, Any]) -> Any:
    match node.get("Fn::Join"):
        case ["", list() as pieces] if all(_fits_sub(piece) for piece in pieces):
            return {"Fn::Sub": "".join(_in_sub(piece) for piece in pieces)}
    return node


def _fits_sub(piece: Any) -> bool:
    return isinstance(piece, str) or (is_intrinsic(piece) and (_is_plain_ref(piece) or _is_plain_getatt(piece)))


def _in_sub(piece: Any) -> str:
    if isinstance(piece, str):
        return escaped(piece)
    name, argument = next(iter(piece.items()))
    return f"${{{argument if name == 'Ref' else '.'.join(argument)}}}"


def sub_by_variables(node: dict[str, Any]) -> Any:
    """Give each reference of a Join to a Sub as a variable."""
    match node.get("Fn::Join"):
        case ["", list() as pieces]:
            variables = {f"V{i}": piece for i, piece in enumerate(pieces) if not isinstance(piece, str)}
            names = iter(variables)
            text = "".join(escaped(p) if isinstance(p, str) else f"${{{next(names)}}}" for p in pieces)
            return {"Fn::Sub": [text, variables]} if variables else node
    return node


def base64_by_hand(node: dict[str, Any]) -> Any:
    """Write a text as Fn::Base64 encodes it."""
    text = node.get("Fn::Base64")
    return base64.b64encode(text.encode()).decode() if isinstance(text, str) else node
