"""What a name means at a place in Python, and where else it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.python.grammar import CLASSES, COMPREHENSIONS, FUNCTIONS, is_name
from eks_guard.fix.python.modules import imported_by, known_as
from eks_guard.fix.shapes import Assigned, Binding, Defined, Parameter, Unsettled
from eks_guard.fix.syntax import ancestors, text_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fix.syntax import Node


def binding(node: Node, name: str) -> Binding | None:
    """Return what a name means at a node; None if the file does not say."""
    inside_function = False
    for scope in ancestors(node):
        found: Binding | None = None
        if scope.type in FUNCTIONS:
            found = _parameter(scope, name) or declared(scope, name)
            inside_function = True
        elif scope.type == "module" or (scope.type == "class_definition" and not inside_function):
            found = declared(scope, name)
        elif scope.type in COMPREHENSIONS and any(
            is_name(part, name)
            for clause in scope.named_children
            if clause.type == "for_in_clause"
            for part in walk(clause.child_by_field_name("left") or clause)
        ):
            found = Unsettled(f"`{name}` changes in a loop")
        if found is not None:
            return found
    return None


def mentions(scope: Node, name: str) -> Iterator[Node]:
    """Yield the places in a scope that use a name, without its declaration."""
    for node in walk(scope):
        if is_name(node, name) and not _is_declaring(node):
            yield node


def declared(scope: Node, name: str) -> Binding | None:  # noqa: C901, PLR0912 (each kind of declaration)
    """Return what a scope itself declares under a name; None if it declares nothing of that name."""
    found: list[Binding] = []
    for node in _own(scope):
        if node.type == "assignment":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and is_name(left, name) and right is not None:
                found.append(Assigned(right, scope))
            elif left is not None and left.type.startswith("pattern") and any(is_name(p, name) for p in walk(left)):
                found.append(Unsettled(f"`{name}` is unpacked"))
        elif node.type in ("for_statement", "augmented_assignment", "with_item", "named_expression"):
            left = node.child_by_field_name("left") or node.child_by_field_name("name") or node
            if any(is_name(part, name) for part in walk(left)) and node.type != "with_item":
                found.append(Unsettled(f"`{name}` changes in a loop or is assigned more than once"))
            elif node.type == "with_item" and any(
                part.type == "as_pattern_target" and text_of(part) == name for part in walk(node)
            ):
                found.append(Unsettled(f"`{name}` comes from a context manager"))
        elif node.type in ("global_statement", "nonlocal_statement", "delete_statement"):
            if any(is_name(part, name) for part in walk(node)):
                found.append(Unsettled(f"`{name}` is changed from several functions"))
        elif node.type in FUNCTIONS | CLASSES and node != scope:
            named = node.child_by_field_name("name")
            if named is not None and text_of(named) == name:
                found.append(Defined(node, scope))
        elif node.type in ("import_statement", "import_from_statement"):
            found += [item for item in imported_by(node) if known_as(item) == name]
    elsewhere = scope.type == "module" and any(
        node.type == "global_statement" and any(is_name(part, name) for part in walk(node)) for node in walk(scope)
    )
    if len(found) > 1 or (found and elsewhere):
        return Unsettled(f"`{name}` is assigned more than once")
    return found[0] if found else None


def _own(scope: Node) -> Iterator[Node]:
    """Yield the nodes of a scope without those of the functions and classes in it."""
    body = scope.child_by_field_name("body") or scope
    stack = list(reversed(body.named_children))
    while stack:
        node = stack.pop()
        yield node
        if node.type not in FUNCTIONS | CLASSES:
            stack.extend(reversed(node.named_children))


def _parameter(function: Node, name: str) -> Binding | None:
    parameters = function.child_by_field_name("parameters")
    index = 0
    for child in parameters.named_children if parameters is not None else ():
        if child.type in ("keyword_separator", "positional_separator", "comment"):
            continue
        named = child.child_by_field_name("name") or child
        if child.type == "typed_parameter":
            named = child.named_children[0]
        if named.type.endswith("splat_pattern"):
            if any(is_name(part, name) for part in walk(named)):
                return Unsettled(f"`{name}` collects the remaining arguments")
        elif is_name(named, name):
            changed = any(
                node.type in ("assignment", "augmented_assignment") and is_name(node.named_children[0], name)
                for node in walk(function)
            )
            return Unsettled(f"`{name}` is assigned again") if changed else Parameter(function, index, name)
        index += 1
    return None


def _is_declaring(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "keyword_argument":
        return parent.child_by_field_name("name") == node
    if parent.type == "attribute":
        return parent.child_by_field_name("attribute") == node
    if parent.type in ("dotted_name", "aliased_import", "parameters", "typed_parameter", "lambda_parameters"):
        return parent.type != "typed_parameter" or parent.named_children[0] == node
    if parent.type in ("default_parameter", "typed_default_parameter"):
        return parent.child_by_field_name("name") == node
    if parent.type in ("assignment", "function_definition", "class_definition"):
        return node in (parent.child_by_field_name("left"), parent.child_by_field_name("name"))
    return any(above.type == "type" for above in ancestors(node))
