"""What a name means at a place in TypeScript or JavaScript, and where else it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.ecmascript.grammar import (
    BLOCKS,
    CLASSES,
    DECLARATIONS,
    FUNCTION_DECLARATIONS,
    FUNCTIONS,
    IDENTIFIERS,
    LOOPS,
    is_name,
    string_of,
)
from eks_guard.fix.ecmascript.modules import imported_by, local_name, required_by
from eks_guard.fix.shapes import Assigned, Binding, Defined, Import, Parameter, Unsettled
from eks_guard.fix.syntax import ancestors, text_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fix.syntax import Node


def binding(node: Node, name: str) -> Binding | None:
    """Return what a name means at a node; None if the file does not say."""
    for scope in ancestors(node):
        if scope.type in FUNCTIONS:
            found = _parameter(scope, name)
        elif scope.type in BLOCKS:
            found = declared(scope, name)
        elif scope.type in LOOPS and any(is_name(child, name) for child in _patterns(scope)):
            found = Unsettled(f"`{name}` changes in a loop")
        else:
            found = None
        if found is not None:
            return found
    return None


def exported(root: Node, name: str) -> Binding | None:
    """Return what a file exports under a name."""
    for statement in root.named_children:
        if statement.type != "export_statement":
            continue
        source = statement.child_by_field_name("source")
        for whole in (node for node in statement.named_children if node.type == "namespace_export"):
            if source is not None and text_of(whole.named_children[-1]) == name:
                return Import(string_of(source), None, statement, whole)
        for specifier in (node for node in walk(statement) if node.type == "export_specifier"):
            inner = specifier.child_by_field_name("name")
            outer = specifier.child_by_field_name("alias") or inner
            if inner is None or outer is None or text_of(outer) != name:
                continue
            if source is not None:
                return Import(string_of(source), text_of(inner), statement, specifier)
            return declared(root, text_of(inner))
    return declared(root, name)


def mentions(scope: Node, name: str) -> Iterator[Node]:
    """Yield the places in a scope that use a name, without its declaration."""
    for node in walk(scope):
        if node.type in IDENTIFIERS and text_of(node) == name and not _is_declaring(node):
            yield node


def declared(scope: Node, name: str) -> Binding | None:  # noqa: C901 (each kind of declaration)
    """Return what a scope itself declares under a name; None if it declares nothing of that name."""
    for child in scope.named_children:
        statement = child
        if child.type == "export_statement":
            statement = child.child_by_field_name("declaration") or child
        if statement.type in DECLARATIONS:
            for declarator in statement.named_children:
                found = _declarator(declarator, name, scope)
                if found is not None:
                    return _settled(found, scope, name)
        elif statement.type in FUNCTION_DECLARATIONS | CLASSES:
            named = statement.child_by_field_name("name")
            if named is not None and text_of(named) == name:
                return Defined(statement, scope)
        elif statement.type == "import_statement":
            for imported in imported_by(statement):
                if text_of(local_name(imported.specifier)) == name:
                    return imported
    return None


def _settled(found: Binding, scope: Node, name: str) -> Binding:
    changed = any(
        node.type in ("assignment_expression", "augmented_assignment_expression", "update_expression")
        and any(is_name(child, name) for child in node.named_children[:1])
        for node in walk(scope)
    )
    declared = sum(
        node.type == "variable_declarator"
        and node.parent is not None
        and node.parent.type == "variable_declaration"
        and any(is_name(child, name) for child in node.named_children[:1])
        for node in walk(scope)
    )
    again = changed or declared > 1
    return Unsettled(f"`{name}` is assigned more than once") if again else found


def _declarator(declarator: Node, name: str, scope: Node) -> Binding | None:
    named, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
    if named is None:
        return None
    for imported in required_by(declarator, declarator.parent or declarator):
        if text_of(local_name(imported.specifier)) == name:
            return imported
    if is_name(named, name):
        return Assigned(value, scope) if value is not None else Unsettled(f"`{name}` is assigned later")
    if named.type == "object_pattern":
        taken = _taken(named, name)
        if taken is not None and value is not None:
            return Assigned(value, scope, taken)
        if any(text_of(node) == name for node in walk(named)):
            return Unsettled(f"`{name}` is destructured in a way that eks-guard cannot follow")
    return None


def _parameter(function: Node, name: str) -> Binding | None:
    single = function.child_by_field_name("parameter")
    if single is not None:
        return Parameter(function, 0, name) if text_of(single) == name else None
    parameters = function.child_by_field_name("parameters")
    for index, child in enumerate(parameters.named_children if parameters is not None else ()):
        pattern = child.child_by_field_name("pattern") or child.child_by_field_name("left") or child
        if pattern.type == "rest_pattern" and any(is_name(node, name) for node in walk(pattern)):
            return Unsettled(f"`{name}` collects the remaining arguments")
        if is_name(pattern, name):
            changed = any(
                node.type == "assignment_expression" and any(is_name(part, name) for part in node.named_children[:1])
                for node in walk(function)
            )
            return Unsettled(f"`{name}` is assigned again") if changed else Parameter(function, index, name)
        if pattern.type == "object_pattern":
            taken = _taken(pattern, name)
            if taken is not None:
                return Parameter(function, index, name, taken)
    return None


def _taken(pattern: Node, name: str) -> tuple[str, ...] | None:
    """Return the property that a pattern gives a name to; None if it does not, or not without a default."""
    for part in pattern.named_children:
        if part.type == "shorthand_property_identifier_pattern" and text_of(part) == name:
            return (name,)
        if part.type == "pair_pattern":
            key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
            if key is not None and value is not None and is_name(value, name):
                return (text_of(key),)
    return None


def _patterns(scope: Node) -> Iterator[Node]:
    for field in ("left", "initializer", "parameter"):
        part = scope.child_by_field_name(field)
        if part is not None:
            yield from walk(part)


def _is_declaring(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if parent.type in ("import_specifier", "export_specifier", "import_clause", "namespace_import"):
        return True
    if parent.type in ("required_parameter", "optional_parameter"):
        return parent.child_by_field_name("pattern") == node
    if parent.type == "formal_parameters" or (
        parent.type == "arrow_function" and parent.child_by_field_name("parameter") == node
    ):
        return True
    declares = parent.type in ("variable_declarator", "function_declaration", "class_declaration", "class")
    return declares and parent.child_by_field_name("name") == node
