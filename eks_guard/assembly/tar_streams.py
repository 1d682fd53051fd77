"""Tar archives, plain or compressed, as streams that give no more than they should."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from contextlib import contextmanager
from enum import Enum
from typing import IO, TYPE_CHECKING

from eks_guard.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TAR_BYTES = 2 * 1024 * 1024 * 1024
"""Bytes that are inflated out of a compressed tar to list it."""
MAX_PIECE = 64 * 1024 * 1024
"""Bytes that are read of a tar at once: a header that asks for more wants to fill the memory."""
_BLOCK = 512
_MAGIC = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz"}


class TarFormat(Enum):
    """How a tar is compressed."""

    PLAIN = "tar"
    GZIP = "gz"
    BZIP2 = "bz2"
    XZ = "xz"


ARCHIVE_ERRORS = (OSError, EOFError, ValueError, KeyError, tarfile.TarError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged archive raises, beside lzma's error, which is made one of these here."""


def recognise_tar(head: bytes) -> TarFormat | None:
    """The form of a tar archive by its first 512 bytes; None for what is none."""
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return TarFormat(name)
    try:
        tarfile.TarInfo.frombuf(head[:_BLOCK], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return None
    return TarFormat.PLAIN


@contextmanager
def open_tar(stream: IO[bytes], form: TarFormat) -> Iterator[tarfile.TarFile]:
    """A tar, read from its beginning. Raises ARCHIVE_ERRORS for a damaged one, LimitError for one that swells."""
    import lzma  # noqa: PLC0415 (most archives need it not)

    stream.seek(0)
    bounded = _Bounded(_inflated(stream, form))
    try:
        with tarfile.open(fileobj=bounded, mode="r:") as tar:
            yield tar
    except lzma.LZMAError as error:
        raise ValueError(str(error)) from error


def _inflated(stream: IO[bytes], form: TarFormat) -> IO[bytes]:
    match form:
        case TarFormat.GZIP:
            import gzip  # noqa: PLC0415

            return gzip.GzipFile(fileobj=stream)  # type: ignore[return-value] # it reads and seeks, as is needed
        case TarFormat.BZIP2:
            import bz2  # noqa: PLC0415

            return bz2.BZ2File(stream)
        case TarFormat.XZ:
            import lzma  # noqa: PLC0415

            return lzma.LZMAFile(stream)
        case TarFormat.PLAIN:
            return stream


class _Bounded(io.RawIOBase):
    """A stream that refuses to give too much, at once or in all."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        """Some bytes. Raises LimitError where a limit is reached."""
        if size > MAX_PIECE:
            raise LimitError(
                f"a header of the archive asks for {size} bytes, which is over the limit: nothing was judged"
            )
        content = self._stream.read(size if size >= 0 else MAX_PIECE)
        self._check(self._stream.tell())
        return content

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place in the stream, which inflates all before it."""
        self._check(offset)
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Where the stream is."""
        return self._stream.tell()

    def seekable(self) -> bool:
        """Yes."""
        return True

    def readable(self) -> bool:
        """Yes."""
        return True

    def _check(self, place: int) -> None:
        if place > MAX_TAR_BYTES:
            raise LimitError(
                f"the archive holds more than {MAX_TAR_BYTES} bytes, which is the limit: nothing was judged"
            )
