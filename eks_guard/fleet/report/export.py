"""What a report counts, as files for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.errors import UsageError
from eks_guard.fleet.report.queries import Tables

if TYPE_CHECKING:
    from pathlib import Path

    from eks_guard.fleet.database import Database
    from eks_guard.fleet.report.gather import Question

QUERIES = {
    "archives": "SELECT * EXCLUDE (app) FROM archive ORDER BY url",
    "clusters": "SELECT * EXCLUDE (app) FROM cluster ORDER BY url, assembly, cluster",
    "findings": "SELECT * EXCLUDE (app, gravity) FROM finding ORDER BY gravity DESC, policy, url, subject",
}
ENDINGS = {".csv": "(FORMAT csv, HEADER)", ".json": "(FORMAT json, ARRAY true)", ".parquet": "(FORMAT parquet)"}


def export(question: Question, database: Database, table: str, path: Path) -> None:
    """Write the rows of a table that are counted. Raises UsageError for a table or an ending that is none."""
    if table not in QUERIES:
        raise UsageError(f"--export: found {table!r}, expected one of {', '.join(QUERIES)}")
    if path.suffix not in ENDINGS:
        raise UsageError(f"--export: {path}: expected a file that ends in {', '.join(ENDINGS)}")
    query = Tables(question.chosen, question.every).ask(QUERIES[table])
    database.write_query(query, path, ENDINGS[path.suffix])
