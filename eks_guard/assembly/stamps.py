"""By what a file is known again without being read: as long as nobody changes it."""

from __future__ import annotations

import os
import stat
import time

from eks_guard.records import dataclass

SETTLED = 3_000_000_000
"""Nanoseconds after which a file that is written again has another time of change, on any file system."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the system tells of the file at a path, times in nanoseconds.

    `written` is the time of writing, which anybody may set; `changed` that of the last change of content, name, mode or
    `written`, which only the system sets.
    """

    path: str
    device: int
    inode: int
    size: int
    written: int
    changed: int


def stamp_of(path: str) -> Stamp | None:
    """The stamp of a file; None where the system tells of no change, and of a file that was changed just now.

    Such a file may change again within the same moment. Windows tells when a file was made instead.
    """
    if os.name != "posix":
        return None
    try:
        found = os.stat(path)  # noqa: PTH116 (a text)
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode) or time.time_ns() - found.st_ctime_ns < SETTLED:
        return None
    return Stamp(path, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
