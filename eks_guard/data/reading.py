"""Tables as files: the built-in ones, and a folder of the user's that replaces some of them."""

from __future__ import annotations

import datetime
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
_GZIP = 31
"""How zlib is told that what it reads is a gzip file: https://zlib.net/manual.html#Advanced (`inflateInit2`)."""


def read(name: str, override: Path | None) -> dict[str, Any]:
    """A built-in table, or the one of the same name in a folder of the user's. Raises UsageError for a wrong one."""
    return _own_table(override / name) if override else _builtin(name)


@cache
def _builtin(name: str) -> dict[str, Any]:
    """A built-in table, parsed once for all apps of a run; nothing changes it."""
    table: dict[str, Any] = json.loads(_content(HERE / name))
    return table


def _content(path: Path) -> bytes:
    if path.suffix != ".gz":
        return path.read_bytes()
    import zlib  # noqa: PLC0415 (only an app with manifests needs it)

    return zlib.decompress(path.read_bytes(), _GZIP)


def replaced(folder: Path) -> tuple[str, ...]:
    """The tables in a folder, by their names. A file that is none is a mistake: it would be passed over in silence."""
    from eks_guard.data.schema import TABLES  # noqa: PLC0415 (most projects replace no table)

    try:
        names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise UsageError(f"{folder}: cannot be listed: {error.strerror}; expected a folder with tables") from None
    wrong = [name for name in names if name not in TABLES and not _is_copy(folder / name)]
    if wrong or not names:
        found = f"found {', '.join(map(repr, wrong[:3]))}" if wrong else "found no table"
        raise UsageError(f"{folder}: {found}, expected some of {', '.join(TABLES)}")
    return tuple(Path(name).stem for name in names if name in TABLES)


def _is_copy(path: Path) -> bool:
    """Whether this came with a copy of the built-in folder: a folder, or a table that cannot be replaced, as it is."""
    try:
        if path.is_dir():
            return (HERE / path.name).is_dir()
        return (HERE / path.name).is_file() and path.read_bytes() == (HERE / path.name).read_bytes()
    except OSError:
        return False


def _own_table(path: Path) -> dict[str, Any]:
    """A table of the user's. Raises UsageError if it does not have the shape of the built-in one."""
    from eks_guard.data.schema import mistakes, read_table  # noqa: PLC0415

    try:
        table = read_table(path)
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)[:100]
        raise UsageError(f"{path}: not a data table: {why}") from None
    wrong = mistakes(path.name, table)
    if wrong:
        raise UsageError("\n".join(f"{path}: {mistake}" for mistake in wrong[:10]))
    assert isinstance(table, dict), "a table of the right shape is an object"
    return table


def as_of(path: Path, table: Mapping[str, Any]) -> datetime.date:
    """The day as of which a table is right. Raises UsageError for none."""
    found = table.get("as_of")
    try:
        return datetime.date.fromisoformat(found)  # type: ignore[arg-type] # anything but a day is told below
    except (TypeError, ValueError):
        raise UsageError(f"{path}: as_of: found {found!r}, expected a day such as 2026-12-31") from None
