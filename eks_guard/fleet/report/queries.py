"""The questions as SQL. Each is whole: what `--sql` prints runs in DuckDB as it is, and nearly so elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.errors import UsageError
from eks_guard.fleet.columns import ARCHIVES, CLUSTERS
from eks_guard.fleet.database import quoted
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eks_guard.fleet.runs import RunFolder

PASSING = ("branch", "build", "commit", "date", "pipeline", "ref", "revision", "run", "sha", "tag", "version")
"""Labels that name a state of an app rather than the app: two archives that differ in these hold the same clusters."""
SOON = 90
"""Days within which an end of support is worth a line."""
WORST = 12
_SEVERITY = "list_position(['info', 'low', 'medium', 'high'], severity)"


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one run as the beginning of a query.

    `every`: count each archive, not the newest of an app. `named_by`: a run whose labels count for the same URLs.
    """

    run: RunFolder
    every: bool = False
    named_by: RunFolder | None = None

    def ask(self, query: str) -> str:
        """A whole query."""
        return f"{self._shared()}\n{query}"

    def _shared(self) -> str:
        newest = (
            ""
            if self.every
            else """
  QUALIFY row_number() OVER (
    PARTITION BY app, account, region, stack, assembly,
      CASE WHEN app = '{}' AND (account IS NULL OR region IS NULL) THEN url END
    ORDER BY modified DESC NULLS LAST, url DESC) = 1"""
        )
        passing = ", ".join(map(quoted, PASSING))
        return f"""WITH archive AS (
  SELECT *, CAST(map_from_entries(list_filter(map_entries(labels),
    lambda entry: NOT list_contains([{passing}], lower(entry.key)))) AS VARCHAR) AS app
  FROM {self._archives()}
), place AS (
  SELECT DISTINCT url, assembly, account, region, stack FROM read_parquet({quoted(self.run.table("clusters"))})
  UNION
  SELECT DISTINCT url, assembly, account, region, stack FROM read_parquet({quoted(self.run.table("findings"))})
), counted AS (
  SELECT place.*, archive.labels, archive.app
  FROM place JOIN archive USING (url){newest}
), cluster AS (
  SELECT row.*, counted.labels, counted.app
  FROM read_parquet({quoted(self.run.table("clusters"))}) AS row JOIN counted
    ON {_SAME_PLACE}
), finding AS (
  SELECT row.*, counted.labels, counted.app, {_SEVERITY} AS gravity
  FROM read_parquet({quoted(self.run.table("findings"))}) AS row JOIN counted
    ON {_SAME_PLACE}
)"""  # noqa: S608 (names of ours, and texts that are quoted)

    def _archives(self) -> str:
        own = f"read_parquet({quoted(self.run.table('archives'))})"
        if self.named_by is None:
            return own
        return f"""(SELECT own.* REPLACE (coalesce(named.labels, own.labels) AS labels)
    FROM {own} AS own LEFT JOIN read_parquet({quoted(self.named_by.table("archives"))}) AS named USING (url))"""  # noqa: S608


_SAME_PLACE = (
    "row.url = counted.url AND row.assembly = counted.assembly AND row.stack = counted.stack\n"
    "    AND row.account IS NOT DISTINCT FROM counted.account AND row.region IS NOT DISTINCT FROM counted.region"
)
STATUSES = "SELECT status, count(*) FROM archive GROUP BY status ORDER BY status"
APPS = "SELECT count(DISTINCT app) FROM archive WHERE app <> '{}'"
CLUSTER_COUNT = "SELECT count(*) FROM cluster"
ENDINGS = """SELECT day, version, support, count(*) FROM (
  SELECT version, 'standard' AS support, end_of_support AS day FROM cluster WHERE support = 'standard'
  UNION ALL
  SELECT version, 'extended', end_of_extended_support FROM cluster WHERE support IN ('standard', 'extended'))
WHERE day IS NOT NULL
GROUP BY ALL ORDER BY day, support DESC, version"""
REASONS = """SELECT count(*), arg_min(reason, url), min(url), regexp_replace(
    regexp_replace(split_part(reason, ';', 1), '''[^'']*''|\\S*\\.(json|ya?ml|zip)(:\\d+)*', '…', 'g'),
    '\\d[\\d.,]*', '#', 'g') AS kind
FROM archive WHERE status NOT IN ('audited', 'empty')
GROUP BY kind ORDER BY 1 DESC, kind"""
HISTORY = """SELECT
  (SELECT count(*) FROM archive),
  (SELECT count(*) FROM cluster),
  count(*) FILTER (outcome = 'fail' AND waived IS NULL AND severity = 'high'),
  count(*) FILTER (outcome = 'fail' AND waived IS NULL),
  count(*) FILTER (outcome = 'unknown' AND waived IS NULL)
FROM finding"""
OPEN = """SELECT app, account, region, stack, assembly, fingerprint, policy, severity, outcome
FROM finding WHERE waived IS NULL AND fingerprint IS NOT NULL"""


