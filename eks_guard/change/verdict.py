"""What becomes of a resource, and the properties that decide it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.change import Fate
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node, Resource


@dataclass(frozen=True, slots=True)
class Cause:
    """A property whose change decides a fate: before and after, and the resource behind it where that is one."""

    keys: tuple[str, ...]
    old: Node
    new: Node
    behind: Verdict | None = None

    @property
    def path(self) -> str:
        """The property as people write it."""
        return ".".join(self.keys)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of a resource and why. `old` or `new` is None where the other assembly alone has it."""

    fate: Fate
    old: Resource | None
    new: Resource | None
    because: str = ""
    causes: tuple[Cause, ...] = ()

    @property
    def resource(self) -> Resource:
        """The new resource, else the old."""
        found = self.new or self.old
        assert found, "a verdict is about a resource"
        return found

    @property
    def is_live_after(self) -> bool:
        """Whether references to it stay as they are."""
        return self.fate in (Fate.KEPT, Fate.REFUSED)
