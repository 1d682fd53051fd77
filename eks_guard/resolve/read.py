"""From what stands in a template to a `Value`: parsed, with defaults filled in, or unknown with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from eks_guard.assembly.following.resolution import (
    Absent,
    Attribute,
    Choice,
    Literal,
    Unresolved,
    alternatives,
    reason_of,
)
from eks_guard.assembly.following.texts import as_text
from eks_guard.assembly.stack import Node
from eks_guard.model.describe import as_written
from eks_guard.model.resource import Open
from eks_guard.model.value import OPEN_PART, Known, Unknown, Value, choose, lift
from eks_guard.records import dataclass
from eks_guard.resolve.site import link_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.model.resource import Target
    from eks_guard.model.value import Place

T = TypeVar("T")


def read(
    node: Node,
    *keys: str,
    parse: Callable[[Node], Value[T]],
    absent: T,
    attribute: Callable[[Attribute, Place], Value[T]] | None = None,
    meant: Callable[[Resolution, Place], Value[T] | None] | None = None,
) -> Value[T]:
    """The value at `keys` below a node. `absent` is what the service does where nothing stands there.

    `attribute` says what the attribute of another resource means here; without it, such a value is unknown. `meant` is
    asked first what something means that is no choice.
    """
    found = node.dig(*keys)
    if isinstance(found, Absent):
        return Known(absent, found.node.place)
    if isinstance(found, Literal) and meant is None:
        return parse(found.node)
    return _Reading(written_at(node, keys), parse, absent, attribute, meant).of(found)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What `read` was asked, of something that is written at a place."""

    place: Place
    parse: Callable[[Node], Value[Any]]
    absent: Any
    attribute: Callable[[Attribute, Place], Value[Any]] | None
    meant: Callable[[Resolution, Place], Value[Any] | None] | None

    def of(self, found: Resolution) -> Value[Any]:
        """The value of what was found there."""
        if self.meant and not isinstance(found, Choice | Absent):
            known = self.meant(found, self.place)
            if known is not None:
                return known
        match found:
            case Literal(at):
                return self.parse(at)
            case Absent(at):
                return Known(self.absent, at.place)
            case Choice(_, reason, branches):
                return choose([(when, self.of(branch)) for when, branch in branches], reason, self.place)
            case Attribute(resource, name):
                if self.attribute:
                    return self.attribute(found, self.place)
                return Unknown(f"{name} of {resource.logical_id} is known only after deployment", self.place)
            case Unresolved(_, reason):
                return Unknown(reason, self.place)


def flag(node: Node) -> Value[bool]:
    """A boolean, which CloudFormation also takes as the text `true` or `false`."""
    match node.raw:
        case bool(value):
            return Known(value, node.place)
        case "true" | "false":
            return Known(node.raw == "true", node.place)
    return unexpected(node, "true or false")


def is_filled(node: Node) -> Value[bool]:
    """Whether something stands there, and not an empty object, list or text."""
    return Known(bool(node.raw), node.place)


def is_given(node: Node, *keys: str) -> Value[bool]:
    """Whether something stands at keys below a node, whatever a deployment makes of it."""
    place, found = written_at(node, keys), node.dig(*keys)
    answers = [(when, Known(not isinstance(branch, Absent), place)) for when, branch in alternatives(found)]
    return choose(answers, reason_of(found), place)


def whole_number(node: Node) -> Value[int]:
    """A whole number, which CloudFormation also takes as text."""
    match node.raw:
        case bool():
            pass
        case int(number):
            return Known(number, node.place)
        case str(digits) if digits.isdecimal():
            return Known(int(digits), node.place)
    return unexpected(node, "a whole number")


def text(node: Node) -> Value[str]:
    """A text; CloudFormation passes a number or a boolean on as its text."""
    if isinstance(node.raw, str | int | float):
        return Known(as_text(node.raw), node.place)
    return unexpected(node, "text")


def texts(node: Node) -> Value[tuple[str, ...]]:
    """A list of texts, each of which may be a reference."""
    return _items(node, lambda entry: read(entry, parse=text, absent=""))


def read_text(node: Node, *keys: str) -> Value[str | None]:
    """A text, None where nothing is written."""
    return read(node, *keys, parse=text, absent=None)


def read_target(node: Node, *keys: str) -> Value[Target | None]:
    """A name, id or ARN, or the resource of the app that is meant; None where nothing is written."""
    return read(node, *keys, parse=text, absent=None, attribute=link_of)


def read_targets(node: Node, *keys: str) -> Value[tuple[Target, ...]]:
    """A list of names, ids or ARNs, or of resources of the app; empty where nothing is written."""
    return read(node, *keys, parse=targets, absent=())


def read_pieces(node: Node, key: str) -> Value[str | None]:
    """A text in which each part that only the deployment knows is `${…}`; None where nothing is written.

    A reader can then judge what is literal, as long as it leaves the placeholders alone.
    """
    raw = node.raw.get(key) if isinstance(node.raw, dict) else None
    if raw is None:
        return Known(None, node.place)
    at = node.child(key, raw)
    written = text_in_pieces(at)
    if written is None:
        return Unknown("a part of it is decided when the stack is deployed", at.place)
    return Known(written, at.place)


def text_in_pieces(node: Node) -> str | None:
    """A text in which each part that only the deployment knows is `${…}`; None for what is no text."""
    return node.text_with(lambda part: f"{OPEN_PART}{_name_of(part)}}}")


def _name_of(part: Resolution) -> str:
    """What an open part is called in a text: by a reference as in `Fn::Sub`, but without colons, which divide ARNs."""
    match part:
        case Attribute(resource, name):
            return resource.logical_id if name == "Ref" else f"{resource.logical_id}.{name}"
        case Unresolved(Node(raw={"Ref": str(name)})):
            return name.rpartition("::")[2]
        case Unresolved(Node(pointer=("Parameters", str(name)))):
            return name
    return "open"


def link_of(found: Attribute, place: Place) -> Value[Any]:
    """A resource of the app, where the text that names it is known only after deployment."""
    return Known(link_to(found), place)


def written_at(node: Node, keys: tuple[str, ...]) -> Place:
    """Where a property is written, as far down as it stands in the template."""
    raw, met = node.raw, 0
    for key in keys:
        if not (isinstance(raw, dict) and key in raw):
            break
        raw = raw[key]
        met += 1
    return node.below(keys[:met], raw).place


def targets(node: Node) -> Value[tuple[Target, ...]]:
    """A list of names, ids or ARNs, or of resources of the app."""
    return _items(node, _target)


def _target(entry: Node) -> Value[Any]:
    """One entry of a list; a reference that leads nowhere is an entry all the same."""
    found = entry.follow()
    if isinstance(found, Unresolved):
        return Known(Open(found.reason), entry.place)
    return read(entry, parse=text, absent="", attribute=link_of)


def _items(node: Node, parse: Callable[[Node], Value[Any]]) -> Value[tuple[Any, ...]]:
    if not isinstance(node.raw, list):
        return unexpected(node, "a list")
    items = [parse(node.child(index, item)) for index, item in enumerate(node.raw)]
    together: Value[tuple[Any, ...]] = lift(lambda *values: tuple(value for value in values if value), *items)
    return Known(together.value, node.place) if isinstance(together, Known) else together


def unexpected(node: Node, expected: str) -> Unknown[Any]:
    """What stands in the place of something that CloudFormation or EKS expects otherwise."""
    return Unknown(f"found {as_written(node.raw)}, expected {expected}", node.place)