def policies(group: str | None) -> str:
    """What each policy finds, the gravest first."""
    named = f"labels[{quoted(group)}]" if group else "app"
    return f"""SELECT arg_max(severity, gravity) AS worst, policy,
  count(DISTINCT (url, assembly, cluster)) FILTER (outcome = 'fail' AND waived IS NULL AND cluster IS NOT NULL),
  count(*) FILTER (outcome = 'fail' AND waived IS NULL),
  count(DISTINCT {named}) FILTER (outcome = 'fail' AND waived IS NULL),
  count(*) FILTER (outcome = 'unknown' AND waived IS NULL),
  count(*) FILTER (waived IS NOT NULL)
FROM finding GROUP BY policy ORDER BY max(gravity) DESC, 4 DESC, policy"""  # noqa: S608


def groups(label: str) -> str:
    """How many values a label has."""
    return f"SELECT count(DISTINCT labels[{quoted(label)}]) FROM archive"  # noqa: S608


def worst(groups: Sequence[str]) -> str:
    """The clusters of which the gravest failed, and most."""
    shown = ", ".join(f"labels[{quoted(name)}]" for name in groups) or "NULL"
    return f"""SELECT cluster, concat_ws(' · ', {shown}), url, account, region, version, support,
  (SELECT count(*) FROM finding WHERE finding.url = cluster.url AND finding.assembly = cluster.assembly
    AND finding.cluster = cluster.cluster AND outcome = 'fail' AND waived IS NULL AND severity = 'high') AS high,
  failed, unknown
FROM cluster WHERE failed > 0 ORDER BY high DESC, failed DESC, unknown DESC, url, cluster LIMIT {WORST}"""  # noqa: S608


def versions(by: Sequence[str], labels: Sequence[str]) -> str:
    """Clusters by groups, version and support."""
    columns = [column_of(name, labels) for name in by]
    chosen = "".join(f"coalesce(CAST({column} AS VARCHAR), 'none'), " for column in columns)
    return f"""SELECT {chosen}version, support, count(*)
FROM cluster GROUP BY ALL ORDER BY ALL"""  # noqa: S608


def steps(table: Path) -> str:
    """What the ways to a minor ask, step by step; what belongs to no step comes first."""
    return f"""SELECT coalesce(step, 'any'), count(DISTINCT (url, assembly, cluster)),
  count(*) FILTER (weight = 'blocks'), count(*) FILTER (weight = 'change'), count(*) FILTER (weight = 'unknown')
FROM (SELECT row.* FROM read_parquet({quoted(table)}) AS row JOIN counted ON {_SAME_PLACE})
GROUP BY ALL ORDER BY max(CAST(split_part(step, '.', 2) AS INTEGER)) NULLS FIRST"""  # noqa: S608


def column_of(name: str, labels: Sequence[str]) -> str:
    """The column or label that clusters are grouped by. Raises UsageError for a name that is neither."""
    if name in labels:
        return f"labels[{quoted(name)}]"
    if name in CLUSTERS and name not in ("run", "node_types"):
        return f"cluster.{name}"
    known = ", ".join(sorted({*labels, *CLUSTERS} - {"run", "node_types"}))
    raise UsageError(f"--by: found {name!r}, which is neither a label nor a column of clusters; known: {known}")


LABELS = "SELECT DISTINCT unnest(map_keys(labels)) AS name FROM archive ORDER BY name"
assert "labels" in ARCHIVES, "the label columns are read from there"
