"""Which app of a repository an assembly is of: two of them may have equal construct paths."""

from __future__ import annotations

from pathlib import Path

from eks_guard.assembly.load import INSIDE
from eks_guard.policy.repository import is_root

STDIN = "-"


def app_of(path: str) -> str:
    """The folder around an assembly, as seen from the root of the repository that the tool runs in.

    Empty at the root, for what lies elsewhere, and outside of any repository.
    """
    if path == STDIN:
        return ""
    try:
        here, folder = Path.cwd(), Path(path.partition(INSIDE)[0]).absolute().parent
    except FileNotFoundError:  # the working folder is gone
        return ""
    root = next((above for above in (here, *here.parents) if is_root(above)), None)
    if root is None or folder == root or not folder.is_relative_to(root):
        return ""
    return folder.relative_to(root).as_posix()
