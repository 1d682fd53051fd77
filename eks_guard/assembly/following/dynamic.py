"""Dynamic references: texts that CloudFormation or EC2 replaces when the stack is deployed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html (`resolve:ssm:`)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Choice, DynamicReference, Literal, Unresolved, reason_of
from eks_guard.assembly.stack import Node
from eks_guard.matching import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.following.resolution import Resolution

_MARK = "{{resolve:"
_END = "}}"
_WHOLE = regex(r"\{\{resolve:([^:{}]+):((?:[^{}]|\{(?!\{)|\}(?!\}))*)\}\}")
_AT_LAUNCH = "resolve:ssm:"


def literal_or_dynamic(node: Node) -> Literal | Unresolved:
    """Return a node as the literal that it is, unresolved if it is a text with a dynamic reference in it."""
    text = node.raw
    if not isinstance(text, str) or _AT_LAUNCH[:8] not in text:
        return Literal(node)
    if text.startswith(_AT_LAUNCH):
        reference = DynamicReference("ssm", _unversioned(text.removeprefix(_AT_LAUNCH)), text)
        return Unresolved(node, f"{text} is read by EC2 when an instance is launched", reference)
    match = _WHOLE.search(text)
    if match is None:
        return Literal(node)
    found = _unresolved(node, match[0], alone=match[0] == text)
    value = _given(found)
    return found if value is None else Literal(Node(node.stack, node.pointer, value))


def with_dynamic(pieces: Iterable[str | Resolution], node: Node) -> Iterator[str | Resolution]:
    """Replace each dynamic reference inside the pieces of a text by one unresolved piece."""
    held: list[str | Resolution] = []
    for piece in pieces:
        if not held and not (isinstance(piece, str) and _MARK in piece):
            yield piece
            continue
        held.append(piece)
        if isinstance(piece, str):
            complete, held = _closed(held, node)
            yield from complete
    yield from held


def _closed(held: list[str | Resolution], node: Node) -> tuple[list[str | Resolution], list[str | Resolution]]:
    """Return what is complete, and what may go on in the next piece."""
    complete: list[str | Resolution] = []
    while held:
        last = held.pop()
        assert isinstance(last, str), "a reference ends in a text"
        if not held:
            before, mark, last = last.partition(_MARK)
            if before:
                complete.append(before)
            if not mark:
                return complete, []
            last = mark + last
        end = last.find(_END)
        if end < 0:
            return complete, [*held, last]
        complete += _together([*held, last[: end + len(_END)]], node)
        rest = last[end + len(_END) :]
        held = [rest] if rest else []
    return complete, []


def _together(inside: list[str | Resolution], node: Node) -> list[str | Resolution]:
    """Return one piece for a reference; its own pieces where conditions choose them, as each branch has a reference."""
    chosen = [piece for piece in inside if isinstance(piece, Choice)]
    if chosen and all(isinstance(piece, str | Choice) for piece in inside):
        return inside
    reference = _spanning(inside, node)
    return [_given(reference) or reference]


def _spanning(inside: list[str | Resolution], node: Node) -> Unresolved:
    """Return the dynamic reference that these pieces make together."""
    open_piece = next((piece for piece in inside if not isinstance(piece, str)), None)
    if open_piece is None:
        return _unresolved(node, "".join(str(piece) for piece in inside), alone=True)
    shown = "".join(piece if isinstance(piece, str) else "…" for piece in inside)
    service = shown.removeprefix(_MARK).partition(":")[0]
    reason = f"{shown} is read when the stack is deployed, and {reason_of(open_piece)}"
    return Unresolved(node, reason, DynamicReference(service, None, shown))


def _given(found: Unresolved) -> str | None:
    """Return what was given as the value of the SSM parameter that a reference asks for."""
    reference = found.dynamic
    if reference is None or not reference.service.startswith("ssm"):
        return None
    return found.node.stack.follower.assembly.given.of_ssm(reference.path)


def _unresolved(node: Node, reference: str, *, alone: bool) -> Unresolved:
    match = _WHOLE.fullmatch(reference)
    service, key = (match[1], match[2]) if match else ("", "")
    path = _unversioned(key) if service in ("ssm", "ssm-secure") else key
    holds = "" if alone else "holds "
    which = "" if alone else ", which"
    reason = f"{holds}{reference}{which} is read when the stack is deployed"
    return Unresolved(node, reason, DynamicReference(service, path if alone else None, reference))


def _unversioned(key: str) -> str:
    """Return the name of an SSM parameter without the version behind it."""
    name, _, version = key.rpartition(":")
    return name if name and version.isdecimal() else key
