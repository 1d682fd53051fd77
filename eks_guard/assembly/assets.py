"""What lies inside an asset, a zip or a folder: listed and read as data, never unpacked, never executed."""

from __future__ import annotations

import posixpath
import stat
import struct
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from eks_guard.digests import digest_of_part
from eks_guard.records import cached_property, dataclass

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.files import Located, Root
    from eks_guard.assembly.stack import Resource
    from eks_guard.assembly.stamps import Stamp

MAX_DIRECTORY_BYTES = 16 * 1024 * 1024
"""A zip whose own directory is larger than this is not looked into; a kubectl layer's takes some kilobytes."""
_END = b"PK\x05\x06"
_ROW = b"PK\x01\x02"
_HEADER_SIZE = 30
_END_SIZE, _MAX_COMMENT = 22, 0xFFFF
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_64_SIZE = 20
_RECORD_64 = b"PK\x06\x06"
_RECORD_64_SIZE = 56


class UnreadableAssetError(Exception):
    """An asset that is truncated, encrypted, or compressed in a way of its own."""


class AssetLimitError(UnreadableAssetError):
    """An asset that asks for more than is spent on any."""


class Asset:
    """A zip or a folder that is here and inside the allowed root; `where` is its path, and `name` that in the assembly.

    The stacks of an app share their assets, so what was found in one is kept.
    """

    def __init__(self, where: str, root: Root) -> None:
        self.name = root.name_of(where)
        self.path = root.at(where)
        self.where = where
        self.root = root
        self._members: dict[tuple[str, ...], Member | None] = {}

    @cached_property
    def stamp(self) -> Stamp | None:
        """By what the file is known again while nobody changes it; None for a folder, and where that is not told."""
        return self.root.stamp(self.where)

    def member(self, *names: str) -> Member | None:
        """The first of some files that the asset has. Raises UnreadableAssetError if it cannot be looked into."""
        if names not in self._members:
            self._members[names] = self._member(names)
        return self._members[names]

    def _member(self, names: tuple[str, ...]) -> Member | None:
        if self.path.is_dir():
            paths = ((name, self.root.locate(self.where, name)) for name in names)
            return next((Member(name, self, None) for name, path in paths if path and path.is_file()), None)
        if not _may_list(self, names):
            return None
        with _zip(self) as archive:
            listed: dict[str, zipfile.ZipInfo] = {}
            for info in archive.infolist():
                name = posixpath.normpath(info.filename.replace("\\", "/")).lstrip("/")
                if name in listed and name in names:
                    raise AssetLimitError(f"{self.name}: lists {name} twice, so it is unclear which one counts")
                listed[name] = info
        found = next(((name, listed[name]) for name in names if name in listed), None)
        if found and stat.S_ISLNK(found[1].external_attr >> 16):
            raise UnreadableAssetError(f"{found[0]} is a link")
        return Member(found[0], self, found[1]) if found else None

    def names(self, most: int) -> tuple[str, ...]:
        """The paths of its files, sorted, with forward slashes; of more than `most`, some. Links are left out.

        Raises UnreadableAssetError if it cannot be looked into.
        """
        if not self.path.is_dir():
            with _zip(self) as archive:
                infos = [info for info in archive.infolist() if not info.is_dir()]
            names = (posixpath.normpath(info.filename.replace("\\", "/")).lstrip("/") for info in infos[:most])
            return tuple(sorted(dict.fromkeys(names)))
        return tuple(sorted(self.root.below(self.where, most)))


