"""`Fn::FindInMap`: the value in a mapping, or each that an open key may lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.expressions import Open, expression
from eks_guard.assembly.following.resolution import Literal, Unresolved, alternatives, choice, reason_of
from eks_guard.assembly.following.texts import as_text
from eks_guard.assembly.stack import Node
from eks_guard.model.describe import as_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.model.value import When

_OPEN = "looks up a mapping by a key that is decided when the stack is deployed"
_ANOTHER = "\0"
_NOTHING = "Fn::FindInMap is not written as CloudFormation expects, or finds nothing"


def follow_find_in_map(follow: Follow, node: Node, arguments: Any, hops: int) -> Resolution:
    """Return what the look-up finds; a choice where a key is open."""
    if not (isinstance(arguments, list) and len(arguments) in (3, 4)):
        return Unresolved(node, _NOTHING)
    inside = node.child("Fn::FindInMap", arguments)
    name = follow.follow(inside.child(0, arguments[0]), hops + 1)
    if not (isinstance(name, Literal) and isinstance(name.node.raw, str)):
        return Unresolved(node, f"looks up a mapping whose name is not decided: {reason_of(name)}")
    rows = node.stack.section("Mappings").get(name.node.raw)
    default = _default(inside, arguments)
    if not isinstance(rows, dict):
        return _nothing(follow, node, default, hops)
    row, column = (follow.follow(inside.child(index, arguments[index]), hops + 1) for index in (1, 2))
    if not all(isinstance(found, Literal) for _, found in alternatives(column)):
        return Unresolved(node, _OPEN)
    mapping = Node(node.stack, ("Mappings", name.node.raw), rows)
    branches = [
        (both, _cell(follow, node, mapping, (first, as_text(second.node.raw)), default, hops))
        for when, first in _rows(follow, row, mapping, default, arguments[1])
        for both, second in alternatives(column, when)
        if isinstance(second, Literal)
    ]
    if len(branches) > 1 and any(isinstance(found, Unresolved) and found.reason == _NOTHING for _, found in branches):
        return Unresolved(node, _OPEN)
    return choice(node, _OPEN, branches) if branches else Unresolved(node, _NOTHING)


def _default(inside: Node, arguments: list[Any]) -> Node | None:
    """Return the `DefaultValue`, which AWS::LanguageExtensions adds."""
    match arguments[3:]:
        case [{"DefaultValue": value}] if inside.stack.has_language_extensions:
            return inside.child(3, arguments[3]).child("DefaultValue", value)
    return None


def _rows(
    follow: Follow, key: Resolution, mapping: Node, default: Node | None, written: Any
) -> Iterator[tuple[When, str]]:
    """Yield each row that the first key may name: those that are listed, or all that exist."""
    for when, found in alternatives(key):
        if isinstance(found, Literal):
            yield when, as_text(found.node.raw)
            continue
        name = _named(found) if default is None else None
        if name is None:
            name = mapping.stack.question("Mappings", f"the key {as_written(written)} of {mapping.pointer[-1]}")
            follow.memory.keys[name] = found
        yield from ((((*when, (name, row))), row) for row in mapping.raw)
        if default:
            yield (*when, (name, "another")), _ANOTHER


def _named(key: Resolution) -> str | None:
    """Return the name of a parameter that is the key, so that all that it decides goes together."""
    match expression(key).parts:
        case (Open() as thing,):
            from eks_guard.assembly.following.holding import question_of  # noqa: PLC0415 (few keys are open)

            question = question_of(thing)
            return question if isinstance(question, str) else None
    return None


def _cell(  # noqa: PLR0913 (a look-up has as many parts)
    follow: Follow, node: Node, mapping: Node, keys: tuple[str, str], default: Node | None, hops: int
) -> Resolution:
    row = mapping.raw.get(keys[0])
    if isinstance(row, dict) and keys[1] in row:
        return follow.follow(mapping.child(keys[0], row).child(keys[1], row[keys[1]]), hops + 1)
    return _nothing(follow, node, default, hops)


def _nothing(follow: Follow, node: Node, default: Node | None, hops: int) -> Resolution:
    return follow.follow(default, hops + 1) if default else Unresolved(node, _NOTHING)
