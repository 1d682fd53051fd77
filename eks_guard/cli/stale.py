"""A cdk.out that is older than the sources it was made from: what is judged may be yesterday's app."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.report import Report

MANIFEST = "manifest.json"
SLACK = 2.0
"""Seconds by which file systems round."""


def stale_notes(report: Report) -> Iterator[str]:
    """A note where a source that the assembly names was written after the assembly."""
    folder = Path(report.assembly.path)
    try:
        written = (folder / MANIFEST).stat().st_mtime + SLACK
        newer = sorted(name for name in _sources(report) if _is_newer(folder.absolute().parent / name, written))
    except OSError:
        return  # no folder of an app, such as a template or an archive
    if newer:
        more = f" and {len(newer) - 1} more" if len(newer) > 1 else ""
        verb = "were" if more else "was"
        yield f"{newer[0]}{more} {verb} changed after {report.assembly.path} was synthesized; run `cdk synth` again"


def _sources(report: Report) -> set[str]:
    """The files of the app that the assembly names, relative to the project."""
    found = [cluster.source for cluster in report.clusters]
    found += [finding.location.source for finding in report.findings]
    return {source.file for source in found if source is not None}


def _is_newer(file: Path, written: float) -> bool:
    return file.is_file() and file.stat().st_mtime > written
