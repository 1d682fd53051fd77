"""How a file uses a name: who reads it, writes into what it holds, passes it on, or knows it by another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.shapes import Call
from eks_guard.fix.syntax import text_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fix.source import Source, Spot
    from eks_guard.fix.syntax import Node

CHANGES = (".update", ".pop", ".setdefault", ".clear")
"""Methods of a dict that change it."""


def uses_name(source: Source, text: str) -> bool:
    """Return whether a file uses a name: by itself, as a member of something, or under another name."""
    dialect = source.dialect
    used = any(True for _ in dialect.mentions(source.root, text)) or any(
        True for _ in dialect.member_reads(source.root, text)
    )
    return used or is_renamed(source, text)


def writes(source: Source, name: str) -> Iterator[Node]:
    """Yield the places that assign a property of anything but `this` or `self`, also by its name as text."""
    for node in walk(source.root):
        if node.type in ("member_expression", "attribute"):
            of, member = node.child_by_field_name("object"), node.child_by_field_name("property")
            member = member or node.child_by_field_name("attribute")
            named = member is not None and text_of(member) == name
            if named and of is not None and not source.dialect.is_self(of) and is_written(node):
                yield node
        elif node.type in ("subscript_expression", "subscript"):
            by_text = f"[{name!r}]" in text_of(node).replace('"', "'")
            yield from [node] if by_text and is_written(node) else []


def is_renamed(source: Source, text: str) -> bool:
    """Return whether a file imports or exports a name under another one."""
    for node in walk(source.root):
        if node.type in ("import_specifier", "export_specifier", "aliased_import", "pair_pattern"):
            inner = node.child_by_field_name("name") or node.child_by_field_name("key")
            outer = node.child_by_field_name("alias") or node.child_by_field_name("value")
            if inner is not None and outer is not None and text_of(inner) == text != text_of(outer):
                return True
    return False


def is_read(node: Node) -> bool:
    """Return whether one property of a name is read there."""
    parent = node.parent
    return parent is not None and parent.type in ("member_expression", "attribute") and not is_written(parent)


def is_written(member: Node) -> bool:
    """Return whether a member is assigned there."""
    parent = member.parent
    assigns = parent is not None and parent.type in ("assignment_expression", "assignment", "augmented_assignment")
    return assigns and parent is not None and parent.named_children[0] == member


def is_given_to_super(source: Source, node: Node) -> bool:
    """Return whether a name is handed to the constructor of the base class."""
    call = node.parent.parent if node.parent is not None else None
    shape = source.dialect.shape(call) if call is not None else None
    return isinstance(shape, Call) and source.dialect.is_super(shape.callee)


def is_mutated(spot: Spot, text: str, scope: Node) -> bool:
    """Return whether something writes into the object that a name holds."""
    for node in spot.source.dialect.mentions(scope, text):
        parent = node.parent
        if parent is not None and parent.type in (
            "member_expression",
            "attribute",
            "subscript_expression",
            "subscript",
        ):
            called = parent.parent is not None and parent.parent.type == "call"
            if is_written(parent) or (called and parent.type == "attribute" and text_of(parent).endswith(CHANGES)):
                return True
        if parent is not None and parent.parent is not None and text_of(parent.parent).startswith("Object.assign("):
            return True
    return False


def holds(outer: Spot, inner: Spot) -> bool:
    """Return whether a place is inside another."""
    same = outer.source.path == inner.source.path
    return same and outer.node.start_byte <= inner.node.start_byte and inner.node.end_byte <= outer.node.end_byte
