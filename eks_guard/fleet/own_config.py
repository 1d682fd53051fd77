"""The configuration that an archive brings along: it decides nothing in a fleet but, where asked, its waivers."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from eks_guard.assembly.archive_root import ArchiveRoot
from eks_guard.errors import AssemblyError, PolicyError
from eks_guard.policy.config import FILE, OTHER_SPELLING, waivers_in
from eks_guard.policy.repository import inside
from eks_guard.reading import read_regular_file
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.files import Root
    from eks_guard.model.finding import Waiver

NAMES = (FILE, OTHER_SPELLING)
MAX_BYTES = 1 << 20
"""A larger configuration is refused."""


def own_config(root: Root) -> str | None:
    """The text of the configuration in the folder of an assembly, or in one around it. Raises AssemblyError."""
    try:
        content = next(_found(root), None)
        return None if content is None else content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise AssemblyError(f"{FILE}: cannot be read: {error}") from None


def own_waivers(text: str) -> tuple[Waiver, ...]:
    """The waivers of an archive's own configuration, marked as such. Raises AssemblyError for a wrong one."""
    try:
        return tuple(replace(waiver, origin=f"{FILE} in the archive") for waiver in waivers_in(text, FILE))
    except PolicyError as error:
        raise AssemblyError("; ".join(error.mistakes)) from None


def _found(root: Root) -> Iterator[bytes]:
    if isinstance(root, ArchiveRoot):
        folder, archive = root.base, root.archive
        while True:
            targets = (archive.target(posixpath.join(folder, name)) for name in NAMES)
            yield from (archive.read(target, MAX_BYTES) for target in targets if target)
            if not folder:
                return
            folder = posixpath.dirname(folder)
    places = (folder / name for folder in (root.path, root.project) if folder for name in NAMES)
    within = root.project or root.path
    yield from (read_regular_file(place, MAX_BYTES) for place in places if place.is_file() and inside(within, place))
