"""The repository of a configuration: its author decides about what lies in it, and about nothing beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

GIT = ".git"
"""A folder in a clone, a file in a worktree: https://git-scm.com/docs/gitrepository-layout"""


def is_root(folder: Path) -> bool:
    """Whether a folder is the root of a repository."""
    try:
        return (folder / GIT).exists()
    except OSError:
        return False


def root_around(folder: Path) -> Path:
    """The root of the repository around a folder; the folder itself where there is no repository."""
    start = folder.absolute()
    return next((above for above in (start, *start.parents) if is_root(above)), start)


def inside(root: Path, path: Path) -> bool:
    """Whether a path, with all its links followed, lies in a folder."""
    try:
        path.exists()  # raises where the system takes no such name
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # too long, a loop of links, or no name at all
        return False
