"""The composition: an assembly becomes clusters, clusters and policies become findings. Also the Python API."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from eks_guard.assembly.language import language_of
from eks_guard.assembly.load import load
from eks_guard.audit.acknowledgements import acknowledgements
from eks_guard.audit.agreeing import with_agreeing_fixes
from eks_guard.audit.apps import app_of
from eks_guard.audit.findings import order, to_finding, without_lines
from eks_guard.audit.judging import judged, subjects_by_kind
from eks_guard.audit.scope import Scope, left_over, not_judged
from eks_guard.audit.twice import stacks_twice
from eks_guard.audit.update import Update, load_update, marked, saved_fingerprints, update_from
from eks_guard.data import Tables
from eks_guard.errors import AssemblyError
from eks_guard.model.finding import Assembly, Gate, Report
from eks_guard.model.outcome import Outcome
from eks_guard.policy import freshness, waivers
from eks_guard.policy.changes import configured
from eks_guard.policy.config import Config
from eks_guard.policy.coverage import standards
from eks_guard.policy.evaluate import judge
from eks_guard.policy.facts.fact import Context
from eks_guard.policy.kinds import asks_of_change
from eks_guard.policy.selection import Wanted, check_gate, select_policies
from eks_guard.records import dataclass
from eks_guard.resolve import Knowledge, Memory, resolve

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.files import Root
    from eks_guard.model.estate import Estate
    from eks_guard.model.finding import Finding, Subject
    from eks_guard.model.given import GivenValue
    from eks_guard.model.policy import Policy

LOOKUPS_MISSING = (
    "the synth left out some look-ups (manifest.json lists them), so some values are placeholders; "
    "run `cdk synth` with credentials first"
)


def _unwatched(_: str) -> None:
    """What most callers do when a stage begins."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to audit, and against what. `stdin` holds the template where `path` is `-`.

    `acknowledgements`: whether those in the app's own metadata count. `watch` is called with each stage as it begins.
    `files` are those of `path` where they were opened already. `one_of_many`: other assemblies are audited alike.
    `app` is the name of the app in fingerprints, which its folder in the repository gives where it is None.
    `previous` is what `against` names, where it was loaded already.
    """

    path: str
    today: datetime.date
    wanted: Wanted = field(default_factory=Wanted)
    stack: str | None = None
    require_cluster: bool = False
    stdin: bytes | None = None
    config: Config = field(default_factory=Config)
    data: Path | None = None
    cache: Path | None = None
    gate: Gate = field(default_factory=Gate)
    parameters: tuple[GivenValue, ...] = ()
    acknowledgements: bool = True
    against: str | None = None
    watch: Callable[[str], None] = _unwatched
    files: Root | None = None
    one_of_many: bool = False
    app: str | None = None
    previous: CloudAssembly | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """The report of an audit, with what it was made from."""

    report: Report
    assembly: CloudAssembly
    estate: Estate
    tables: Tables


def audit(options: Options) -> Report:
    """Audit an assembly. Raises PolicyError for a wrong policy or configuration, AssemblyError for a wrong input."""
    return examine(options).report


def examine(options: Options) -> Examined:
    """Audit an assembly and keep what was understood. Raises as `audit` does."""
    saved = saved_fingerprints(options.against) if options.against else None
    compared = options.previous is not None or (options.against is not None and saved is None)
    packs, policies = select_policies(options.config, options.wanted, update=compared)
    check_gate(options.config, policies, options.gate)
    tables = Tables(options.data or options.config.data)
    today, early = freshness.day_of(options.today, tables)
    options = replace(options, today=today)
    assembly, estate = survey(options, tables)
    clusters = estate.clusters
    if options.require_cluster and not clusters:
        raise AssemblyError(f"{options.path}: found no EKS cluster, and --require-cluster asks for one")
    context = Context(tables, today, estate, early=early is not None)
    if compared:
        options.watch("comparing with what is deployed")
    update = _update(assembly, options, tables) if compared else None
    about_update = [policy for policy in policies if asks_of_change(policy)]
    ordinary = [policy for policy in policies if not asks_of_change(policy)]
    options.watch(f"judging by {len(policies)} policies")
    subjects = subjects_by_kind(ordinary, context)
    found = (
        *judged(assembly, ordinary, context, subjects),
        *_judged_update(assembly, update, about_update, context),
    )
    scope = Scope(assembly, options.stack)
    findings = tuple(finding for finding in found if scope.covers(finding))
    known = _known_before(options, update, ordinary, context) if update else saved
    findings = findings if known is None else marked(findings, known)
    judged_stacks = {finding.subject.stack for finding in findings}
    acknowledged = acknowledgements(assembly, policies, judged_stacks) if options.acknowledgements else ()
    stated = (*options.config.waivers, *acknowledged)
    findings = waivers.apply_waivers(findings, stated, options.today)
    findings = with_agreeing_fixes(findings, stated, assembly, ordinary, context)
    whole = options.stack is None and not options.one_of_many
    asked = {policy.id for policy in policies} if whole else set()
    language = language_of(assembly, (cluster.source for cluster in clusters))
    unused = (
        *waivers.unmatched(findings, stated, asked, options.today),
        *_idle(ordinary, subjects, context),
    )
    report = Report(
        assembly=summary(assembly),
        packs=packs,
        clusters=clusters,
        today=today,
        findings=tuple(sorted(findings, key=order)),
        notes=(
            *assembly.notes,
            *waivers.expired(stated, options.today),
            *(note for _, note in unused),
            *([LOOKUPS_MISSING] if assembly.lookups_missing else []),
            *(update.change.notes if update else _not_compared(about_update)),
            *stacks_twice(assembly),
            *([early] if early else []),
            *freshness.notes(clusters, tables, today),
            *left_over(estate),
            *without_lines(findings, language),
        ),
        problems=tuple(assembly.problems),
        language=language,
        gate=options.gate,
        configured=configured(options.config, () if options.data else tables.replaced),
        not_judged=not_judged(assembly, tables, options.stack, context.asides),
        change=update.change if update else None,
        gone=() if known is None else tuple(sorted(known - _open_fingerprints(findings))),
        unused=unused,
        standards=standards(packs, {policy.id for policy in policies}, tables),
    )
    return Examined(report, assembly, estate, tables)


def _update(assembly: CloudAssembly, options: Options, tables: Tables) -> Update:
    if options.previous is not None:
        return update_from(options.previous, assembly, tables, options.today)
    return load_update(assembly, str(options.against), tables, options.today)


def _judged_update(
    assembly: CloudAssembly, update: Update | None, policies: Sequence[Policy], context: Context
) -> Iterator[Finding]:
    """The findings about the update; none without a previous assembly."""
    subjects = update.subjects(context.estate) if update else ()
    for policy in policies:
        for subject in subjects:
            if subject.kind in policy.match or (subject.change and subject.change.type in policy.match):
                yield to_finding(assembly, policy, subject, judge(policy, subject, context), update)


def _known_before(options: Options, update: Update, policies: Sequence[Policy], context: Context) -> frozenset[str]:
    """The fingerprints of what was open in the previous assembly."""
    if not policies:
        return frozenset()
    knowledge = Knowledge(context.tables, options.config.declared, Memory(options.cache))
    before = Context(context.tables, context.today, resolve(update.previous, knowledge), early=context.early)
    return _open_fingerprints(judged(update.previous, policies, before, subjects_by_kind(policies, before)))


def _idle(
    policies: Sequence[Policy], subjects: Mapping[str, tuple[Subject, ...]], context: Context
) -> Iterable[tuple[str, str]]:
    """The policies of the project's own that judged nothing, each with a note."""
    own = [policy for policy in policies if policy.file is not None]
    if not own:
        return ()
    from eks_guard.policy.idle import idle_notes  # noqa: PLC0415 (most checks have no policies of their own)

    return idle_notes(own, subjects, context)


