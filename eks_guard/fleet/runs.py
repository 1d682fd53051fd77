"""The folders of runs: `DIR/run=2026-11-25T0300Z/`, each with its journal and, when it is finished, its tables."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.errors import UsageError
from eks_guard.fleet.columns import SCHEMA
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "run="
ABOUT = "run.json"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run's folder."""

    path: Path

    @property
    def id(self) -> str:
        """The name of the run: when it was started."""
        return self.path.name.removeprefix(PREFIX)

    @property
    def journal(self) -> Path:
        """What became of each archive, a line each, while the run lasts."""
        return self.path / "journal.jsonl"

    @property
    def kept_journal(self) -> Path:
        """The same after the run, packed."""
        return self.path / "journal.jsonl.gz"

    @property
    def listing(self) -> Path:
        """The sources of the run, a line each, while it lasts."""
        return self.path / "sources.jsonl"

    @property
    def is_finished(self) -> bool:
        """Whether its tables are written."""
        return (self.path / ABOUT).is_file()

    def table(self, name: str) -> Path:
        """The file of a table."""
        return self.path / f"{name}.parquet"

    def about(self) -> dict[str, Any]:
        """What `run.json` says. Raises UsageError for a run of another schema."""
        try:
            about = json.loads((self.path / ABOUT).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(f"{self.path / ABOUT}: cannot be read: {error}") from None
        schema = about.get("schema") if isinstance(about, dict) else None
        if schema != SCHEMA:
            raise UsageError(
                f"{self.path / ABOUT}: found schema {schema!r}, expected {SCHEMA!r}; choose another --output"
            )
        return dict(about)

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write `run.json`, which makes the run a finished one."""
        temporary = self.path / f".{ABOUT}.{os.getpid()}.tmp"
        temporary.write_text(json.dumps({"schema": SCHEMA, **about}, indent=2) + "\n", encoding="utf-8")
        temporary.replace(self.path / ABOUT)


def all_runs(output: Path) -> list[RunFolder]:
    """The runs in a folder, the oldest first."""
    if not output.is_dir():
        return []
    return [RunFolder(path) for path in sorted(output.iterdir()) if path.name.startswith(PREFIX) and path.is_dir()]


def finished_runs(output: Path) -> list[RunFolder]:
    """The runs with tables, the oldest first. Raises UsageError for one of another schema."""
    found = [run for run in all_runs(output) if run.is_finished]
    for run in found:
        run.about()
    return found


def begin(output: Path, now: datetime.datetime) -> RunFolder:
    """The run that was interrupted, to go on with, or a new one. Raises UsageError where none can be written."""
    runs = all_runs(output)
    if runs and not runs[-1].is_finished:
        return runs[-1]
    name = f"{PREFIX}{now:%Y-%m-%dT%H%MZ}"
    taken = {run.path.name for run in runs}
    number = next(number for number in range(1, len(runs) + 2) if _numbered(name, number) not in taken)
    folder = RunFolder(output / _numbered(name, number))
    try:
        folder.path.mkdir(parents=True)
    except OSError as error:
        raise UsageError(f"--output: {folder.path}: cannot be created: {error.strerror}") from None
    return folder


def _numbered(name: str, number: int) -> str:
    """A run that starts in the same minute as another gets a number, which sorts behind it."""
    return name if number == 1 else f"{name}-{number}"
