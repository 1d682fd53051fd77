"""Files by their paths in an archive or a bucket, under names that nobody needs to trust."""

from __future__ import annotations

import posixpath
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from eks_guard.errors import AssemblyError, LimitError
from eks_guard.matching import regex
from eks_guard.records import dataclass

if TYPE_CHECKING:
    import tarfile
    import zipfile

MAX_MEMBERS = 100_000
"""Files and folders in one archive; a cdk.out with unpacked node_modules in its assets has some ten thousand."""
MAX_LINKS = 20
"""Links behind each other that are followed."""
_DRIVE = regex(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """A file: its size as declared, its entry where an archive holds it, or the member that it links to."""

    size: int
    entry: zipfile.ZipInfo | tarfile.TarInfo | None = None
    link: str | None = None


class Contents(ABC):
    """The files in a place, and the folders around them. Each name occurs once, and none leads out.

    `place` is how messages name it.
    """

    def __init__(self, path: str, place: str) -> None:
        self.path = path
        self.members: dict[str, Member] = {}
        self.folders: set[str] = {""}
        self._place = place

    @abstractmethod
    def read(self, name: str, limit: int) -> bytes:
        """The content of a file, up to the limit and one byte more. Raises OSError if it cannot be read."""

    def target(self, name: str) -> str | None:
        """The file that a path leads to, through links inside of the place; None if it leads to none."""
        for _ in range(MAX_LINKS + 1):
            member = self.members.get(name)
            if member is None or member.link is None:
                return name if member else None
            name = member.link
        return None

    def add(self, name: str, member: Member) -> None:
        """Add a file. Raises AssemblyError for a name that is there already, or leads out."""
        inside = self.inside(name)
        if inside in self.members or inside in self.folders:
            raise AssemblyError(f"{self.path}: {name!r} occurs twice, so it is unclear which one counts")
        self.members[inside] = member
        self.add_folder(posixpath.dirname(inside))

    def add_folder(self, name: str) -> None:
        """Add a folder and those around it. Raises AssemblyError for a file of that name, LimitError for too many."""
        while name and name not in self.folders:
            self.folders.add(name)
            if name in self.members:
                raise AssemblyError(f"{self.path}: {name!r} occurs twice, as a file and as a folder")
            name = posixpath.dirname(name)
        if len(self.members) + len(self.folders) > MAX_MEMBERS:
            raise LimitError(f"{self.path}: more than {MAX_MEMBERS} files, which is the limit: nothing was judged")

    def inside(self, name: str) -> str:
        """The path below the root. Raises AssemblyError if it leads out."""
        if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
            raise AssemblyError(f"{self.path}: {name!r} is outside the {self._place}, so the {self._place} is refused")
        return normal(name)

    def linked(self, name: str, target: str) -> str:
        """Where a link leads, relative to the root. Raises AssemblyError if it leads out."""
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(posixpath.normpath(name)), target))
        if target.startswith("/") or _DRIVE.match(target) or joined.split("/", 1)[0] == "..":
            raise AssemblyError(
                f"{self.path}: {name!r} is a link that leads outside the {self._place}, which is refused"
            )
        return joined


def normal(path: str) -> str:
    """A path without `.` and doubled slashes; empty for the root."""
    normal = posixpath.normpath(path)
    return "" if normal == "." else normal
