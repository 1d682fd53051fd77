"""What the id, the name and the ARN of a resource are made of, where its properties decide them."""

from __future__ import annotations

from typing import TypeAlias

from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, Resolution, Unresolved
from eks_guard.assembly.following.texts import split_sub
from eks_guard.assembly.stack import Node, Resource
from eks_guard.data import identifiers

Piece: TypeAlias = str | Resolution


def made_of(resource: Resource, attribute: str) -> list[tuple[Piece, bool]] | None:
    """Return the pieces of an attribute, each with whether it is the name of the resource; None where AWS makes it up.

    A name that the template does not give is what `Ref` returns.
    """
    pattern = identifiers().get(resource.type, {}).get(attribute)
    if pattern is None:
        return None
    made: list[tuple[Piece, bool]] = []
    for literal, variable in split_sub(pattern):
        if variable is None:
            made.append((literal, False))
            continue
        if "#" in variable:
            rest = _without_beginning(resource, *variable.split("#"))
            if rest is None:
                return None
            made.extend((piece, False) for piece in rest)
            continue
        path, _, default = variable.partition("=")
        is_name = identifiers()[resource.type].get("Ref") == f"${{{path}}}"
        found = _variable(resource, path)
        if not isinstance(found, Absent):
            made.append((found, is_name))
        elif default:
            made.append((default, is_name))
        elif is_name and attribute != "Ref":
            made.append((Attribute(resource, "Ref"), True))
        else:
            return None
    return made


def _without_beginning(resource: Resource, path: str, beginning: str) -> list[Piece] | None:
    """Return the pieces of the text of a property behind its beginning; None where it may not begin so."""
    found = resource.properties.dig(path)
    pieces: list[Piece] = []
    match found:
        case Attribute(other, name):
            pieces = [piece for piece, _ in made_of(other, name) or ()]
        case Literal(node) | Unresolved(node):
            pieces = list(node.parts())
    match pieces:
        case [str(first), *others] if first.startswith(beginning):
            return [first.removeprefix(beginning), *others]
    return None


def _variable(resource: Resource, path: str) -> Resolution:
    if path.startswith("."):
        return Attribute(resource, path[1:])
    if path.startswith("AWS::"):
        return Node(resource.stack, resource.properties.pointer, {"Ref": path}).follow()
    return resource.properties.dig(*path.split("."))
