"""The text that `Fn::Join` and `Fn::Sub` put together, in pieces: what is known, and what only a deployment knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.dynamic import with_dynamic
from eks_guard.assembly.following.resolution import MAX_HOPS, Choice, Literal, Unresolved, choice, endless, reason_of
from eks_guard.assembly.stack import Node
from eks_guard.matching import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution

MAX_TEXT = 4 * 1024 * 1024
"""A longer text is not put together; CloudFormation takes templates of 1 MB."""
LONG = 16 * 1024
"""A longer text is put together once for each place."""
TOO_LONG = f"produces a text of more than {MAX_TEXT} characters"
TEXTS = ("Fn::Join", "Fn::Sub", "Fn::ToJsonString")
_VARIABLE = regex(r"\$\{(!?)([^${}]*)\}")


def whole_text_of(follow: Follow, node: Node) -> str | None:
    """The text that a node makes; None where a part of it is open, or it is longer than MAX_TEXT."""
    pieces = list(parts_of(follow, node))
    texts = [piece for piece in pieces if isinstance(piece, str)]
    return "".join(texts) if len(texts) == len(pieces) and sum(map(len, texts)) <= MAX_TEXT else None


def parts_of(follow: Follow, node: Node, hops: int = 0) -> Iterator[str | Resolution]:
    """The pieces of a text: what is literal as text, what is not as what it leads to.

    Where they have more than MAX_TEXT characters, one that `is_too_long` stands for the rest.
    """
    if isinstance(node.raw, str):
        return with_dynamic(_pieces(follow, node, hops), node)
    known = follow.memory.texts.get((node.stack, node.pointer, id(node.raw)))
    if known:
        return iter(known[1])
    return _remembered(follow, node, _within_limits(follow, node, with_dynamic(_pieces(follow, node, hops), node)))


def _remembered(follow: Follow, node: Node, pieces: Iterator[str | Resolution]) -> Iterator[str | Resolution]:
    """Remember a long text, unless a part of it is open: that may depend on who asks."""
    made: list[str | Resolution] = []
    length = 0
    for piece in pieces:
        made.append(piece)
        length += len(piece) if isinstance(piece, str) else 0
        yield piece
    is_long = length > LONG or any(map(is_too_long, made[-1:]))
    if is_long and all(isinstance(piece, str) or is_too_long(piece) for piece in made):
        follow.memory.texts[node.stack, node.pointer, id(node.raw)] = node.raw, made


def _within_limits(follow: Follow, node: Node, pieces: Iterator[str | Resolution]) -> Iterator[str | Resolution]:
    """Count the pieces of a text that is put together, and leave out what is too much for one text."""
    length = 0
    for piece in pieces:
        if isinstance(piece, str):
            length += len(piece)
        if length > MAX_TEXT or is_too_long(piece):
            yield Unresolved(node, TOO_LONG)
            return
        if isinstance(piece, str):
            follow.assembly.root.budget.write(len(piece))
        yield piece


def is_too_long(piece: str | Resolution) -> bool:
    """Whether a piece stands for the rest of a text that is not put together."""
    return isinstance(piece, Unresolved) and piece.reason == TOO_LONG


def _pieces(follow: Follow, node: Node, hops: int) -> Iterator[str | Resolution]:
    follow.assembly.root.budget.step()
    if hops > MAX_HOPS:
        yield endless(node)
        return
    match node.raw:
        case str() as text if hops or not text.startswith("resolve:"):  # inside another text it is no reference
            yield text
        case {"Fn::Join": [str() as separator, list() as items]}:
            inside = node.child("Fn::Join", None).child(1, items)
            for index, item in enumerate(items):
                if index and separator:
                    yield separator
                yield from _pieces(follow, inside.child(index, item), hops + 1)
        case {"Fn::Join": [str() as separator, dict() as items]}:
            yield from _joined(follow, node, separator, node.child("Fn::Join", None).child(1, items), hops)
        case {"Fn::Join": _}:
            yield Unresolved(node, "Fn::Join is not written as CloudFormation expects")
        case {"Fn::ToJsonString": value}:
            yield from _json_text(follow, node, value, hops)
        case {"Fn::Sub": _}:
            yield from _sub_parts(follow, node, hops)
        case _:
            yield from _followed_pieces(follow, node, hops + 1)


def _joined(follow: Follow, node: Node, separator: str, items: Node, hops: int) -> Iterator[str | Resolution]:
    """Yield the pieces of a list that another function makes, with the separator between them."""
    match follow.follow(items, hops + 1):
        case Literal(Node(raw=list()) as at):
            yield from _pieces(follow, _join(at, separator), hops + 1)
        case Choice(_, reason, branches):
            joined = ((when, _joined_branch(follow, node, separator, branch, hops)) for when, branch in branches)
            yield choice(node, reason, joined)
        case found:
            yield Unresolved(node, reason_of(found))


def _joined_branch(follow: Follow, node: Node, separator: str, found: Resolution, hops: int) -> Resolution:
    if isinstance(found, Literal) and isinstance(found.node.raw, list):
        return follow.follow(_join(found.node, separator), hops + 1)
    return Unresolved(node, reason_of(found))


def _join(items: Node, separator: str) -> Node:
    return Node(items.stack, items.pointer, {"Fn::Join": [separator, items.raw]})


def is_written_at(piece: str | Resolution, node: Node) -> bool:
    """Whether a piece is the very text that it should be a piece of, as that cannot be taken apart."""
    return isinstance(piece, Unresolved) and piece.node.raw is node.raw


def _followed_pieces(follow: Follow, node: Node, hops: int) -> Iterator[str | Resolution]:
    found = follow.follow(node, hops)
    if isinstance(found, Literal) and isinstance(found.node.raw, str | int | float):
        yield as_text(found.node.raw)
    elif is_too_long(found):
        yield found
    elif isinstance(found, Unresolved | Choice) and is_text(found.node) and found.node.raw is not node.raw:
        yield from _pieces(follow, found.node, hops)  # chosen by Fn::If, or passed to a nested stack
    else:
        yield found


def is_text(node: Node) -> bool:
    """Whether a function at a node puts a text together."""
    return isinstance(node.raw, dict) and len(node.raw) == 1 and next(iter(node.raw)) in TEXTS


def _sub_parts(follow: Follow, node: Node, hops: int) -> Iterator[str | Resolution]:
    raw = node.raw["Fn::Sub"]
    template, own = (raw[0], raw[1]) if isinstance(raw, list) and len(raw) == 2 else (raw, {})  # noqa: PLR2004
    if not isinstance(template, str) or not isinstance(own, dict):
        yield Unresolved(node, "Fn::Sub is not written as CloudFormation expects")
        return
    for literal, name in split_sub(template):
        if name is None:
            yield literal
        elif name in own:
            yield from _pieces(follow, node.child("Fn::Sub", None).child(1, None).child(name, own[name]), hops + 1)
        else:
            reference: dict[str, Any] = {"Fn::GetAtt": name.split(".", 1)} if "." in name else {"Ref": name}
            yield from _pieces(follow, Node(node.stack, node.pointer, reference), hops + 1)


def _json_text(follow: Follow, node: Node, value: Any, hops: int) -> Iterator[str | Resolution]:
    if node.stack.has_language_extensions:
        yield from _json_pieces(follow, node.child("Fn::ToJsonString", value), hops + 1)
    else:
        yield Unresolved(node, "Fn::ToJsonString needs the transform AWS::LanguageExtensions")


def _json_pieces(follow: Follow, node: Node, hops: int) -> Iterator[str | Resolution]:
    """Yield the JSON of a value; what is open in it is taken for text."""
    if is_text(node):
        yield '"'
        for piece in _pieces(follow, node, hops + 1):
            yield _escaped(follow, node, piece) if isinstance(piece, str) else piece
        yield '"'
        return
    found = follow.follow(node, hops + 1)
    if isinstance(found, Literal) and isinstance(found.node.raw, dict | list):
        yield from _json_items(follow, found.node, hops + 1)
    elif isinstance(found, Literal):
        yield json.dumps(found.node.raw)
    else:
        yield '"'
        yield found
        yield '"'


def _escaped(follow: Follow, node: Node, piece: str) -> str | Unresolved:
    """A piece of a text inside JSON: up to twice as long at each level, which is counted where it is made."""
    made = json.dumps(piece)[1:-1] if len(piece) <= MAX_TEXT else piece
    if len(made) > MAX_TEXT:
        return Unresolved(node, TOO_LONG)
    follow.assembly.root.budget.write(len(made))
    return made


def _json_items(follow: Follow, node: Node, hops: int) -> Iterator[str | Resolution]:
    is_object = isinstance(node.raw, dict)
    yield "{" if is_object else "["
    between = ""
    for key, raw in node.raw.items() if is_object else enumerate(node.raw):
        if raw == {"Ref": "AWS::NoValue"}:
            continue
        yield f"{between}{json.dumps(key)}:" if is_object else between
        yield from _json_pieces(follow, node.child(key, raw), hops + 1)
        between = ","
    yield "}" if is_object else "]"


def split_sub(template: str) -> Iterator[tuple[str, str | None]]:
    """The pieces of a `Fn::Sub` text: a literal with None, or an empty text with the name of a variable."""
    end = 0
    for match in _VARIABLE.finditer(template):
        if match.start() > end:
            yield template[end : match.start()], None
        if match[1]:
            yield f"${{{match[2]}}}", None
        else:
            yield "", match[2].strip()
        end = match.end()
    if end < len(template):
        yield template[end:], None


def as_text(value: Any) -> str:
    """A scalar as CloudFormation writes it into text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
