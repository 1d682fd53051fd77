"""The folder of an assembly: every file in it is read once, and none outside of it."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, Protocol

from eks_guard.assembly.budget import Budget
from eks_guard.assembly.documents import (
    MAX_FILE_BYTES,
    Document,
    is_unicode,
)
from eks_guard.errors import TemplateError
from eks_guard.matching import regex
from eks_guard.model.describe import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stamps import Stamp

MAX_PATH = 4096
"""Characters of a path by which one file names another, of which Linux opens none that is longer:
https://man7.org/linux/man-pages/man7/path_resolution.7.html"""
_SEPARATOR = regex(r"[/\\:]")
_DOTS = ("", ".", "..")


class Located(Protocol):
    """A file or folder that may be read: of the disk, as `pathlib.Path`, or in an archive."""

    def is_dir(self) -> bool:
        """Return whether it is a folder."""

    def is_file(self) -> bool:
        """Return whether it is a file, or a link to one."""

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        """Return the content. Raises OSError if it cannot be read."""


class Root:
    """The folder that may be read. Paths that lead out of it, also through links, are refused."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._real = os.path.realpath(path)
        self._folders: dict[str, str] = {}
        self._plain: dict[str, set[str]] = {}  # the files in a folder that was listed, without links
        self._documents: dict[str, Document] = {}
        self._named: dict[tuple[str, str], Document] = {}
        self.assets: dict[str, Any] = {}  # each an `Asset`, which holds its root, or None
        self.budget = Budget()

    def other_apps(self) -> Iterator[tuple[str, Root]]:
        """Yield the folders of other apps, where nobody chose one: none in a folder, which is one app's."""
        yield from ()

    @property
    def project(self) -> Path | None:
        """The folder around it, in which the files of the project lie; None where there is none to look into."""
        return self.path.absolute().parent

    def locate(self, directory: str, relative: str) -> Located | None:
        """A file or folder named in `directory`, or None if it lies outside of the root."""
        where = self.find(directory, relative)
        return None if where is None else self.at(where)

    def at(self, where: str) -> Located:
        """What lies at a path that was found."""
        return Path(where)

    def stamp(self, where: str) -> Stamp | None:
        """By what a file is known again while nobody changes it; None where that is not told."""
        from eks_guard.assembly.stamps import stamp_of  # noqa: PLC0415 (most layers are known by their hash)

        return stamp_of(where)

    def below(self, where: str, most: int) -> list[str]:
        """The paths of the files in a folder and the folders in it, relative to it; of more than `most`, some."""
        found: list[str] = []
        for folder, inner, files in os.walk(where):
            inner.sort()
            inside = os.path.relpath(folder, where).replace(os.sep, "/")
            found += [posixpath.normpath(posixpath.join(inside, name)) for name in sorted(files)]
            if len(found) >= most:
                break
        return found[:most]

    def find(self, directory: str, relative: str) -> str | None:
        """The path as a text, which is all that most files need: of many hundreds, few are more than read."""
        if "\0" in relative or len(relative) > MAX_PATH or not is_unicode(relative):
            return None
        real = self._real_path(directory, relative)
        return real if real == self._real or real.startswith(self._real + os.sep) else None

    def _real_path(self, directory: str, relative: str) -> str:
        """Where a path leads; a plain name in a folder that was asked about before is looked at alone."""
        if _SEPARATOR.search(relative) or relative in _DOTS:
            return os.path.realpath(os.path.join(self._real, directory, relative))  # noqa: PTH118 (an absolute one wins)
        if directory not in self._folders:
            self._folders[directory] = os.path.realpath(os.path.join(self._real, directory))  # noqa: PTH118
        folder = self._folders[directory]
        joined = os.path.join(folder, relative)  # noqa: PTH118
        if relative in self._plain.get(folder, ()):
            return joined
        return os.path.realpath(joined) if os.path.islink(joined) else joined  # noqa: PTH114

    def name_of(self, where: str) -> str:
        """The path of a file that was found, relative to the root and with forward slashes."""
        return where.removeprefix(self._real).lstrip(os.sep).replace(os.sep, "/") or "."

    def names(self, directory: str) -> list[str]:
        """The names of the files in a folder, sorted; none if it cannot be listed."""
        try:
            return self.listed(directory)
        except OSError:
            return []

    def listed(self, directory: str) -> list[str]:
        """The names of the files in a folder, sorted. Raises OSError if it cannot be listed."""
        folder = self.find(directory, "")
        if folder is None:
            return []
        with os.scandir(folder) as entries:
            plain = {entry.name: entry.is_file(follow_symlinks=False) for entry in entries}
        self._plain[folder] = {name for name, is_plain in plain.items() if is_plain}
        return sorted(plain)

    def is_folder(self, directory: str, name: str) -> bool:
        """Whether a name in a folder is a folder, or a link to one, wherever that lies."""
        return os.path.isdir(os.path.join(self._real, directory, name))  # noqa: PTH112, PTH118 (no name is refused)

    def document(self, directory: str, relative: str, limit: int = MAX_FILE_BYTES) -> Document:
        """The document of that name; each file is one object. Raises TemplateError if it is outside the root."""
        key = (directory, relative)
        if len(relative) > MAX_PATH:
            what = f"a path of {len(relative)} characters"
            raise TemplateError(f"{shortened(relative)}: {what}, expected at most {MAX_PATH}")
        if key not in self._named:
            where = self.find(directory, relative)
            if where is None:
                raise TemplateError(f"{relative!r} leads out of {self.path}; only files inside it are read")
            name = self.name_of(where)
            if name not in self._documents:
                self._documents[name] = self.document_at(name, where, limit)
            self._named[key] = self._documents[name]
        return self._named[key]

    def document_at(self, name: str, where: str, limit: int) -> Document:
        """A document that was found."""
        return Document(name, where, budget=self.budget, limit=limit)
