"""A cdk.out that lies unpacked in object storage: its files are read from there, when somebody asks for one."""

from __future__ import annotations

import hashlib
import json
import posixpath
from typing import TYPE_CHECKING

from eks_guard.assembly.contents import Contents, Member
from eks_guard.assembly.documents import MAX_FILE_BYTES
from eks_guard.fleet.folders import MANIFEST
from eks_guard.fleet.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.fleet.storage import Storage
    from eks_guard.fleet.stored_object import StoredObject


class BucketFolder(Contents):
    """The objects below a URL by the rest of their keys. `version` changes with any of them, `fetched` counts bytes.

    Raises StorageError for a place that cannot be listed, AssemblyError for keys that nobody should trust.
    """

    def __init__(self, storage: Storage, url: str) -> None:
        super().__init__(url, "folder")
        self._storage = storage
        self._read: dict[str, bytes] = {}
        self.fetched = 0
        found = [item for item in storage.below(url) if not item.url.endswith("/")]  # consoles make such for folders
        self.version = _version(found)
        self.size = sum(item.size or 0 for item in found)
        self.modified = max((item.modified for item in found if item.modified), default=None)
        for item in found:
            self.add(item.url.removeprefix(f"{url}/"), Member(item.size or 0))

    def read(self, name: str, limit: int) -> bytes:
        """The content of an object, up to the limit and one byte more; a manifest is asked for more than once."""
        if name in self._read:
            return self._read[name][: limit + 1]
        content = self._storage.read(f"{self.path}/{name}", limit + 1)
        self.fetched += len(content)
        if posixpath.basename(name) == MANIFEST and len(content) <= limit:
            self._read[name] = content
        return content


def holds_assembly(storage: Storage, manifest: str) -> bool:
    """Whether the manifest of that URL is one of CDK's; one that is damaged may be."""
    try:
        data = json.loads(storage.read(manifest, MAX_FILE_BYTES))
    except (StorageError, ValueError, RecursionError):
        return True
    return isinstance(data, dict) and "artifacts" in data


def _version(found: Sequence[StoredObject]) -> str:
    digest = hashlib.sha256()
    for item in found:
        digest.update(f"{item.url}\0{item.version}\n".encode(errors="surrogatepass"))
    return digest.hexdigest()[:32]