def _open_fingerprints(findings: Iterable[Finding]) -> frozenset[str]:
    return frozenset(f.fingerprint for f in findings if f.outcome in (Outcome.FAIL, Outcome.UNKNOWN))


def _not_compared(about_update: Sequence[Policy]) -> list[str]:
    """What the project asks of updates and was not judged, for there is nothing to compare with."""
    if not about_update:
        return []
    return [f"{len(about_update)} policies are about an update and are judged only with --against PREVIOUS"]


def survey(options: Options, tables: Tables) -> tuple[CloudAssembly, Estate]:
    """Load an assembly and resolve what is in it, judged by nothing."""
    options.watch(f"reading {options.path}")
    assembly = load(options.path, options.stdin, options.files)
    assembly.app = app_of(options.path) if options.app is None else options.app
    assembly.give((*options.config.declared.parameters, *options.parameters), check=not options.one_of_many)
    options.watch("resolving clusters")
    estate = resolve(assembly, Knowledge(tables, options.config.declared, Memory(options.cache)))
    if options.stack is not None:
        estate = Scope(assembly, options.stack).narrow(estate)
    return assembly, estate


def summary(assembly: CloudAssembly) -> Assembly:
    """What a report says about its input."""
    return Assembly(assembly.path, assembly.version, len(assembly.stacks), assembly.stale_templates, assembly.app)
