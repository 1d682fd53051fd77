"""Waivers: failures that the project decided to live with, until a date."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.model.finding import Outcome

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from eks_guard.model.finding import Finding, Waiver

WAIVABLE = (Outcome.FAIL, Outcome.UNKNOWN)


def apply_waivers(
    findings: Iterable[Finding], waivers: Sequence[Waiver], today: datetime.date
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Mark what is waived. Returns the findings and notes on waivers that have expired or match nothing."""
    used: set[Waiver] = set()
    marked = []
    for finding in findings:
        waiver = next((waiver for waiver in waivers if _covers(waiver, finding)), None)
        if waiver:
            used.add(waiver)
        holds = waiver if waiver and not _expired(waiver, today) else None
        marked.append(replace(finding, waiver=holds) if holds else finding)
    notes = []
    for waiver in waivers:
        name = f"{waiver.origin}: the waiver of {waiver.policy} for {waiver.subject!r}"
        if _expired(waiver, today):
            notes.append(f"{name} expired on {waiver.expires} and waives nothing")
        elif waiver.expires and waiver not in used:
            notes.append(f"{name} matches no finding; delete it")
    return tuple(marked), tuple(notes)


def _covers(waiver: Waiver, finding: Finding) -> bool:
    return (
        finding.outcome in WAIVABLE
        and waiver.policy == finding.policy.id
        and fnmatchcase(finding.subject.id, waiver.subject.replace("**", "*"))
    )


def _expired(waiver: Waiver, today: datetime.date) -> bool:
    """A waiver holds until the end of the day on which it expires."""
    return waiver.expires is not None and waiver.expires < today
