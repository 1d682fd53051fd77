"""What an expression of Python is."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from eks_guard.matching import regex

if TYPE_CHECKING:
    from eks_guard.fix.syntax import Node

_PLAIN = regex(r"""(?:"[^"\\]*"|'[^'\\]*')""")


def shape(node: Node) -> Shape:  # noqa: C901 (a table of the grammar)
    """Return what an expression is, without parentheses around it."""
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    match node.type:
        case "identifier":
            return Name(text_of(node))
        case "none":
            return Nothing()
        case "true" | "false" | "integer" | "float":
            return Literal(text_of(node))
        case "attribute" if (of := node.child_by_field_name("object")) and (
            name := node.child_by_field_name("attribute")
        ):
            return Member(of, text_of(name), name)
        case "call":
            return _call(node)
        case "dictionary":
            return _dictionary(node)
        case "list":
            items = tuple(child for child in node.named_children if child.type != "comment")
            return Items(node, items, any(item.type == "list_splat" for item in items))
        case "string" if _PLAIN.fullmatch(text_of(node)):
            return Text(text_of(node)[1:-1])
        case "conditional_expression" | "boolean_operator":
            return Branch()
        case "lambda":
            return Lambda(node)
    return Opaque("an expression")


def _call(node: Node) -> Shape:
    callee, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if callee is None or listed is None or listed.type != "argument_list":
        return Opaque("a call")
    parts = tuple(child for child in listed.named_children if child.type != "comment")
    positional = tuple(p for p in parts if p.type not in ("keyword_argument", "dictionary_splat", "list_splat"))
    keywords = _entries(listed, "keywords", parts)
    spread = any(part.type == "list_splat" for part in parts)
    if text_of(callee) == "dict" and not positional and not spread:
        return keywords
    return Call(node, callee, positional, listed, keywords, spread)


def _dictionary(node: Node) -> Entries:
    return _entries(node, "dict", tuple(child for child in node.named_children if child.type != "comment"))


def _entries(node: Node, style: str, parts: tuple[Node, ...]) -> Entries:
    entries, spreads, hidden = [], [], False
    for part in parts:
        key = part.child_by_field_name("name" if part.type == "keyword_argument" else "key")
        value = part.child_by_field_name("value")
        if part.type == "keyword_argument" and key is not None and value is not None:
            entries.append(Entry(text_of(key), value, part))
        elif part.type == "pair" and key is not None and value is not None and _PLAIN.fullmatch(text_of(key)):
            entries.append(Entry(text_of(key)[1:-1], value, part))
        elif part.type == "dictionary_splat" and part.named_children:
            spreads.append(part.named_children[0])
        elif style == "dict" or part.type == "list_splat":
            hidden = True
    return Entries(node, style, tuple(entries), tuple(spreads), parts, hidden)
