"""Several apps in one run: told apart in fingerprints, and judged by one configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.audit import app_of
from eks_guard.errors import UsageError
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eks_guard.model.report import Report


def apps(paths: Iterable[str]) -> list[tuple[str, str | None]]:
    """Each path with the name of its app in fingerprints; None where the audit finds it by itself.

    Apps that the repository does not tell apart, as there is none, are told apart by their paths. Raises UsageError for
    an app that is given twice.
    """
    found = list(paths)
    places = [Path(path).absolute() for path in found]
    twice = next((path for path, place in zip(found, places, strict=True) if places.count(place) > 1), None)
    if twice is not None:
        raise UsageError(f"{twice}: given twice; name each app once")
    names = [app_of(path) for path in found]
    return [(path, path if names.count(name) > 1 else None) for path, name in zip(found, names, strict=True)]


def together(reports: Sequence[Report]) -> list[Report]:
    """The reports without notes on waivers and policies that another app of the run has use for."""
    unused = [dict(report.unused) for report in reports]
    useful = [note for notes in unused for name, note in notes.items() if any(name not in other for other in unused)]
    return [replace(report, notes=tuple(note for note in report.notes if note not in useful)) for report in reports]
