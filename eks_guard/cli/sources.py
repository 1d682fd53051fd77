"""Where the sources of an app are, and whether they can be read."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from eks_guard.errors import UsageError

LIBRARIES = ("tree_sitter", "tree_sitter_javascript", "tree_sitter_python", "tree_sitter_typescript")


def has_libraries() -> bool:
    """Return whether the extra is installed."""
    return all(find_spec(name) is not None for name in LIBRARIES)


def shown_folder(folder: Path) -> str:
    """Return a folder as seen from where the tool runs, with slashes."""
    return Path(os.path.relpath(folder)).as_posix()


def need_libraries() -> None:
    """Raise UsageError where the extra is not installed."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        names = ", ".join(name.replace("_", "-") for name in missing)
        raise UsageError(f"fix needs {names}: run `pip install 'eks-guard[fix]'`")


def project_folder(path: str, project: Path | None) -> Path:
    """Return the folder of the sources: the one given, or that of the nearest cdk.json above the assembly."""
    if path == "-":
        raise UsageError("fix: a template on stdin has no sources; give the cdk.out of the app")
    if project is not None:
        if not project.is_dir():
            raise UsageError(f"--project: {project}: not a folder")
        return project.resolve()
    assembly = Path(path).absolute()
    start = assembly.parent if assembly.name else assembly
    return next((folder for folder in (start, *start.parents) if (folder / "cdk.json").is_file()), start)
