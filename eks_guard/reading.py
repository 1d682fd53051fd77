"""Reads files of which nothing is known yet: pipes, devices and files without end are refused, not waited for."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class TooLongError(ValueError):
    """A file is longer than what is read of one."""


def read_regular_file(path: Path | str, limit: int) -> bytes:
    """The content of a file. Raises ValueError if it is no regular file or longer than the limit, else OSError.

    What is no file is found out without waiting: to open a named pipe blocks until somebody writes to it.
    """
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("not a regular file")
        content = os.read(file, min(found.st_size, limit) + 1)  # no room is made for more than there is
        while (
            len(content) != found.st_size
            and len(content) <= limit
            and (more := os.read(file, limit + 1 - len(content)))
        ):
            content += more  # it grows, the system makes it up and says 0, or gives it in pieces
    finally:
        os.close(file)
    if found.st_size > limit or len(content) > limit:
        raise TooLongError(f"more than {limit} bytes, which is the most that is read of a file")
    return content


def read_file_of(folder: Path, name: str, limit: int) -> bytes:
    """The content of a file in a folder. Raises ValueError also for a link that leads out of the folder."""
    path = folder / name
    if path.resolve().parent != folder.resolve():
        raise ValueError("a link that leads out of its folder")
    return read_regular_file(path, limit)
