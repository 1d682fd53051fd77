"""What a function returns, in any of the languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from eks_guard.fix.syntax import Node


def returned(body: Node, inner: Collection[str]) -> list[Node] | None:
    """Return the values that a body returns; None if it may end without one.

    `inner` are the kinds of nodes that have a body of their own: functions and classes.
    """
    returns = [node for node in _own(body, inner) if node.type == "return_statement"]
    values = [child for node in returns for child in node.named_children if child.type != "comment"]
    ends = [child for child in body.named_children if child.type != "comment"][-1:]
    return values if ends and ends[0].type == "return_statement" and len(values) == len(returns) else None


def _own(body: Node, inner: Collection[str]) -> Iterator[Node]:
    """Yield the nodes of a function without those of the functions and classes in it."""
    stack = [body]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in node.named_children if child.type not in inner)
