"""What lies inside an asset, a zip or a folder: listed and read as data, never unpacked, never executed."""

from __future__ import annotations

import hashlib
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eks_guard.assembly.files import Root
    from eks_guard.assembly.stack import Resource

MAX_MEMBERS = 100_000
"""A zip that lists more files than this is not looked into; a kubectl layer has some dozens."""
UNREADABLE = (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError)
"""What a zip raises that is truncated, encrypted, or compressed in a way of its own."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A zip or a folder that is here and inside the allowed root; `name` is its path relative to the assembly."""

    name: str
    path: Path
    root: Root

    @property
    def digest(self) -> str | None:
        """The SHA-256 of a zip, by which it can be remembered; None for a folder, or where it cannot be read."""
        try:
            with self.path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return None

    def member(self, *names: str) -> Member | None:
        """The first of some files that the asset has. Raises one of UNREADABLE if it cannot be looked into."""
        if self.path.is_dir():
            paths = ((name, self.root.locate(str(self.path), name)) for name in names)
            return next((Member(name, self, None) for name, path in paths if path and path.is_file()), None)
        with zipfile.ZipFile(self.path) as archive:
            listed = {info.filename.removeprefix("./"): info for info in archive.infolist()[:MAX_MEMBERS]}
        found = ((name, listed.get(name)) for name in names)
        return next((Member(name, self, info) for name, info in found if info), None)


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an asset; `info` is its row in a zip's directory, None in a folder."""

    name: str
    asset: Asset
    info: zipfile.ZipInfo | None

    @property
    def checksum(self) -> str | None:
        """`crc32:size` as a zip's directory lists them, known without inflating anything."""
        return f"{self.info.CRC:08x}:{self.info.file_size}" if self.info else None

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The content as a stream. Raises one of UNREADABLE, here or while it is read."""
        if self.info is None:
            path = self.asset.root.locate(str(self.asset.path), self.name)
            if path is None:
                raise OSError(f"{self.name} leads out of the assembly")
            with path.open("rb") as stream:
                yield stream
        else:
            with zipfile.ZipFile(self.asset.path) as archive, archive.open(self.info) as stream:
                yield stream


def find_asset(root: Root, resource: Resource, digest: str) -> Asset | None:
    """The asset that a resource names by its hash; None if it is not here, or neither zip nor folder."""
    assets = resource.stack.assets
    source, noted = assets.sources.get(digest), resource.metadata.get("aws:asset:path")
    name = source[0] if source else noted if isinstance(noted, str) else None
    path = root.locate(assets.directory, name) if name else None
    try:
        if path is None or not (path.is_dir() or zipfile.is_zipfile(path)):
            return None
    except OSError:
        return None
    return Asset(root.name_of(path), path, root)
