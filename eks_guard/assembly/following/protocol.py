"""What the parts of this package ask of the follower."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource, Stack


@dataclass(slots=True)
class Memory:
    """What was found already, so that no template makes the same question expensive twice."""

    exports: dict[tuple[Stack, str], Node | str] = field(default_factory=dict)
    parameters: dict[tuple[Stack, str], Resolution] = field(default_factory=dict)
    conditions: dict[tuple[Stack, str], bool | None] = field(default_factory=dict)
    depth: int = 0
    """How many values are being followed right now, each for the one before it."""


class Follow(Protocol):
    """Follows the references of one assembly."""

    assembly: CloudAssembly
    memory: Memory

    def follow(self, node: Node, hops: int = 0) -> Resolution:
        """Return what a node leads to."""

    def dig(self, node: Node, *keys: str | int, hops: int = 0) -> Resolution:
        """Return what the value at `keys` below a node leads to."""

    def exists(self, resource: Resource) -> bool | None:
        """Return whether a deployment makes a resource, as far as its condition says; None where that is open."""

    def expand(
        self, stack: Stack, name: str, section: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, tuple[str | int, ...]]]:
        """Return a section with its loops expanded, and where each of its keys is written."""

    def text(self, node: Node) -> str | None:
        """Return the text that a node makes; None where a part of it is open, or it is no text."""

    def text_with(self, node: Node, placeholder: Callable[[Resolution], str]) -> str | None:
        """Return the text that a node makes, with a placeholder for each part that only a deployment knows."""

    def parts(self, node: Node) -> Iterator[str | Resolution]:
        """Return the pieces of the text that a node makes: text, or what an open piece leads to."""

    def items(self, node: Node) -> tuple[Node, ...] | None:
        """Return the elements of the list that a node leads to, or the values of the object; else None."""
