"""Fixes of one cluster agree: where its version is raised, all other edits are those for the version to come."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.model.fix import Fix, Language, in_comment
from eks_guard.model.outcome import OPEN, Outcome
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eks_guard.model.finding import Finding
    from eks_guard.model.fix import Edit
    from eks_guard.model.resource import ResourceId
    from eks_guard.model.version import Version

    Key: TypeAlias = tuple[str, str, str]

_COMMENTS = {Language.TYPESCRIPT: "//", Language.PYTHON: "#", Language.CLOUDFORMATION: "#"}
NAMED = 3
"""How many subjects of one mistake are named before the rest are counted."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The fix that raises the version of a cluster, to which all its other fixes conform."""

    version: Version
    fix: Fix


def leads(findings: Iterable[Finding]) -> Mapping[ResourceId, Lead]:
    """The highest version that an open finding gives each cluster, which what else it prints must fit."""
    found: dict[ResourceId, Lead] = {}
    for finding in findings:
        fix, cluster = finding.fix, finding.subject.cluster
        if cluster is None or fix is None or fix.version is None or not _is_open(finding):
            continue
        if cluster.resource not in found or found[cluster.resource].version < fix.version:
            found[cluster.resource] = Lead(fix.version, fix)
    return found


def agree(findings: Iterable[Finding], led: Mapping[ResourceId, Lead], later: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, with fixes of which the last one that is applied undoes none before it.

    `later` are those of the same clusters once they have the versions of their leads.
    """
    findings, then = tuple(findings), {_key(finding): finding for finding in later}
    asked_then = {policy for policy, _, _ in then}
    now = {_key(finding): finding for finding in findings if finding.policy.id in asked_then}
    along: dict[ResourceId, list[Finding]] = defaultdict(list)
    for key, finding in then.items():
        cluster = finding.subject.cluster
        if cluster and not _sets_version(finding) and _is_worse(finding, now.get(key)):
            along[cluster.resource].append(finding)
    whole = {of: replace(lead, fix=_with_companions(lead, along[of])) for of, lead in led.items()}
    return tuple(
        _planned(finding, led, whole, then.get(_key(finding)))
        if finding.outcome in OPEN or finding.policy.id in asked_then
        else finding
        for finding in findings
    )


def _key(finding: Finding) -> Key:
    return finding.policy.id, finding.subject.kind, finding.subject.id


def _is_open(finding: Finding) -> bool:
    return finding.outcome is Outcome.FAIL and finding.waiver is None


def _is_worse(then: Finding, now: Finding | None) -> bool:
    """Whether the version makes something fail, or unknown, that did not before."""
    if then.waiver or then.outcome not in OPEN:
        return False
    return now is None or now.outcome not in (Outcome.FAIL, then.outcome)


def _sets_version(finding: Finding) -> bool:
    """Whether the lead answers it: by its layer, or because a later step raises the version further."""
    return finding.fix is not None and finding.fix.version is not None


def _planned(
    finding: Finding, led: Mapping[ResourceId, Lead], whole: Mapping[ResourceId, Lead], then: Finding | None
) -> Finding:
    fix, cluster = finding.fix, finding.subject.cluster
    if cluster is None or fix is None or cluster.resource not in led:
        return finding
    lead = whole[cluster.resource]
    if fix.version is None:
        return replace(finding, fix=then.fix) if then and then.fix and _is_open(then) else finding
    if fix == led[cluster.resource].fix:
        return replace(finding, fix=lead.fix)
    return replace(finding, fix=_for_now_too(lead.fix, fix)) if fix.version < lead.version else finding


def _with_companions(lead: Lead, along: Iterable[Finding]) -> Fix:
    """The leading fix; what the version needs elsewhere is a comment below it, once for equal lines."""
    along = tuple(along)
    edits = (_commented(edit, _companions(edit.language, lead.version, along)) for edit in lead.fix.edits)
    return replace(lead.fix, edits=tuple(edits))


def _companions(language: Language, version: Version, along: Iterable[Finding]) -> list[str]:
    places: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for finding in along:
        places[_lines(finding, language)].append(_where(finding))
    return [line for lines, where in places.items() for line in (f"{version} also needs, at {_listed(where)}:", *lines)]


def _lines(finding: Finding, language: Language) -> tuple[str, ...]:
    """What to write; a sentence where that is no line of code, or not known."""
    edit = finding.fix.edit(language) if finding.fix else None
    if edit is None and finding.outcome is Outcome.UNKNOWN:
        return (in_comment(f"a check by hand: {finding.because[0]}"),)
    mark = f"{_COMMENTS[language]} "
    return tuple(line.removeprefix(mark) for line in edit.code.splitlines()) if edit else (finding.policy.remediation,)


def _where(finding: Finding) -> str:
    source = finding.subject.source
    return in_comment(f"{finding.subject.id} ({source})" if source else finding.subject.id)


def _listed(places: list[str]) -> str:
    more = len(places) - NAMED
    return ", ".join(places[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _for_now_too(leader: Fix, other: Fix) -> Fix:
    """The leading fix; what would do as long as the version is not raised is a comment below it."""
    edits = (_with_alternative(edit, other.edit(edit.language), other.version) for edit in leader.edits)
    return replace(leader, edits=tuple(edits))


def _with_alternative(edit: Edit, other: Edit | None, version: Version | None) -> Edit:
    if other is None or not other.lines:
        return edit
    return _commented(edit, [f"while the version stays {version}:", *other.code.splitlines()])


def _commented(edit: Edit, lines: list[str]) -> Edit:
    mark = _COMMENTS[edit.language]
    return replace(edit, lines="\n".join([edit.lines, *(f"{mark} {line}" for line in lines)]))
