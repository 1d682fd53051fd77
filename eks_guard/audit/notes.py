"""What a report says beside its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.audit.acknowledgements import misspelt
from eks_guard.audit.findings import without_lines
from eks_guard.audit.scope import left_over
from eks_guard.policy import freshness, waivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.audit.case import Case
    from eks_guard.audit.options import Options
    from eks_guard.model.finding import Finding, Waiver
    from eks_guard.model.fix import Language
    from eks_guard.model.policy import Policy

LOOKUPS_MISSING = (
    "the synth left out some look-ups (manifest.json lists them), so some values are placeholders; "
    "run `cdk synth` with credentials first"
)


def about_input(case: Case, stated: Sequence[Waiver]) -> Iterator[str]:
    """Say what is odd about the assembly, and which waivers ran out."""
    yield from case.assembly.notes
    yield from waivers.expired(stated, case.context.today)


def about_audit(case: Case, findings: Sequence[Finding], language: Language | None, clock: str | None) -> Iterator[str]:
    """Say what the audit could not see. `clock` is the note on a clock that is wrong."""
    assembly, context = case.assembly, case.context
    if assembly.lookups_missing:
        yield LOOKUPS_MISSING
    yield from case.update.change.notes if case.update else _not_compared(case.asked.about_update)
    yield from _twice(assembly)
    yield from misspelt(assembly, case.asked.policies, {finding.subject.stack for finding in findings})
    if clock:
        yield clock
    yield from freshness.notes(context.estate.clusters, context.tables, context.today)
    yield from left_over(context.estate)
    yield from without_lines(findings, language)


def unused(
    case: Case, findings: Sequence[Finding], stated: Sequence[Waiver], options: Options
) -> Iterator[tuple[str, str]]:
    """Yield the waivers that match nothing and the project's own policies that judged nothing, each with a note."""
    whole = options.stack is None and not options.one_of_many
    asked = {policy.id for policy in case.asked.policies} if whole else set()
    yield from waivers.unmatched(findings, stated, asked, options.today)
    yield from _idle(case)


def _twice(assembly: CloudAssembly) -> Iterable[str]:
    if len(assembly.stacks) == 1:
        return ()
    from eks_guard.audit.twice import stacks_twice  # noqa: PLC0415 (most apps of EKS are one stack)

    return stacks_twice(assembly)


def _idle(case: Case) -> Iterable[tuple[str, str]]:
    own = [policy for policy in case.asked.ordinary if policy.file is not None]
    if not own:
        return ()
    from eks_guard.policy.idle import idle_notes  # noqa: PLC0415 (most checks have no policies of their own)

    return idle_notes(own, case.subjects, case.context)


def _not_compared(about_update: Sequence[Policy]) -> list[str]:
    """What the project asks of updates and was not judged, for there is nothing to compare with."""
    if not about_update:
        return []
    names = ", ".join(sorted(policy.id for policy in about_update))
    verb = "is" if len(about_update) == 1 else "are"
    return [f"{names} {verb} about an update, which is judged only with --against PREVIOUS"]
