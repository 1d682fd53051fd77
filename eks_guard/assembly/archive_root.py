"""The cdk.out in an archive or a bucket as a folder that may be read, and which folders of it hold one."""

from __future__ import annotations

import io
import json
import posixpath
from pathlib import Path
from typing import IO, TYPE_CHECKING

from eks_guard.assembly.archives import MAX_MEMBER_BYTES, read_archive
from eks_guard.assembly.budget import Budget
from eks_guard.assembly.contents import normal
from eks_guard.assembly.documents import MAX_FILE_BYTES, Document
from eks_guard.assembly.files import Root
from eks_guard.errors import AssemblyError
from eks_guard.reading import TooLongError
from eks_guard.records import cached_property, dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.contents import Contents


@dataclass(frozen=True)
class ArchivePath:
    """A path in an archive: a `Located`, with what else is asked of its documents."""

    root: ArchiveRoot
    inside: str

    def __str__(self) -> str:
        return self.inside

    @property
    def name(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.inside)

    @cached_property
    def _target(self) -> str | None:
        return self.root.archive.target(self.inside)

    def exists(self) -> bool:
        """Whether there is a file or folder."""
        return self.is_dir() or self.is_file()

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.inside in self.root.archive.folders

    def is_file(self) -> bool:
        """Whether it is a file, or a link to one."""
        return self._target is not None

    def open(self, _: str = "rb") -> IO[bytes]:
        """The content, inflated in memory. Raises OSError if it cannot be, LimitError if it is too much."""
        return io.BytesIO(self.content(MAX_MEMBER_BYTES))

    def content(self, limit: int) -> bytes:
        """The content. Raises ValueError if it is longer than the limit, OSError if it cannot be read."""
        if self._target is None:
            raise FileNotFoundError(2, "no such file", self.inside)
        declared = self.root.archive.members[self._target].size
        content = b"" if declared > limit else self.root.archive.read(self._target, limit)
        self.root.budget.inflate(len(content))
        if declared > limit or len(content) > limit:
            raise TooLongError(f"more than {limit} bytes, which is the most that is read of a file")
        return content


class ArchiveRoot(Root):
    """The folder of an archive that may be read; `base` is where the cdk.out lies in it.

    `beside`: whether files of the project may lie beside the archive, as they do on the disk of who synthesized it.
    """

    def __init__(self, path: Path, archive: Contents, base: str, *, beside: bool = True) -> None:
        super().__init__(path)
        self.archive = archive
        self.others: tuple[str, ...] = ()
        self.base = base
        self._beside = beside

    @property
    def project(self) -> Path | None:
        """The folder around the archive; None for one that came from elsewhere."""
        return super().project if self._beside else None

    def at(self, where: str) -> ArchivePath:
        """What lies at a path in the archive."""
        return ArchivePath(self, where)

    def stamp(self, where: str) -> None:
        """Nothing: what lies in an archive is no file of its own."""

    def below(self, where: str, most: int) -> list[str]:
        """The paths of the files in a folder and the folders in it, relative to it; of more than `most`, some."""
        start = f"{where}/" if where else ""
        return sorted(name[len(start) :] for name in self.archive.members if name.startswith(start))[:most]

    def find(self, directory: str, relative: str) -> str | None:
        """The path in the archive, or None if it lies outside of the folder."""
        inside = normal(posixpath.join(self._absolute(directory), relative))
        if inside.startswith(("/", "../")) or inside == ".." or not self._holds(inside):
            return None
        return inside

    def name_of(self, where: str) -> str:
        """The path relative to the folder, with forward slashes."""
        return posixpath.relpath(where or ".", self.base or ".")

    def is_folder(self, directory: str, name: str) -> bool:
        """Whether a name in a folder is a folder."""
        return normal(posixpath.join(self._absolute(directory), name)) in self.archive.folders

    def listed(self, directory: str) -> list[str]:
        """The names in a folder, sorted."""
        folder = normal(posixpath.join(self.base, directory))
        start = f"{folder}/" if folder else ""
        every = (*self.archive.members, *self.archive.folders)
        return sorted({name[len(start) :].split("/", 1)[0] for name in every if name.startswith(start)} - {""})

    def document_at(self, name: str, where: str, limit: int) -> Document:
        """A document of the archive."""
        path = self.at(where)
        return Document(
            name,
            where,
            budget=self.budget,
            limit=limit,
            read=lambda _, most: path.content(most),
            exists=lambda _: path.exists(),
        )

    def other_apps(self) -> Iterator[tuple[str, Root]]:
        """Yield the folders of the other apps in the archive, where nobody chose one, each as a root of its own."""
        budget = Budget()
        for folder in self.others:
            other = ArchiveRoot(self.path, self.archive, folder, beside=False)
            other.budget = budget
            yield folder, other

    def _absolute(self, directory: str) -> str:
        """Where a folder lies in the archive; one that was located before is given by its path in it."""
        return directory if directory and self._holds(directory) and self.base else posixpath.join(self.base, directory)

    def _holds(self, inside: str) -> bool:
        return not self.base or inside == self.base or inside.startswith(f"{self.base}/")


