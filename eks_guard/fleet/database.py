"""DuckDB, which writes and reads the tables, and is imported here alone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eks_guard.errors import UsageError
from eks_guard.fleet.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MEMORY = "128MB"
KEPT = "1KB"
"""What DuckDB keeps of memory that it no longer needs. Its default, 128 MB, lets a run grow with its tables."""
ROWS_OF_A_GROUP = 2_048
LONGEST_LINE = 2 * 1024 * 1024


class Database:
    """A database in memory."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a query gives."""
        found: list[tuple[Any, ...]] = self._execute(query, values).fetchall()
        return found

    def write_table(self, name: str, lines: Sequence[Path], target: Path) -> None:
        """Write rows that are given as files of JSON Lines as one Parquet file, in their order."""
        files = ", ".join(map(quoted, lines))
        columns = ", ".join(f"{column}: '{kind}'" for column, kind in TABLES[name].items())
        self._execute(
            f"COPY (SELECT * FROM read_json([{files}], format='newline_delimited', columns={{{columns}}}, "  # noqa: S608 (names of ours, and paths that are quoted)
            f"maximum_object_size={LONGEST_LINE})) TO {quoted(target)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_OF_A_GROUP})",
        )

    def write_query(self, query: str, target: Path, options: str) -> None:
        """Write what a query gives to a file, whole or not at all. Raises UsageError where it cannot be written."""
        temporary = target.with_name(f".{target.name}.tmp")
        try:
            self._execute(f"COPY ({query}) TO {quoted(temporary)} {options}")
            temporary.replace(target)
        except OSError as error:
            raise UsageError(f"{target}: cannot be written: {error.strerror or error}") from None

    def _execute(self, query: str, values: Sequence[Any] = ()) -> Any:
        return self._connection.execute(query, list(values))


@contextmanager
def open_database() -> Iterator[Database]:
    """A database in memory that asks nothing of any network. Raises UsageError where DuckDB is not installed."""
    try:
        import duckdb  # noqa: PLC0415 (an extra)
    except ImportError:
        raise UsageError("duckdb is not installed; run: pip install 'eks-guard[fleet]'") from None
    settings = {
        "memory_limit": MEMORY,
        "threads": "1",
        "allocator_flush_threshold": KEPT,
        "allocator_bulk_deallocation_flush_threshold": KEPT,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=settings)
    try:
        yield Database(connection)
    finally:
        connection.close()


def quoted(text: object) -> str:
    """A text as a literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"
