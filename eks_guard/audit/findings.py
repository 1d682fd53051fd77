"""Findings: verdicts with their places turned into lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.positions import locate
from eks_guard.model.cluster import Origin
from eks_guard.model.finding import Finding, Location
from eks_guard.model.fix import Language
from eks_guard.model.outcome import OPEN, Outcome
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.audit.update import Update
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation, Subject, Verdict
    from eks_guard.model.fix import Fix
    from eks_guard.model.kubectl import Step
    from eks_guard.model.policy import Policy
    from eks_guard.model.value import Place


def to_finding(  # noqa: PLR0913 (a verdict, and what it is about)
    assembly: CloudAssembly,
    policy: Policy,
    subject: Subject,
    verdict: Verdict,
    update: Update | None = None,
    *,
    is_ahead: bool = False,
) -> Finding:
    """A verdict with its places turned into lines and columns, where somebody will look at them.

    `is_ahead`: whether the version is one to come. Of such a finding only the fix is read; a value known to fit the
    version answers what is unknown of the present one.
    """
    decisive, place = verdict.decisive, _place(subject, verdict)
    if verdict.outcome not in OPEN:
        return _settled(assembly.app, policy, subject, verdict, place)
    is_own = policy.file is not None
    unknown = verdict.outcome is Outcome.UNKNOWN
    told = (one.settled_by if unknown else one.remedy for one in decisive)
    remedies = dict.fromkeys(text for text in told if text and not is_own)
    if unknown:
        from eks_guard.audit.settling import ELSE, settlement  # noqa: PLC0415 (many apps leave nothing open)

        left = [one for one in decisive if is_own or not one.settled_by]
        found = settlement(assembly, subject, left) if left else ELSE
        remedies |= {found: None} if found != ELSE or not remedies else {}
    remedy = " ".join(remedies) or None
    fix = _fix(policy, decisive, remedy) if not unknown else _known_fix(decisive) if is_ahead else None
    if fix and subject.kind == "cluster" and subject.cluster and not is_own:
        fix = _in_form_of(subject.cluster, fix, assembly)
    return Finding(
        policy=replace(policy, remediation=remedy, fix=None) if remedy else policy,
        severity=verdict.severity,
        outcome=verdict.outcome,
        subject=subject,
        because=tuple(_reasons(policy, verdict)),
        location=Location(place, source=subject.source) if is_ahead else _located(assembly, place, subject, update),
        trace=() if is_ahead else tuple(_proof(assembly, verdict, update)),
        fix=fix,
        app=assembly.app,
    )


def _settled(app: str, policy: Policy, subject: Subject, verdict: Verdict, place: Place) -> Finding:
    """What passes or does not apply, with its proof but without lines; most findings are such, and few are shown."""
    because, location = (policy.title,), Location(place, None, None, subject.source)
    trace = tuple([(step, None) for step in _steps(verdict)])
    return Finding(policy, verdict.severity, verdict.outcome, subject, because, location, trace, policy.fix, app=app)


def _place(subject: Subject, verdict: Verdict) -> Place:
    """The place that decides."""
    for observation in verdict.decisive:
        if observation.place:
            return observation.place
    return subject.place


def _steps(verdict: Verdict) -> Iterable[Step]:
    decisive = verdict.decisive
    if len(decisive) <= 1:  # as of most that pass
        return decisive[0].trace if decisive else ()
    return dict.fromkeys(step for observation in decisive for step in observation.trace)


def _proof(
    assembly: CloudAssembly, verdict: Verdict, update: Update | None
) -> tuple[tuple[Step, Location | None], ...]:
    """The steps that lead to a verdict, each with its line."""
    return tuple(
        (step, _located(assembly, step.place, None, update) if step.place else None) for step in _steps(verdict)
    )


def _fix(policy: Policy, decisive: tuple[Observation, ...], remedy: str | None) -> Fix | None:
    """The lines that a fact knows better than the policy; none of the policy's beside a remedy of another kind.

    Who wrote a policy of the project's own with a fix knows best.
    """
    if policy.file is not None and policy.fix:
        return policy.fix
    return _known_fix(decisive) or (None if remedy else policy.fix)


def _in_form_of(cluster: Cluster, fix: Fix, assembly: CloudAssembly) -> Fix:
    """The fix as the class that made the cluster takes it."""
    if cluster.origin is Origin.CUSTOM_RESOURCE:
        return fix
    from eks_guard.audit.low_level import for_import, for_low_level, is_low_level  # noqa: PLC0415 (few are made so)

    if cluster.origin is Origin.IMPORTED:
        return for_import(fix)
    return for_low_level(fix) if is_low_level(assembly, cluster) else fix


def _known_fix(decisive: tuple[Observation, ...]) -> Fix | None:
    return next((observation.fix for observation in decisive if observation.fix), None)


def _reasons(policy: Policy, verdict: Verdict) -> Iterator[str]:
    """What is wrong in each branch of the deployment, or why it is not known.

    What a policy of the project's own finds is said by paths and facts; its title says what is wanted.
    """
    unknown = verdict.outcome is Outcome.UNKNOWN
    if policy.file is not None and not unknown:
        yield f"expected: {policy.title}"
    yield from dict.fromkeys((one.if_unknown if unknown else None) or one.says for one in verdict.decisive)


def _located(
    assembly: CloudAssembly, place: Place, subject: Subject | None = None, update: Update | None = None
) -> Location:
    in_previous = update is not None and update.holds(place)
    document = update.document_of(place) if update and in_previous else assembly.document_of(place.template)
    position = locate(document, place.pointer) if document else None
    line, column = position or (None, None)
    return Location(place, line, column, subject.source if subject else None)


def order(finding: Finding) -> tuple[int, str, str]:
    """How findings are sorted: the gravest first, then by policy and subject."""
    return (-finding.severity, finding.policy.id, finding.subject.id)


def without_lines(findings: Iterable[Finding], language: Language | None) -> Iterator[str]:
    """Yield a note for a Python app whose lines the assembly does not know, although CDK could have written them."""
    shown = [finding for finding in findings if finding.outcome in OPEN]
    if language is Language.PYTHON and shown and not any(finding.location.source for finding in shown):
        yield "findings point to template lines; synthesize with JSII_HOST_STACK_TRACES=1 to see your lines of Python"