def open_archive(path: Path, folder: str | None = None) -> ArchiveRoot | None:
    """The folder of an archive that holds the assembly; None for a file that is no archive.

    `folder` names it where there are several. Raises AssemblyError for an archive that cannot be read or is refused.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise AssemblyError(f"{path}: cannot be read: {error.strerror}") from None
    archive = read_archive(str(path), stream)
    if archive is None:
        return None
    if folder is not None:
        return ArchiveRoot(path, archive, folder.strip("/"))
    root = ArchiveRoot(path, archive, _assembly_folder(archive))
    root.others = tuple(one for one in assembly_folders(archive) if not _is_below(one, root.base))
    return root


def assembly_folders(archive: Contents) -> tuple[str, ...]:
    """The folders of all apps in an archive, sorted: those with a manifest of CDK's that lie in no other's.

    Without any, the folder in which templates may lie.
    """
    found: list[str] = []
    for folder in sorted(_holding(archive), key=_depth):
        if not any(_is_below(folder, outer) for outer in found):
            found.append(folder)
    return tuple(sorted(found)) or (_top(archive),)


def _holding(archive: Contents) -> list[str]:
    """The folders with a `manifest.json` of CDK's; if it names no artifacts, another program wrote it."""
    names = list(_manifests(archive))
    ours = [name for name in names if _is_of_cdk(archive, name)]
    return [posixpath.dirname(name) for name in ours or names]


def _is_of_cdk(archive: Contents, name: str) -> bool:
    """Whether a manifest may be CDK's; one that is damaged may."""
    target = archive.target(name)
    try:
        data = json.loads(archive.read(target, MAX_FILE_BYTES)) if target else {}
    except (OSError, ValueError, RecursionError):
        return True
    return isinstance(data, dict) and "artifacts" in data


def _is_below(folder: str, outer: str) -> bool:
    return not outer or folder == outer or folder.startswith(f"{outer}/")


def _assembly_folder(archive: Contents) -> str:
    """The folder with a `manifest.json` that lies least deep; without any, the one top folder, or the root."""
    holding = sorted(_holding(archive), key=_depth)
    least = [folder for folder in holding if _depth(folder) == _depth(holding[0])]
    if len(least) > 1:
        raise AssemblyError(
            f"{archive.path}: found several cloud assemblies, {', '.join(least)}; name one: {archive.path}!{least[0]}"
        )
    return least[0] if least else _top(archive)


def _top(archive: Contents) -> str:
    """The one top folder; the root where there are several, or none."""
    tops = {name.split("/", 1)[0] for name in archive.members}
    return tops.pop() if len(tops) == 1 and "/" in next(iter(archive.members)) else ""


def _manifests(archive: Contents) -> Iterator[str]:
    return (name for name in archive.members if posixpath.basename(name) == "manifest.json")


def _depth(folder: str) -> int:
    return folder.count("/") + 1 if folder else 0
