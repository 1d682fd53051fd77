"""From what stands in a template to a `Value`: parsed, with defaults filled in, or unknown with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from eks_guard.assembly.resolution import Absent, Attribute, Choice, Literal, Unresolved
from eks_guard.assembly.texts import as_text
from eks_guard.model.value import Known, Unknown, Value, choose, lift

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.assembly.references import References
    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Node

T = TypeVar("T")


def read(
    references: References,
    node: Node,
    *keys: str,
    parse: Callable[[Node], Value[T]],
    absent: T,
    attribute: Callable[[Attribute], Value[T]] | None = None,
) -> Value[T]:
    """The value at `keys` below a node. `absent` is what the service does where nothing stands there.

    `attribute` says what the attribute of another resource means here; without it, such a value is unknown.
    """

    def convert(found: Resolution) -> Value[T]:
        match found:
            case Literal(at):
                return parse(at)
            case Absent(at):
                return Known(absent, at.place)
            case Choice(at, reason, branches):
                return choose([(when, convert(branch)) for when, branch in branches], reason, at.place)
            case Attribute(resource, name):
                if attribute:
                    return attribute(found)
                return Unknown(f"{name} of {resource.logical_id} is known only after deployment", resource.place)
            case Unresolved(at, reason):
                return Unknown(reason, at.place)

    return convert(references.dig(node, *keys))


def flag(node: Node) -> Value[bool]:
    """A boolean, which CloudFormation also takes as the text `true` or `false`."""
    match node.raw:
        case bool(value):
            return Known(value, node.place)
        case "true" | "false":
            return Known(node.raw == "true", node.place)
    return _unexpected(node, "true or false")


def whole_number(node: Node) -> Value[int]:
    """A whole number, which CloudFormation also takes as text."""
    match node.raw:
        case bool():
            pass
        case int(number):
            return Known(number, node.place)
        case str(digits) if digits.isdecimal():
            return Known(int(digits), node.place)
    return _unexpected(node, "a whole number")


def text(node: Node) -> Value[str]:
    """A text; a number or a boolean is passed on as its text."""
    return (
        Known(as_text(node.raw), node.place) if isinstance(node.raw, str | int | float) else _unexpected(node, "text")
    )


def texts(references: References) -> Callable[[Node], Value[tuple[str, ...]]]:
    """A list of texts, each of which may be a reference."""

    def parse(node: Node) -> Value[tuple[str, ...]]:
        if not isinstance(node.raw, list):
            return _unexpected(node, "a list")
        items = [
            read(references, node.child(index, item), parse=text, absent="") for index, item in enumerate(node.raw)
        ]
        together: Value[tuple[str, ...]] = lift(lambda *values: tuple(value for value in values if value), *items)
        return Known(together.value, node.place) if isinstance(together, Known) else together

    return parse


def _unexpected(node: Node, expected: str) -> Unknown[Any]:
    return Unknown(f"found {node.raw!r}, expected {expected}", node.place)
