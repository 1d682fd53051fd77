"""The questions that `fix` asks of TypeScript and JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.ecmascript.expressions import shape
from eks_guard.fix.ecmascript.grammar import CLASSES, DECLARATIONS, FUNCTIONS, WRAPPERS
from eks_guard.fix.ecmascript.modules import files, imported_by, required_by, star_exports
from eks_guard.fix.ecmascript.scopes import binding, exported, mentions
from eks_guard.fix.returns import returned
from eks_guard.fix.shapes import Import
from eks_guard.fix.syntax import ancestors, text_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fix.syntax import Node


class EcmaScript:
    """One dialect for both: the grammar of TypeScript only adds to that of JavaScript."""

    name = "ecmascript"
    functions = FUNCTIONS
    classes = CLASSES

    shape = staticmethod(shape)
    binding = staticmethod(binding)
    mentions = staticmethod(mentions)
    exported = staticmethod(exported)
    star_exports = staticmethod(star_exports)
    files = staticmethod(files)

    def member_reads(self, scope: Node, name: str) -> Iterator[Node]:
        for node in walk(scope):
            if node.type in ("property_identifier", "shorthand_property_identifier_pattern") and text_of(node) == name:
                parent = node.parent
                if parent is not None and parent.type in ("member_expression", "object_pattern", "pair_pattern"):
                    yield node

    def results(self, function: Node) -> list[Node] | None:
        body = function.child_by_field_name("body")
        if body is None:
            return None
        if body.type != "statement_block":
            return [body]
        return returned(body, FUNCTIONS | CLASSES)

    def name_of(self, definition: Node) -> str | None:
        named = definition.child_by_field_name("name")
        if definition.type == "method_definition" and named is not None and text_of(named) == "constructor":
            holder = next((node for node in ancestors(definition) if node.type in CLASSES), None)
            return self.name_of(holder) if holder is not None else None
        if named is not None:
            return text_of(named)
        parent = definition.parent
        while parent is not None and parent.type in WRAPPERS:
            parent = parent.parent
        holds = ("variable_declarator", "public_field_definition", "field_definition")
        if parent is None or parent.type not in holds:
            return None
        named = parent.child_by_field_name("name") or parent.child_by_field_name("property")
        return text_of(named) if named is not None and not named.type.endswith("_pattern") else None

    def bases(self, class_node: Node) -> list[Node]:
        heritage = next((child for child in class_node.named_children if child.type == "class_heritage"), None)
        if heritage is None:
            return []
        clause = next((child for child in heritage.named_children if child.type == "extends_clause"), None)
        if clause is None:
            return [child for child in heritage.named_children if child.type != "implements_clause"]
        value = clause.child_by_field_name("value")
        return [value] if value is not None else []

    def is_super(self, callee: Node) -> bool:
        return callee.type == "super"

    def field(self, class_node: Node, name: str) -> list[Node]:
        values = []
        for node in walk(class_node):
            if node.type in ("public_field_definition", "field_definition"):
                named = node.child_by_field_name("name") or node.child_by_field_name("property")
                value = node.child_by_field_name("value")
                if named is not None and value is not None and text_of(named) == name:
                    values.append(value)
            elif node.type == "assignment_expression":
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                if left is not None and right is not None and text_of(left) == f"this.{name}":
                    values.append(right)
            elif node.type in ("required_parameter", "optional_parameter") and any(
                child.type in ("accessibility_modifier", "readonly") for child in node.children
            ):
                pattern = node.child_by_field_name("pattern")
                if pattern is not None and text_of(pattern) == name:
                    values.append(pattern)
        return values

    def is_self(self, node: Node) -> bool:
        return node.type == "this"

    def imports(self, root: Node) -> list[Import]:
        found = []
        for child in root.named_children:
            if child.type == "import_statement":
                found += imported_by(child)
            elif child.type in DECLARATIONS:
                found += [imported for part in child.named_children for imported in required_by(part, child)]
        return found

    def spelled(self, camel: str) -> str:
        return camel


def _named(node: Node, name: str) -> bool:
    named = node.child_by_field_name("name")
    return node.type == "method_definition" and named is not None and text_of(named) == name
