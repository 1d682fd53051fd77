"""The resolution of a text out of the pieces that it is made of."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from eks_guard.assembly.following.dynamic import literal_or_dynamic
from eks_guard.assembly.following.resolution import (
    Choice,
    Literal,
    Unresolved,
    alternatives,
    choice,
    reason_of,
)
from eks_guard.assembly.following.texts import MAX_TEXT, TOO_LONG, as_text, is_too_long, parts_of
from eks_guard.assembly.stack import Node
from eks_guard.model.value import MAX_CANDIDATES, together
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.model.value import When


def text_of(follow: Follow, node: Node, placeholder: Callable[[Resolution], str]) -> str | None:
    """The text that a node makes, with a placeholder for each part that only a deployment knows.

    None where the node is no text and cannot be followed to one, or is longer than MAX_TEXT.
    """
    return text_from(parts_of(follow, node), placeholder)


def text_from(pieces: Iterable[str | Resolution], placeholder: Callable[[Resolution], str]) -> str | None:
    """The text that pieces of one make, as `text_of`."""
    parts: list[str] = []
    length = 0
    for part in pieces:
        if isinstance(part, Literal) or is_too_long(part):
            return None
        parts.append(part if isinstance(part, str) else placeholder(part))
        length += len(parts[-1])
        if length > MAX_TEXT:
            return None
    return "".join(parts)


def composed(node: Node, pieces: Sequence[str | Resolution]) -> Resolution:
    """Return the text that the pieces make at this node: a text of one reference and nothing else is that reference."""
    pieces = [piece for piece in pieces if piece != ""]
    if len(pieces) == 1 and not isinstance(pieces[0], str):
        return _alone(node, pieces[0])
    blank = next((piece for piece in pieces if not isinstance(piece, str | Choice)), None)
    if blank is not None:
        dynamic = blank.dynamic if isinstance(blank, Unresolved) else None
        return Unresolved(node, reason_of(blank), replace(dynamic, path=None) if dynamic else None)
    chosen = next((piece for piece in pieces if isinstance(piece, Choice)), None)
    if chosen is not None:
        return _each(node, pieces, chosen.reason)
    if sum(len(str(piece)) for piece in pieces) > MAX_TEXT:
        return Unresolved(node, TOO_LONG)
    return literal_or_dynamic(Node(node.stack, node.pointer, "".join(str(piece) for piece in pieces)))


def _alone(node: Node, piece: Resolution) -> Resolution:
    """Return the piece as it is where it becomes a text."""
    match piece:
        case Literal(at) if isinstance(at.raw, str | int | float):
            return Literal(replace(at, raw=as_text(at.raw)))
        case Choice(at, reason, branches):
            return choice(at, reason, [(when, _alone(node, branch)) for when, branch in branches])
        case Unresolved():
            return piece
        case Literal():
            return Unresolved(node, reason_of(piece))
    return piece


def _each(node: Node, pieces: Sequence[str | Resolution], reason: str) -> Resolution:
    """Return the choice between the texts that the pieces make under each combination of conditions."""
    cases = combinations(pieces)
    if cases is None:
        return Unresolved(node, reason)
    for _, texts in cases:
        node.stack.follower.assembly.root.budget.write(sum(len(text) for text in texts if isinstance(text, str)))
    return choice(node, reason, [(when, composed(node, combination)) for when, combination in cases])


def combinations(pieces: Sequence[str | Resolution]) -> list[tuple[When, list[str | Resolution]]] | None:
    """Return what the pieces are under each combination of conditions; None where there are too many."""
    options = [
        [((), piece)] if isinstance(piece, str) else list(islice(alternatives(piece), MAX_CANDIDATES + 1))
        for piece in pieces
    ]
    cases: list[tuple[When, list[str | Resolution]]] = []
    for tried, combination in enumerate(product(*options)):
        when = together(*(holds for holds, _ in combination))
        if tried > MAX_CANDIDATES * MAX_CANDIDATES or len(cases) > MAX_CANDIDATES:
            return None
        if when is not None:
            cases.append((when, [_scalar(piece) for _, piece in combination]))
    return cases


def _scalar(piece: str | Resolution) -> str | Resolution:
    scalar = isinstance(piece, Literal) and isinstance(piece.node.raw, str | int | float)
    return as_text(piece.node.raw) if isinstance(piece, Literal) and scalar else piece
