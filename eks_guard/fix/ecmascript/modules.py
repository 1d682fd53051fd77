"""What a file of TypeScript or JavaScript imports and hands on, and which file a module name stands for."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from eks_guard.fix.ecmascript.grammar import string_of
from eks_guard.fix.shapes import Import
from eks_guard.fix.syntax import text_of, walk

if TYPE_CHECKING:
    from eks_guard.fix.syntax import Node

ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx")


def imported_by(statement: Node) -> list[Import]:
    """Return the names that an import statement brings in."""
    source = statement.child_by_field_name("source")
    require = next((child for child in statement.named_children if child.type == "import_require_clause"), None)
    if require is not None:
        source = require.child_by_field_name("source")
        name = require.named_children[0]
        return [Import(string_of(source), None, statement, name)] if source is not None else []
    if source is None:
        return []
    module, typed = string_of(source), any(child.type == "type" for child in statement.children)
    found = []
    for node in walk(statement):
        if node.type == "import_specifier":
            name = node.child_by_field_name("name") or node
            only = typed or any(child.type == "type" for child in node.children)
            found.append(Import(module, text_of(name), statement, node, only))
        elif node.type == "namespace_import":
            found.append(Import(module, None, statement, node.named_children[0], typed))
        elif node.type == "identifier" and node.parent is not None and node.parent.type == "import_clause":
            found.append(Import(module, None, statement, node, typed))
    return found


def required_by(declarator: Node, statement: Node) -> list[Import]:
    """Return the names of `const … = require('…')`."""
    named, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
    if named is None or value is None or value.type != "call_expression":
        return []
    callee, arguments = value.child_by_field_name("function"), value.child_by_field_name("arguments")
    if callee is None or text_of(callee) != "require" or arguments is None or len(arguments.named_children) != 1:
        return []
    if arguments.named_children[0].type != "string":
        return []
    module = string_of(arguments.named_children[0])
    if named.type == "identifier":
        return [Import(module, None, statement, named)]
    found = []
    for part in named.named_children if named.type == "object_pattern" else ():
        key = part.child_by_field_name("key") or part
        if part.type in ("pair_pattern", "shorthand_property_identifier_pattern"):
            found.append(Import(module, text_of(key), statement, part))
    return found


def local_name(specifier: Node) -> Node:
    """Return the name under which a file knows what a specifier imports."""
    fields = ("alias", "value", "name")
    return next((node for field in fields if (node := specifier.child_by_field_name(field))), specifier)


def star_exports(root: Node) -> list[str]:
    """Return the modules of which a file exports everything."""
    found = []
    for statement in root.named_children:
        source = statement.child_by_field_name("source") if statement.type == "export_statement" else None
        if source is not None and any(child.type == "*" for child in statement.children):
            found.append(string_of(source))
    return found


def files(module: str, importer: str) -> list[str]:
    """Return the files of the project, the likeliest first, that a module name may stand for."""
    if not module.startswith("."):
        return []
    path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
    stem, ending = posixpath.splitext(path)
    stems = [stem] if ending in ENDINGS else [path]
    return [
        *(f"{stem}{ending}" for stem in stems for ending in ENDINGS),
        *(f"{path}/index{ending}" for ending in ENDINGS),
    ]
