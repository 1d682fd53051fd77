"""Cloud assemblies that are folders of this machine."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.assembly.documents import MAX_FILE_BYTES
from eks_guard.reading import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "manifest.json"
ASSET = "asset."
"""How CDK names the folders of assets; the names change with the content."""


def holds_assembly(folder: Path) -> bool:
    """Whether a folder has a manifest of CDK's; one that is damaged may be."""
    try:
        if not (folder / MANIFEST).is_file():
            return False
        data = json.loads(read_regular_file(folder / MANIFEST, MAX_FILE_BYTES))
    except (OSError, ValueError, RecursionError):
        return True
    return isinstance(data, dict) and "artifacts" in data


def version_of_folder(folder: Path) -> str:
    """A text that changes with the files of a folder: their names, sizes and times."""
    digest = hashlib.sha256()
    for line in sorted(_marks(folder)):
        digest.update(line.encode(errors="surrogatepass"))
    return digest.hexdigest()[:32]


def _marks(folder: Path) -> Iterator[str]:
    for top, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(ASSET)]
        for name in (*files, *folders):
            path = Path(top, name)
            found = path.lstat()
            yield f"{path}\0{found.st_size}\0{found.st_mtime_ns if path.is_file() else ''}\n"
