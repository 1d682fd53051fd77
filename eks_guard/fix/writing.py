"""Files of the project are replaced whole or not at all, and not over changes that git does not know."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from eks_guard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def write_files(folder: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    """Write the edited files. Raises UsageError for what cannot be written, or must not be without `force`."""
    changed = [] if force else changed_files(folder, files)
    if changed:
        raise UsageError(f"--write: git reports changes in {', '.join(changed)}; commit first, or add --force")
    for path, content in sorted(files.items()):
        _replace((folder / path).resolve(), content)


def changed_files(folder: Path, files: Iterable[str]) -> list[str]:
    """Return the files that git reports as changed or does not know; none where there is no git."""
    git = shutil.which("git")
    if git is None:
        return []
    command = [git, "-C", str(folder), "status", "--porcelain=v1", "-z", "--", *sorted(files)]
    result = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 (git, with our arguments)
    if result.returncode:
        return []
    return [entry[3:].decode(errors="replace") for entry in result.stdout.split(b"\0") if entry]


def _replace(file: Path, content: bytes) -> None:
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        try:
            temporary.write_bytes(content)
            shutil.copymode(file, temporary)
            temporary.replace(file)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"--write: {file}: cannot be written: {error.strerror}") from None
