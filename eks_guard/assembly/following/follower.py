"""The follower of one assembly: from a node to its `Resolution`. Nothing is guessed, nothing is raised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.attributes import follow_attribute, names_in
from eks_guard.assembly.following.composed import text_of
from eks_guard.assembly.following.dynamic import literal_or_dynamic
from eks_guard.assembly.following.existence import exists
from eks_guard.assembly.following.exports import follow_import, follow_stack_output
from eks_guard.assembly.following.functions import follow_function, follow_if
from eks_guard.assembly.following.parameters import follow_ref
from eks_guard.assembly.following.protocol import Memory
from eks_guard.assembly.following.resolution import (
    MAX_DEPTH,
    MAX_HOPS,
    Absent,
    Attribute,
    Choice,
    Literal,
    Unresolved,
    endless,
)
from eks_guard.assembly.following.texts import parts_of, whole_text_of
from eks_guard.assembly.stack import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from eks_guard.assembly.following.protocol import Assembly
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource, Stack


class Follower:
    """Follows the references of one assembly. Holds nothing but what it has already found."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.memory = Memory()

    def dig(self, node: Node, keys: tuple[str | int, ...], hops: int = 0) -> Resolution:
        """Follow a node, then go down by keys, following what stands at each.

        Objects that the template writes out are gone through as they are, which most are.
        """
        raw, met = node.raw, 0
        for key in keys:
            if not isinstance(raw, dict) or (len(raw) == 1 and _is_function(raw)):
                break
            if key not in raw:
                return _lacking(node.below(keys[:met], raw), key)
            raw = raw[key]
            met += 1
        else:
            known = self._known(node.stack, raw)
            if known is not None:
                return known
        found = self.follow(node.below(keys[:met], raw), hops + 1 if met else hops)
        for key in keys[met:]:
            found = self._down(found, key, hops)
        return found

    def follow(self, node: Node, hops: int = 0) -> Resolution:
        """Return what a node leads to. Raises LimitError if the whole audit has followed too many."""
        self.assembly.root.budget.step()
        if hops > MAX_HOPS or self.memory.depth > MAX_DEPTH:
            return endless(node)
        raw = node.raw
        if not isinstance(raw, dict):  # parts of a text that was put together and parsed are resolved already
            return raw if isinstance(raw, _RESOLVED) else literal_or_dynamic(node)
        if len(raw) != 1 or not _is_function(raw):
            return Literal(node)
        known = self._known(node.stack, raw)
        if known is not None:
            return known
        self.memory.depth += 1
        try:
            return self._led(node, hops)
        finally:
            self.memory.depth -= 1

    def _known(self, stack: Stack, raw: Any) -> Resolution | None:
        """What a reference to a resource was found to lead to, which is the same wherever it is written."""
        if not isinstance(raw, dict) or len(raw) != 1:
            return None
        ((function, asked),) = raw.items()
        if function == "Ref" and isinstance(asked, str):
            return self.memory.references.get((stack, asked))
        names = names_in(asked) if function == "Fn::GetAtt" else None
        return self.memory.attributes.get((stack, *names)) if names else None

    def _led(self, node: Node, hops: int) -> Resolution:
        """Return what the function at a node leads to."""
        ((function, asked),) = node.raw.items()
        match function:
            case "Ref" if isinstance(asked, str):
                return follow_ref(self, node, asked, hops)
            case "Fn::GetAtt":
                return follow_attribute(self, node, asked, hops)
            case "Fn::ImportValue":
                return follow_import(self, node, asked, hops)
            case "Fn::GetStackOutput" if isinstance(asked, dict):
                return follow_stack_output(self, node, asked, hops)
            case "Fn::If":
                match asked:
                    case [str(condition), _, _]:
                        return follow_if(self, node, condition, hops)
        return follow_function(self, node, str(function), hops)

    def exists(self, resource: Resource) -> bool | None:
        """Return whether each deployment makes a resource; False if none does, None where conditions decide."""
        name = resource.condition
        if name is None:
            return True
        asked = resource.stack, name
        if asked not in self.memory.existing:
            self.memory.existing[asked] = exists(resource)
        return self.memory.existing[asked]

    def let_pass(self, declared: Node, name: str, allowed: Sequence[Node]) -> Sequence[Node]:
        """Return the values of a parameter that rules let pass, of those that it allows; empty where all are."""
        if "Rules" not in declared.stack.body:
            return allowed
        from eks_guard.assembly.following.deployments import let_pass  # noqa: PLC0415 (not every app asks)

        return let_pass(declared, name, allowed)

    def expand(
        self, stack: Stack, name: str, section: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, tuple[str | int, ...]]]:
        """Return a section with its loops expanded, and where each of its keys is written."""
        from eks_guard.assembly.following.loops import expand  # noqa: PLC0415 (few templates have any)

        return expand(stack, name, section)

    def text(self, node: Node) -> str | None:
        """Return the text that a node makes; None where a part of it is open, or it is no text."""
        return whole_text_of(self, node)

    def text_with(self, node: Node, placeholder: Callable[[Resolution], str]) -> str | None:
        """Return the text that a node makes, with a placeholder for each part that only a deployment knows."""
        return text_of(self, node, placeholder)

    def parts(self, node: Node) -> Iterator[str | Resolution]:
        """Return the pieces of the text that a node makes: text, or what an open piece leads to."""
        return parts_of(self, node)

    def items(self, node: Node) -> tuple[Node, ...] | None:
        """Return the elements of the list that a node leads to, or the values of the object; else None.

        An element that a condition chooses is what it leads to, and none where that is nothing.
        """
        match self.follow(node):
            case Literal(Node(raw=list(found)) as at):
                elements = (self._element(at.child(index, item)) for index, item in enumerate(found))
                return tuple(element for element in elements if element)
            case Literal(Node(raw=dict(found)) as at):
                return tuple(at.child(key, value) for key, value in found.items())
        return None

    def _element(self, node: Node) -> Node | None:
        """An element of a list; None for one that CloudFormation removes."""
        match node.raw:
            case {"Fn::If": _} | {"Ref": "AWS::NoValue"}:
                found = self.follow(node)
                return None if isinstance(found, Absent) else found.node if isinstance(found, Literal) else node
        return node

    def _down(self, found: Resolution, key: str | int, hops: int) -> Resolution:
        if isinstance(found, Literal):  # as most are
            return self._inside(found.node, key, hops)
        match found:
            case Choice(node, reason, branches):
                return Choice(node, reason, tuple((when, self._down(branch, key, hops)) for when, branch in branches))
            case Attribute(resource, name):
                reason = f"{name} of {resource.logical_id} is known only after deployment"
                return Unresolved(resource.properties.child(key, None), reason)
            case Unresolved(node, reason):
                return Unresolved(node.child(key, None), reason)
        return found

    def _inside(self, node: Node, key: str | int, hops: int) -> Resolution:
        """Return what stands at a key of an object, or at an index of a list, that the template writes out."""
        raw = node.raw
        if isinstance(raw, dict):
            return self.follow(node.child(key, raw[key]), hops + 1) if key in raw else _lacking(node, key)
        if isinstance(raw, list) and isinstance(key, int):
            elements = self.items(node) or ()
            return self.follow(elements[key], hops + 1) if key < len(elements) else Absent(node)
        if raw is None or isinstance(key, int):
            return Absent(node)
        shown = "a list" if isinstance(raw, list) else repr(raw)
        return Unresolved(node, f"found {shown}, expected an object with {key!r}")


_RESOLVED = (Attribute, Absent, Choice, Unresolved)
_ADDING = ("Fn::Transform", "Fn::ForEach")
"""What adds keys to the object that it is in."""


def _is_function(raw: dict[str, Any]) -> bool:
    """Whether an object of one key is a function, such as a reference."""
    (key,) = raw
    return key == "Ref" or (isinstance(key, str) and key.startswith("Fn::"))


def _lacking(node: Node, key: str | int) -> Absent | Unresolved:
    """What stands at a key that an object lacks: nothing, unless a macro or a loop may add it."""
    adds = _adding_to(node.raw)
    if adds is None:
        return Absent(node)
    return Unresolved(node.child(key, None), f"{adds} may add {key} when the stack is deployed")


def _adding_to(raw: dict[str, Any]) -> str | None:
    """What adds keys to an object when the stack is deployed; None where nothing does."""
    functions = [key for key in raw if isinstance(key, str) and key.startswith("Fn::")]
    if not functions:  # as in most
        return None
    return next((name for name in _ADDING for key in functions if key == name or key.startswith(f"{name}::")), None)
