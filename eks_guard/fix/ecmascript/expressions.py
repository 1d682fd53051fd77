"""What an expression of TypeScript or JavaScript is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.ecmascript.grammar import LOGICAL, WRAPPERS, string_of
from eks_guard.fix.shapes import (
    Branch,
    Call,
    Entries,
    Entry,
    Items,
    Lambda,
    Literal,
    Member,
    Name,
    Nothing,
    Opaque,
    Shape,
    Text,
)
from eks_guard.fix.syntax import text_of

if TYPE_CHECKING:
    from eks_guard.fix.syntax import Node


def shape(node: Node) -> Shape:  # noqa: C901, PLR0912 (a table of the grammar)
    """Return what an expression is, without parentheses and type assertions around it."""
    while node.type in WRAPPERS and node.named_children:
        node = node.named_children[0]
    match node.type:
        case "identifier" | "shorthand_property_identifier":
            return Nothing() if text_of(node) == "undefined" else Name(text_of(node))
        case "undefined" | "null":
            return Nothing()
        case "true" | "false" | "number":
            return Literal(text_of(node))
        case "member_expression" if (
            not any(child.type == "optional_chain" for child in node.children)
            and (of := node.child_by_field_name("object"))
            and (name := node.child_by_field_name("property"))
        ):
            return Member(of, text_of(name), name)
        case "new_expression" | "call_expression":
            return _call(node)
        case "object":
            return _object(node)
        case "array":
            items = tuple(child for child in node.named_children if child.type != "comment")
            return Items(node, items, any(item.type == "spread_element" for item in items))
        case "string":
            return Text(string_of(node)) if not _escaped(node) else Opaque("a text with escapes")
        case "template_string" if not any(c.type == "template_substitution" for c in node.named_children):
            return Text(text_of(node)[1:-1]) if not _escaped(node) else Opaque("a text with escapes")
        case "ternary_expression":
            return Branch()
        case "binary_expression" if any(text_of(child) in LOGICAL for child in node.children):
            return Branch()
        case "arrow_function" | "function_expression":
            return Lambda(node)
    return Opaque("an expression")


def _call(node: Node) -> Shape:
    callee = node.child_by_field_name("constructor") or node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    if callee is None or arguments is None or arguments.type != "arguments":
        return Opaque("a call without arguments")
    found = tuple(child for child in arguments.named_children if child.type != "comment")
    return Call(node, callee, found, arguments, None, any(child.type == "spread_element" for child in found))


def _object(node: Node) -> Entries:
    parts = tuple(child for child in node.named_children if child.type != "comment")
    entries, spreads, hidden = [], [], False
    for part in parts:
        key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
        if part.type == "shorthand_property_identifier":
            entries.append(Entry(text_of(part), part, part))
        elif part.type == "spread_element" and part.named_children:
            spreads.append(part.named_children[0])
        elif part.type == "pair" and key is not None and value is not None and key.type != "computed_property_name":
            entries.append(Entry(string_of(key) if key.type == "string" else text_of(key), value, part))
        else:
            hidden = True
    return Entries(node, "object", tuple(entries), tuple(spreads), parts, hidden)


def _escaped(node: Node) -> bool:
    return any(child.type == "escape_sequence" for child in node.named_children)
