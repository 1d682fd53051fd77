"""The kinds of nodes in tree-sitter's grammar of Python that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.syntax import text_of

if TYPE_CHECKING:
    from eks_guard.fix.syntax import Node

FUNCTIONS = frozenset({"function_definition", "lambda"})
CLASSES = frozenset({"class_definition"})
COMPREHENSIONS = frozenset(
    {"list_comprehension", "dictionary_comprehension", "set_comprehension", "generator_expression"}
)


def is_name(node: Node, name: str) -> bool:
    """Return whether a node is an identifier of that name."""
    return node.type == "identifier" and text_of(node) == name
