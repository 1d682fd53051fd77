"""The questions that `fix` asks of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.python.expressions import shape
from eks_guard.fix.python.grammar import CLASSES, FUNCTIONS, is_name
from eks_guard.fix.python.modules import files, imported_by, star_exports
from eks_guard.fix.python.scopes import binding, declared, mentions
from eks_guard.fix.returns import returned
from eks_guard.fix.shapes import Binding, Import
from eks_guard.fix.syntax import ancestors, text_of, walk
from eks_guard.model.fix import snake_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fix.syntax import Node


class Python:
    """Python 3, as CDK apps are written in it."""

    name = "python"
    functions = FUNCTIONS
    classes = CLASSES

    shape = staticmethod(shape)
    binding = staticmethod(binding)
    mentions = staticmethod(mentions)
    star_exports = staticmethod(star_exports)
    files = staticmethod(files)

    def member_reads(self, scope: Node, name: str) -> Iterator[Node]:
        for node in walk(scope):
            parent = node.parent
            if is_name(node, name) and parent is not None and parent.type == "attribute":
                yield from [node] if parent.child_by_field_name("attribute") == node else []

    def results(self, function: Node) -> list[Node] | None:
        body = function.child_by_field_name("body")
        if body is None:
            return None
        if function.type == "lambda":
            return [body]
        return returned(body, FUNCTIONS | CLASSES)

    def name_of(self, definition: Node) -> str | None:
        named = definition.child_by_field_name("name")
        if definition.type == "function_definition" and named is not None and text_of(named) == "__init__":
            holder = next((node for node in ancestors(definition) if node.type in CLASSES), None)
            return self.name_of(holder) if holder is not None else None
        if named is not None:
            return text_of(named)
        parent = definition.parent
        left = parent.child_by_field_name("left") if parent is not None and parent.type == "assignment" else None
        return text_of(left) if left is not None and left.type == "identifier" else None

    def bases(self, class_node: Node) -> list[Node]:
        listed = class_node.child_by_field_name("superclasses")
        children = listed.named_children if listed is not None else []
        return [child for child in children if child.type in ("identifier", "attribute")]

    def is_super(self, callee: Node) -> bool:
        return text_of(callee).replace(" ", "") == "super().__init__"

    def field(self, class_node: Node, name: str) -> list[Node]:
        values = []
        for node in walk(class_node):
            if node.type == "assignment":
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                written = text_of(left) if left is not None else ""
                of_class = written == name and node.parent is not None and node.parent.parent is not None
                in_class = of_class and node.parent is not None and _block_of(node.parent) == class_node
                if right is not None and (written == f"self.{name}" or in_class):
                    values.append(right)
        return values

    def is_self(self, node: Node) -> bool:
        return is_name(node, "self")

    def imports(self, root: Node) -> list[Import]:
        return [item for child in root.named_children for item in imported_by(child)]

    def exported(self, root: Node, name: str) -> Binding | None:
        return declared(root, name)

    def spelled(self, camel: str) -> str:
        return snake_case(camel)


def _block_of(statement: Node) -> Node | None:
    """Return the class in whose body a statement stands."""
    block = statement.parent
    return block.parent if block is not None and block.type == "block" else None
