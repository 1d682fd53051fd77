"""What a file of Python imports, and which file a module name stands for."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from eks_guard.fix.shapes import Import
from eks_guard.fix.syntax import text_of

if TYPE_CHECKING:
    from eks_guard.fix.syntax import Node


def imported_by(statement: Node) -> list[Import]:
    """Return the names that an import statement brings in."""
    found = []
    if statement.type == "import_from_statement":
        module = statement.child_by_field_name("module_name")
        for part in statement.children_by_field_name("name"):
            member = part.child_by_field_name("name") or part
            found.append(Import(text_of(module) if module else "", text_of(member), statement, part))
    elif statement.type == "import_statement":
        for part in statement.children_by_field_name("name"):
            module = part.child_by_field_name("name") or part
            found.append(Import(text_of(module), None, statement, part))
    return found


def known_as(imported: Import) -> str:
    """Return the name that an import gives: of `import a.b` without an alias that is `a`."""
    alias = imported.specifier.child_by_field_name("alias")
    if alias is not None:
        return text_of(alias)
    return imported.member or imported.module.partition(".")[0]


def star_exports(root: Node) -> list[str]:
    """Return the modules of which a file takes over everything."""
    found = []
    for statement in root.named_children:
        module = statement.child_by_field_name("module_name")
        if module is not None and any(child.type == "wildcard_import" for child in statement.named_children):
            found.append(text_of(module))
    return found


def files(module: str, importer: str) -> list[str]:
    """Return the files of the project, the likeliest first, that a module name may stand for."""
    dots = len(module) - len(module.lstrip("."))
    path = module.lstrip(".").replace(".", "/")
    folder = posixpath.dirname(importer)
    if dots:
        for _ in range(dots - 1):
            folder = posixpath.dirname(folder)
        places = [folder]
    else:
        places = list(dict.fromkeys(["", folder, "src"]))
    stems = [posixpath.normpath(posixpath.join(place, path)) for place in places]
    return [file for stem in stems for file in (f"{stem}.py", f"{stem}/__init__.py")]
