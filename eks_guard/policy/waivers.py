"""Waivers: failures that the project decided to live with, until a date."""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.model.outcome import OPEN
from eks_guard.records import replace

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from eks_guard.model.finding import Finding, Waiver


def apply_waivers(findings: Iterable[Finding], waivers: Sequence[Waiver], today: datetime.date) -> tuple[Finding, ...]:
    """The findings, each with the first waiver that covers it and holds."""
    holding = defaultdict(list)
    for waiver in waivers:
        if not _expired(waiver, today):
            holding[waiver.policy].append(waiver)
    return tuple(_marked(finding, holding) if holding else finding for finding in findings)


def _marked(finding: Finding, holding: Mapping[str, Sequence[Waiver]]) -> Finding:
    """A finding with the first of the waivers, by policy, that covers it."""
    if finding.outcome not in OPEN or finding.policy.id not in holding:
        return finding
    subject = finding.subject.id
    waiver = next((one for one in holding[finding.policy.id] if _matches(one, subject)), None)
    return replace(finding, waiver=waiver) if waiver else finding


def expired(waivers: Iterable[Waiver], today: datetime.date) -> Iterator[str]:
    """Notes on waivers that have expired."""
    for waiver in waivers:
        if _expired(waiver, today):
            yield f"{_named(waiver)} expired on {waiver.expires} and waives nothing"


def unmatched(
    findings: Sequence[Finding], waivers: Iterable[Waiver], asked: Collection[str], today: datetime.date
) -> Iterator[tuple[str, str]]:
    """Waivers that match nothing although their policy was asked, by their names, each with a note."""
    subjects = defaultdict(set)
    for finding in findings:
        if finding.outcome in OPEN:
            subjects[finding.policy.id].add(finding.subject.id)
    for waiver in waivers:
        holds = waiver.expires and not _expired(waiver, today)
        if holds and waiver.policy in asked and not any(_matches(waiver, one) for one in subjects[waiver.policy]):
            yield _named(waiver), f"{_named(waiver)} matches no finding; delete it"


def _named(waiver: Waiver) -> str:
    return f"{waiver.origin}: the waiver of {waiver.policy} for {waiver.subject!r}"


def _matches(waiver: Waiver, subject: str) -> bool:
    """A waiver's subject is a pattern; an acknowledgement's a construct, which may be named `*`, and all below it."""
    if waiver.is_acknowledgement:
        return subject == waiver.subject or subject.startswith(f"{waiver.subject}/")
    return fnmatchcase(subject, waiver.subject.replace("**", "*"))


def _expired(waiver: Waiver, today: datetime.date) -> bool:
    """A waiver holds until the end of the day on which it expires."""
    return waiver.expires is not None and waiver.expires < today
