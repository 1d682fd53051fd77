"""How a file refers to a class of a package, and how its imports change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.constructs import Qualified, of_import
from eks_guard.fix.edits import Edit
from eks_guard.fix.options import inserted
from eks_guard.fix.shapes import Import
from eks_guard.fix.source import Refusal, Source, Spot
from eks_guard.fix.syntax import text_of, walk

if TYPE_CHECKING:
    from eks_guard.fix.names import Names
    from eks_guard.fix.syntax import Node


def refer(names: Names, spot: Spot, wanted: Qualified, module: str) -> tuple[str, list[Edit]] | Refusal:
    """Return how an expression names a class of CDK's, and the edits of the imports that it needs."""
    source = spot.source
    imports = [item for item in source.dialect.imports(source.root) if not item.type_only]
    known = [(item, found) for item in imports if (found := of_import(names, source, item)) is not None]
    for item, found in sorted(known, key=lambda pair: -len(pair[1])):
        if found and wanted[: len(found)] == found and _is_visible(spot, item):
            return ".".join([local_name(item), *wanted[len(found) :]]), []
    for item, found in known:
        path = ".".join([local_name(item), *wanted])
        library = module.startswith(("aws-cdk-lib", "aws_cdk"))
        if (
            not found
            and library
            and _is_visible(spot, item)
            and (source.dialect.name != "python" or _uses(source, path))
        ):
            return path, []
    if _is_taken(source, wanted[-1]):
        return Refusal(f"`{wanted[-1]}` means something else in {source.path}", spot)
    for item, found in known:
        beside = len(found) == len(wanted) and found[:-1] == wanted[:-1] and item.member is not None
        if beside and names.project.module(source, item.module) is None:
            return wanted[-1], _specifier(source, item, wanted[-1])
    added = added_import(source, wanted[-1], module)
    return added if isinstance(added, Refusal) else (wanted[-1], [added])


def local_name(item: Import) -> str:
    """Return the name by which the file knows what is imported."""
    for field in ("alias", "value"):
        node = item.specifier.child_by_field_name(field)
        if node is not None:
            return text_of(node)
    if item.member is None and item.specifier.type == "dotted_name":
        return item.module.partition(".")[0]
    return item.member or text_of(item.specifier)


def added_import(source: Source, name: str, module: str) -> Edit | Refusal:
    """Return the edit that adds an import behind the last one of the file."""
    statements = [item.statement for item in source.dialect.imports(source.root)]
    statements += [
        node for node in source.root.named_children if node.type in ("import_statement", "future_import_statement")
    ]
    if not statements:
        return Refusal(f"{source.path} has no import statement to add to")
    last = max(statements, key=lambda node: node.end_byte)
    end = last.end_byte
    line_end = source.content.find(b"\n", end)
    rest = source.content[end : line_end if line_end >= 0 else len(source.content)].decode("utf-8").strip()
    if rest and not rest.startswith(("//", "#", "/*", ";")):
        return Refusal(f"the last import in {source.path} shares its line with other code", Spot(source, last))
    if rest:
        end = line_end if line_end >= 0 else len(source.content)
        end -= 1 if source.content[end - 1 : end] == b"\r" else 0
    return Edit(source.path, end, end, source.newline + statement(source, name, module, last))


def statement(source: Source, name: str, module: str, like: Node, alias: str | None = None) -> str:
    """Return an import as the file writes them: quotes, semicolon, `require`."""
    if source.dialect.name == "python":
        return f"from {module} import {name}" + (f" as {alias}" if alias else "")
    written = text_of(like)
    quote = '"' if '"' in written and "'" not in written else "'"
    end = ";" if written.rstrip().endswith(";") else ""
    if "require" in written and not written.startswith("import"):
        return f"const {{ {name}{f': {alias}' if alias else ''} }} = require({quote}{module}{quote}){end}"
    return f"import {{ {name}{f' as {alias}' if alias else ''} }} from {quote}{module}{quote}{end}"


def replaced_import(source: Source, old: Import, name: str, module: str, alias: str | None) -> list[Edit] | Refusal:
    """Return the edits that import one class instead of what the file does not use any more."""
    if is_alone(source, old):
        text = statement(source, name, module, old.statement, alias)
        return [Edit(source.path, old.statement.start_byte, old.statement.end_byte, text)]
    added = added_import(source, name, module)
    return added if isinstance(added, Refusal) else [added, *dropped_import(source, old)]


def is_alone(source: Source, item: Import) -> bool:
    """Return whether a statement imports nothing else."""
    return sum(held.statement == item.statement for held in source.dialect.imports(source.root)) == 1


def dropped_import(source: Source, old: Import) -> list[Edit]:
    """Return the edit that removes an import: its line, or its name from the list."""
    if is_alone(source, old):
        start, end = old.statement.start_byte, old.statement.end_byte
        line_end = source.content.find(b"\n", end)
        begin = source.content.rfind(b"\n", 0, start) + 1
        alone = not source.content[begin:start].strip() and line_end >= 0 and not source.content[end:line_end].strip()
        return [Edit(source.path, begin, line_end + 1, "")] if alone else [Edit(source.path, start, end, "")]
    start, end = old.specifier.start_byte, old.specifier.end_byte
    following = old.specifier.next_sibling
    if following is not None and following.type == ",":
        rest = source.content[following.end_byte :]
        end = following.end_byte + len(rest) - len(rest.lstrip(b" \t\r\n")) if following.next_named_sibling else end
    before = old.specifier.prev_sibling
    if end == old.specifier.end_byte and before is not None and before.type == ",":
        start = before.start_byte
    return [Edit(source.path, start, end, "")]


def occurrences(source: Source, name: str) -> int:
    """Return how often a file uses a name, as a value or as a type, without its imports."""
    inside = [item.statement for item in source.dialect.imports(source.root)]
    return sum(
        1
        for node in walk(source.root)
        if node.type in ("identifier", "type_identifier", "shorthand_property_identifier")
        and text_of(node) == name
        and not any(statement.start_byte <= node.start_byte < statement.end_byte for statement in inside)
    )


def _specifier(source: Source, item: Import, name: str) -> list[Edit]:
    """Return the edits that add a name to the list of an import."""
    parts = [held.specifier for held in source.dialect.imports(source.root) if held.statement == item.statement]
    bracket = item.specifier.parent
    assert bracket is not None, "a name is imported by a statement"
    if source.dialect.name == "python" and not any(child.type == "(" for child in item.statement.children):
        return [Edit(source.path, parts[-1].end_byte, parts[-1].end_byte, f", {name}")]
    return inserted(source, bracket, parts, name)


def _is_visible(spot: Spot, item: Import) -> bool:
    """Return whether the name of an import still means it at a place."""
    name = local_name(item).partition(".")[0]
    found = spot.source.dialect.binding(spot.node, name) if spot.node.parent is not None else item
    return isinstance(found, Import) and found.statement == item.statement


def _is_taken(source: Source, name: str) -> bool:
    return any(
        text_of(node) == name
        and node.type in ("identifier", "type_identifier", "shorthand_property_identifier_pattern")
        for node in walk(source.root)
    )


def _uses(source: Source, path: str) -> bool:
    return path.rpartition(".")[0].encode() in source.content
