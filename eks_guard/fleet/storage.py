"""Where archives lie: folders, object stores and web servers, all by fsspec, which is imported here alone."""

from __future__ import annotations

import io
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.errors import AssemblyError, UsageError
from eks_guard.fleet.stored_object import StoredObject, stored_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

BLOCK = 256 * 1024
"""Bytes of one request: a zip's directory and the few files that are asked for take some of these."""
STREAMED = 4 * 1024 * 1024
"""Bytes of one request for a tar, which is read from its beginning to its end."""
HEAD = 4
_ZIP = b"PK"


class StorageError(AssemblyError):
    """A place that cannot be listed or read, with the storage's own reason."""


class Storage:
    """The places that URLs lead to, opened with the same options for each kind of storage."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options

    def is_local(self, url: str) -> bool:
        """Whether a URL is a path of this machine."""
        return "://" not in url and "::" not in url

    def is_folder(self, url: str) -> bool:
        """Whether a URL names a folder, or the beginning of keys in a bucket."""
        with _reasons(url):
            files, path = self._at(url)
            return bool(files.isdir(path))

    def exists(self, url: str) -> bool:
        """Whether there is such an object."""
        with _reasons(url):
            files, path = self._at(url)
            return bool(files.isfile(path))

    def matching(self, pattern: str) -> Iterator[StoredObject]:
        """The objects and folders that a URL with `*`, `?`, `[…]` and `**` matches."""
        with _reasons(pattern):
            files, path = self._at(pattern)
            found: dict[str, dict[str, Any]] = files.glob(path, detail=True)
        for name in sorted(found):
            yield stored_object(self._named(files, pattern, name), found[name])

    def below(self, url: str) -> Iterator[StoredObject]:
        """All objects below a folder."""
        with _reasons(url):
            files, path = self._at(url)
            found: dict[str, dict[str, Any]] = files.find(path, detail=True)
        for name in sorted(found):
            yield stored_object(self._named(files, url, name), found[name])

    def look_up(self, url: str) -> StoredObject:
        """The object of a URL as it is now. Raises StorageError if there is none."""
        with _reasons(url):
            files, path = self._at(url)
            files.invalidate_cache()
            return stored_object(url, files.info(path))

    def open(self, url: str) -> StoredStream:
        """The content of an object, read where somebody asks: a zip in pieces, a tar as it comes."""
        with _reasons(url):
            files, path = self._at(url)
            stream = StoredStream(url, files.open(path, "rb", block_size=BLOCK, cache_type="blockcache"))
            if not self.is_local(url) and not stream.read(HEAD).startswith(_ZIP):
                stream.close()
                whole = files.open(path, "rb", block_size=STREAMED, cache_type="readahead")
                stream = StoredStream(url, whole, stream.fetched)
            stream.seek(0)
        return stream

    def read(self, url: str, most: int | None = None) -> bytes:
        """A file as a whole, or its first bytes."""
        with _reasons(url):
            files, path = self._at(url)
            content: bytes = files.cat_file(path, start=0 if most else None, end=most)
            return content

    def write(self, url: str, content: bytes) -> None:
        """Write a small file as a whole."""
        with _reasons(url):
            files, path = self._at(url)
            files.pipe_file(path, content)

    def _at(self, url: str) -> tuple[Any, str]:
        from fsspec.core import url_to_fs  # noqa: PLC0415 (an extra)

        options = {} if self.is_local(url) else {"use_listings_cache": False, **self._options}
        if "versionId=" in url:
            options["version_aware"] = True
        files, path = url_to_fs(url, **options)
        return files, str(path)

    def _named(self, files: Any, like: str, path: str) -> str:
        return path if self.is_local(like) else str(files.unstrip_protocol(path))


class StoredStream(io.RawIOBase):
    """An object that is read in pieces. What its storage raises becomes a StorageError; `fetched` are bytes it sent."""

    def __init__(self, url: str, stream: Any, fetched: int = 0) -> None:
        self.fetched = fetched
        self._url = url
        self._stream = stream
        self._cache = getattr(stream, "cache", None)
        if self._cache is not None:
            self._cache.fetcher = self._counted(self._cache.fetcher)

    def _counted(self, fetch: Callable[[int, int], bytes]) -> Callable[[int, int], bytes]:
        """Fetch as the cache does, which itself counts whole blocks where an object ends before them."""

        def call(start: int, end: int) -> bytes:
            content = fetch(start, end)
            self.fetched += len(content)
            return content

        return call

    def read(self, size: int = -1, /) -> bytes:
        """Some bytes."""
        with _reasons(self._url):
            content: bytes = self._stream.read(size)
        if self._cache is None:
            self.fetched += len(content)
        return content

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        """Where the stream is."""
        return int(self._stream.tell())

    def seekable(self) -> bool:
        """Yes."""
        return True

    def readable(self) -> bool:
        """Yes."""
        return True

    def close(self) -> None:
        """Let the object go."""
        self._stream.close()
        super().close()


def canonical(url: str) -> str:
    """The URL by which an object is known. A path of this machine is absolute, a folder elsewhere ends without `/`."""
    if url.startswith("file://"):
        url = url.removeprefix("file://")
    if "://" not in url and "::" not in url:
        return Path(url).absolute().as_posix()
    return url if url.startswith(("http://", "https://")) else url.rstrip("/")


@contextmanager
def _reasons(url: str) -> Iterator[None]:
    """Make a StorageError of whatever a storage raises: each library has errors of its own, and none is ours."""
    try:
        yield
    except StorageError:
        raise
    except ImportError as error:
        raise UsageError(f"{url}: {error}") from None
    except FileNotFoundError as error:
        raise StorageError(f"{url}: no such object: {error.strerror or error}") from None
    except PermissionError as error:
        raise StorageError(f"{url}: access denied: {error.strerror or error}") from None
    except Exception as error:  # noqa: BLE001 (as above)
        raise StorageError(f"{url}: cannot be read: {type(error).__name__}: {error}") from None
