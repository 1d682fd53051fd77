"""Who calls a function or constructor of the project, and which class replaces what another one defines."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from eks_guard.fix.shapes import Call
from eks_guard.fix.source import Refusal, Source, Spot
from eks_guard.fix.syntax import ancestors, text_of, walk
from eks_guard.fix.uses import is_renamed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fix.project import Project
    from eks_guard.fix.syntax import Node


def callers_of(project: Project, function: Spot) -> list[Spot] | Refusal:
    """Return the calls of a function, or of the constructor of a class, in the whole project."""
    name = function.source.dialect.name_of(function.node)
    if name is None:
        return Refusal("it is a parameter of an anonymous function, which a loop or a library calls", function)
    broken = project.unreadable(name)
    if broken:
        return Refusal(f"{broken} does not parse, and may use `{name}`", function)
    renamed = _renamed(project, function, name)
    if renamed:
        return Refusal(f"`{name}` has another name in {renamed}", function)
    found: list[Spot] = []
    for source in project.sources(name):
        for node in walk(source.root):
            if text_of(node) != name or node.named_child_count or not _is_identifier(node):
                continue
            use = _use(source, node)
            if isinstance(use, Spot):
                found.append(use)
            elif use == "other":
                return Refusal(f"`{name}` is passed on as a value", Spot(source, node))
            elif use == "base":
                found += _super_calls(source, node)
    return found


def overriding(project: Project, holder: Spot, name: str) -> str | None:
    """Return a class of the project that extends a class and has a field or method of its own by a name."""
    known = {holder.source.dialect.name_of(holder.node)}
    grown = True
    while grown:
        grown = False
        for source in project.sources("class"):
            for node in walk(source.root):
                own = source.dialect.name_of(node) if node.type in source.dialect.classes else None
                bases = [text_of(base).rpartition(".")[2] for base in source.dialect.bases(node)] if own else []
                if own is None or own in known or not known.intersection(bases):
                    continue
                if source.dialect.field(node, name) or any(
                    inner.type in source.dialect.functions and source.dialect.name_of(inner) == name
                    for inner in walk(node)
                ):
                    return own
                known.add(own)
                grown = True
    return None


def _renamed(project: Project, function: Spot, name: str) -> str | None:
    """Return a file that knows a function or class by another name than its own."""
    for source in project.sources(name):
        if is_renamed(source, name):
            return source.path
    stem = posixpath.splitext(posixpath.basename(function.source.path))[0]
    folder = posixpath.basename(posixpath.dirname(function.source.path))
    for source in project.sources(folder if stem == "index" and folder else stem):
        for item in source.dialect.imports(source.root):
            is_default = item.member is None and item.specifier.type == "identifier"
            target = project.module(source, item.module) if is_default else None
            if target is not None and target.path == function.source.path and text_of(item.specifier) != name:
                default = b"export default" in target.content or b"module.exports" in target.content
                if default:
                    return source.path
    return None


def _use(source: Source, node: Node) -> Spot | str:
    """Return the call that a name is called by, or `base`, `other` or `none`."""
    outer, parent = node, node.parent
    if parent is not None and parent.type in ("member_expression", "attribute"):
        of = parent.child_by_field_name("object")
        if of == node:
            return "none" if text_of(node)[:1].isupper() else "other"
        outer, parent = parent, parent.parent
    if parent is None:
        return "none"
    if parent.type in ("call_expression", "call", "new_expression"):
        callee = parent.child_by_field_name("function") or parent.child_by_field_name("constructor")
        return Spot(source, parent) if callee == outer else "other"
    above = [parent.type, *(ancestor.type for ancestor in ancestors(parent))][:3]
    if any(kind in ("class_heritage", "extends_clause") for kind in above):
        return "base"
    if parent.type == "argument_list" and parent.parent is not None and parent.parent.type == "class_definition":
        return "base"
    if parent.type in ("pair", "shorthand_property_identifier"):
        return "other"
    declaring = ("import", "export", "declarator", "definition", "declaration", "dotted_name", "type", "method")
    if any(word in parent.type for word in declaring) and not _is_value(parent, outer):
        return "none"
    if parent.type == "keyword_argument" and parent.child_by_field_name("name") == outer:
        return "none"
    return "other"


def _is_value(parent: Node, node: Node) -> bool:
    return node in (parent.child_by_field_name("value"), parent.child_by_field_name("right"))


def _is_identifier(node: Node) -> bool:
    return node.type in ("identifier", "property_identifier", "shorthand_property_identifier")


def _super_calls(source: Source, node: Node) -> Iterator[Spot]:
    """Yield the calls of the base's constructor in the class that names it as its base."""
    holder = next((above for above in ancestors(node) if above.type in source.dialect.classes), None)
    for inner in walk(holder) if holder is not None else ():
        shape = source.dialect.shape(inner) if inner.type in ("call_expression", "call") else None
        if isinstance(shape, Call) and source.dialect.is_super(shape.callee):
            yield Spot(source, inner)
