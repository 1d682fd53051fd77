"""Waivers: failures that the project decided to live with, until a date."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.model.outcome import Outcome
from eks_guard.records import replace

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from eks_guard.model.finding import Finding, Waiver

WAIVABLE = (Outcome.FAIL, Outcome.UNKNOWN)


def apply_waivers(findings: Iterable[Finding], waivers: Sequence[Waiver], today: datetime.date) -> tuple[Finding, ...]:
    """The findings, each with the first waiver that covers it and holds."""
    holding = [waiver for waiver in waivers if not _expired(waiver, today)]
    marked = ((finding, next((waiver for waiver in holding if _covers(waiver, finding)), None)) for finding in findings)
    return tuple(replace(finding, waiver=waiver) if waiver else finding for finding, waiver in marked)


def expired(waivers: Iterable[Waiver], today: datetime.date) -> Iterator[str]:
    """Notes on waivers that have expired."""
    for waiver in waivers:
        if _expired(waiver, today):
            yield f"{_named(waiver)} expired on {waiver.expires} and waives nothing"


def unmatched(
    findings: Sequence[Finding], waivers: Iterable[Waiver], asked: Collection[str], today: datetime.date
) -> Iterator[tuple[str, str]]:
    """Waivers that match nothing although their policy was asked, by their names, each with a note."""
    for waiver in waivers:
        holds = waiver.expires and not _expired(waiver, today)
        if holds and waiver.policy in asked and not any(_covers(waiver, finding) for finding in findings):
            yield _named(waiver), f"{_named(waiver)} matches no finding; delete it"


def _named(waiver: Waiver) -> str:
    return f"{waiver.origin}: the waiver of {waiver.policy} for {waiver.subject!r}"


def _covers(waiver: Waiver, finding: Finding) -> bool:
    return finding.outcome in WAIVABLE and waiver.policy == finding.policy.id and _matches(waiver, finding.subject.id)


def _matches(waiver: Waiver, subject: str) -> bool:
    """A waiver's subject is a pattern; an acknowledgement's a construct, which may be named `*`, and all below it."""
    if waiver.is_acknowledgement:
        return subject == waiver.subject or subject.startswith(f"{waiver.subject}/")
    return fnmatchcase(subject, waiver.subject.replace("**", "*"))


def _expired(waiver: Waiver, today: datetime.date) -> bool:
    """A waiver holds until the end of the day on which it expires."""
    return waiver.expires is not None and waiver.expires < today
