"""Source text as a syntax tree: the only module that imports tree-sitter."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast

import tree_sitter
import tree_sitter_javascript
import tree_sitter_python
import tree_sitter_typescript

if TYPE_CHECKING:
    from collections.abc import Iterator


GRAMMARS = {
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "tsx",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".py": "python",
}
"""The grammar by the ending of a file's name."""


class Node(Protocol):
    """A node of tree-sitter's, as far as it is used here; offsets and columns count bytes, rows from 0."""

    type: str
    text: bytes | None
    parent: Node | None
    children: list[Node]
    named_children: list[Node]
    named_child_count: int
    next_sibling: Node | None
    next_named_sibling: Node | None
    prev_sibling: Node | None
    start_byte: int
    end_byte: int
    start_point: tuple[int, int]
    end_point: tuple[int, int]
    has_error: bool

    def child_by_field_name(self, name: str, /) -> Node | None:
        """Return the child that the grammar gives a name."""

    def children_by_field_name(self, name: str, /) -> list[Node]:
        """Return all children that the grammar gives a name."""


def parse(content: bytes, grammar: str) -> Node:
    """Return the root of the tree; what does not parse is an error node somewhere in it (`has_error`)."""
    return cast("Node", _parser(grammar).parse(content).root_node)


@cache
def _parser(grammar: str) -> Any:
    languages = {
        "typescript": tree_sitter_typescript.language_typescript,
        "tsx": tree_sitter_typescript.language_tsx,
        "javascript": tree_sitter_javascript.language,
        "python": tree_sitter_python.language,
    }
    return tree_sitter.Parser(tree_sitter.Language(languages[grammar]()))


def text_of(node: Node) -> str:
    """Return the source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all named nodes below it, in the order of the text."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.named_children))


def ancestors(node: Node) -> Iterator[Node]:
    """Yield the nodes around a node, the innermost first."""
    current = node.parent
    while current is not None:
        yield current
        current = current.parent
