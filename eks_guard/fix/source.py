"""A source file that was read, a place in it, and why one is left to the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.syntax import text_of
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from eks_guard.fix.shapes import Dialect
    from eks_guard.fix.syntax import Node

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is left to the user, as a clause; `at` is the place to look at, where it is known."""

    reason: str
    at: Spot | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file that parses; `path` is relative to the project, with slashes."""

    path: str
    content: bytes
    root: Node
    dialect: Dialect

    @property
    def newline(self) -> str:
        """The line end that the file uses."""
        return "\r\n" if b"\r\n" in self.content else "\n"


@dataclass(frozen=True, slots=True)
class Spot:
    """An expression in a file."""

    source: Source
    node: Node

    def at(self, node: Node) -> Spot:
        """Return another place of the same file."""
        return Spot(self.source, node)

    @property
    def place(self) -> str:
        """`file:line:column`, counted from 1, columns in characters."""
        row, column = self.node.start_point
        line = self.source.content.removeprefix(BOM).split(b"\n")[row]
        column -= len(BOM) if row == 0 and self.source.content.startswith(BOM) else 0
        return f"{self.source.path}:{row + 1}:{len(line[:column].decode('utf-8', 'replace')) + 1}"


def short(spot: Spot) -> str:
    """Return what is written at a place on one line, cut off where it is long."""
    text = " ".join(text_of(spot.node).split())
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 (a line has room for that)