@dataclass(frozen=True)
class Member:
    """A file inside an asset; `info` is its row in a zip's directory, None in a folder."""

    name: str
    asset: Asset
    info: zipfile.ZipInfo | None

    @property
    def checksum(self) -> str | None:
        """`crc32:size` as a zip's directory lists them, known without inflating anything."""
        return f"{self.info.CRC:08x}:{self.info.file_size}" if self.info else None

    @cached_property
    def digest(self) -> str | None:
        """The SHA-256 of what a zip holds of it, by which it can be remembered; None in a folder, or if unreadable."""
        row = self.info
        if row is None:
            return None
        told = f"{row.filename} {row.flag_bits} {row.compress_type} {row.CRC} {row.file_size} {row.compress_size}"
        try:
            with self.asset.path.open("rb") as stream:
                stream.seek(row.header_offset)
                name, more = struct.unpack_from("<HH", stream.read(_HEADER_SIZE), _HEADER_SIZE - 4)
                stream.seek(row.header_offset)
                return digest_of_part(told, stream, _HEADER_SIZE + name + more + row.compress_size)
        except (OSError, struct.error):
            return None

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The content as a stream. Raises UnreadableAssetError, here or while it is read."""
        if self.info is None:
            path = self.asset.root.locate(self.asset.where, self.name)
            if path is None:
                raise UnreadableAssetError(f"{self.name} leads out of the assembly")
            try:
                with path.open("rb") as stream:
                    yield stream
            except OSError as error:
                raise UnreadableAssetError(str(error)) from error
        else:
            with _zip(self.asset) as archive, archive.open(self.info) as stream:
                yield stream


def find_asset(root: Root, resource: Resource, digest: str) -> Asset | None:
    """The asset that a resource names by its hash; None if it is not here, or neither zip nor folder.

    Metadata beside it is believed where CDK's name of the file has the hash.
    """
    assets, noted = resource.stack.assets, resource.metadata.get("aws:asset:path")
    name = assets.path(digest) or (noted if isinstance(noted, str) and digest in noted else None)
    where = root.find(assets.directory, name) if name else None
    if where is None:
        return None
    if where not in root.assets:
        root.assets[where] = Asset(where, root) if _is_asset(root.at(where)) else None
    found: Asset | None = root.assets[where]
    return found


def _is_asset(path: Located) -> bool:
    try:
        return path.is_dir() or (path.is_file() and _end_of(path) is not None)
    except OSError:
        return False


@contextmanager
def _zip(asset: Asset) -> Iterator[zipfile.ZipFile]:
    """A zip, opened after its directory was found to be of a bearable size."""
    import lzma  # noqa: PLC0415 (most layers are known by their hash, so most runs open no zip)
    import zipfile  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    try:
        _check_size(asset)
        with asset.path.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            yield archive
    except (
        *(OSError, EOFError, NotImplementedError, RuntimeError, ValueError),
        *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    ) as error:
        raise UnreadableAssetError(str(error)) from error


def _may_list(asset: Asset, names: Iterable[str]) -> bool:
    """Whether a zip may have one of some files: no whole directory without their words does.

    Most layers are of something else, and some list thousands of files.
    """
    try:
        with asset.path.open("rb") as stream:
            end, _ = _last_records(stream)
            rows, size, comment = struct.unpack_from("<10xHI4xH", end or bytes(_END_SIZE))
            start = stream.seek(0, 2) - comment - _END_SIZE - size
            stream.seek(max(0, start))
            directory = stream.read(min(size, MAX_DIRECTORY_BYTES))
    except OSError:
        return True  # said when the zip is opened
    is_whole = directory.startswith(_ROW) and directory.count(_ROW) == rows and len(directory) == size
    return not is_whole or any(posixpath.basename(name).encode() in directory for name in names)


def _check_size(asset: Asset) -> None:
    """Python's zipfile reads a zip's directory whole, so its size is asked first."""
    end = _end_of(asset.path)
    size = int.from_bytes(end[12:16], "little") if end else 0
    if size > MAX_DIRECTORY_BYTES:
        raise AssetLimitError(
            f"{asset.name}: its directory has {size} bytes, more than the limit of {MAX_DIRECTORY_BYTES}"
        )


def _end_of(path: Located) -> bytes | None:
    """The record at the end of a zip; None if there is none, or if it is a zip64, which hides its size; no layer is."""
    with path.open("rb") as stream:
        end, locator = _last_records(stream)
    return None if locator else end


def directory_size(stream: IO[bytes]) -> int | None:
    """Bytes of a zip's own directory, of a zip64 too; None for what is no zip."""
    end, locator = _last_records(stream)
    if end is None or not locator:
        return int.from_bytes(end[12:16], "little") if end else None
    stream.seek(int.from_bytes(locator[8:16], "little"))
    record = stream.read(_RECORD_64_SIZE)
    return int.from_bytes(record[40:48], "little") if record.startswith(_RECORD_64) else None


def _last_records(stream: IO[bytes]) -> tuple[bytes | None, bytes]:
    """The record at the end of a zip, and the locator before it that a zip64 has."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END_SIZE - _MAX_COMMENT - _LOCATOR_64_SIZE))
    tail = stream.read(_END_SIZE + _MAX_COMMENT + _LOCATOR_64_SIZE)
    at = tail.rfind(_END, 0, len(tail) - _END_SIZE + len(_END))
    if at < 0:
        return None, b""
    locator = tail[max(0, at - _LOCATOR_64_SIZE) : at]
    return tail[at : at + _END_SIZE], locator if locator.startswith(_LOCATOR_64) else b""
