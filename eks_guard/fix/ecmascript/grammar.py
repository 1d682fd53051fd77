"""The kinds of nodes in tree-sitter's grammars of TypeScript and JavaScript that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.syntax import text_of

if TYPE_CHECKING:
    from eks_guard.fix.syntax import Node

WRAPPERS = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"})
IDENTIFIERS = frozenset({"identifier", "shorthand_property_identifier"})
BLOCKS = frozenset({"statement_block", "program", "switch_case", "switch_default", "class_static_block"})
LOGICAL = frozenset({"||", "&&", "??"})
DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})
FUNCTION_DECLARATIONS = frozenset({"function_declaration", "generator_function_declaration"})
LOOPS = frozenset({"for_in_statement", "for_statement", "catch_clause"})
FUNCTIONS = FUNCTION_DECLARATIONS | {"function_expression", "arrow_function", "method_definition"}
CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})


def string_of(node: Node) -> str:
    """Return what stands between the quotes of a text."""
    return text_of(node)[1:-1]


def is_name(node: Node, name: str) -> bool:
    """Return whether a node is an identifier of that name."""
    return node.type == "identifier" and text_of(node) == name
