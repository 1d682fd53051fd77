"""The composition: an assembly becomes clusters, clusters and policies become findings. Also the Python API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.language import language_of
from eks_guard.assembly.load import load
from eks_guard.audit.acknowledgements import acknowledgements
from eks_guard.audit.agreeing import with_agreeing_fixes
from eks_guard.audit.apps import app_of
from eks_guard.audit.case import Case, ask
from eks_guard.audit.findings import order
from eks_guard.audit.judging import judged, subjects_by_kind
from eks_guard.audit.notes import about_audit, about_input, unused
from eks_guard.audit.scope import Scope, not_judged
from eks_guard.audit.update import Update, load_update, marked, saved_fingerprints, update_from
from eks_guard.data import Tables
from eks_guard.errors import AssemblyError
from eks_guard.model.outcome import OPEN
from eks_guard.model.report import Assembly, Report
from eks_guard.policy import freshness, waivers
from eks_guard.policy.facts.fact import Context
from eks_guard.policy.packs import WITH_STANDARD
from eks_guard.records import dataclass, replace
from eks_guard.resolve import Knowledge, Memory, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.audit.case import Asked
    from eks_guard.audit.options import Options
    from eks_guard.model.configured import Configured
    from eks_guard.model.coverage import Standard
    from eks_guard.model.estate import Estate
    from eks_guard.model.finding import Finding, Waiver


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
    asked = ask(options, compared=compared)
    tables = Tables(options.data or options.config.data)
    today, clock = freshness.day_of(options.today, tables)
    options = replace(options, today=today)
    assembly, estate = survey(options, tables)
    if options.require_cluster and not estate.clusters:
        raise AssemblyError(f"{options.path}: found no EKS cluster, and --require-cluster asks for one")
    context = Context(tables, today, estate, early=clock is not None)
    update = _update(assembly, options, tables) if compared else None
    options.watch(f"judging by {len(asked.policies)} policies")
    case = Case(assembly, context, asked, subjects_by_kind(asked.ordinary, context), update)
    return Examined(_report(case, options, saved, clock), assembly, estate, tables)


def _report(case: Case, options: Options, saved: frozenset[str] | None, clock: str | None) -> Report:
    """Judge. `saved` are the fingerprints of an earlier report, `clock` the note on a clock that is wrong."""
    assembly, context, asked, update = case.assembly, case.context, case.asked, case.update
    known = _known_before(case, options) if update else saved
    findings = case.findings(options.stack)
    findings = findings if known is None else marked(findings, known)
    stated = _waivers(case, options, findings)
    findings = waivers.apply_waivers(findings, stated, context.today)
    findings = with_agreeing_fixes(findings, stated, assembly, asked.ordinary, context)
    clusters = context.estate.clusters
    language = language_of(assembly, (cluster.source for cluster in clusters))
    idle = tuple(unused(case, findings, stated, options))
    unseen = not_judged(assembly, context.tables, options.stack, context.asides)  # which may add to the problems
    return Report(
        assembly=summary(assembly),
        packs=asked.packs,
        clusters=clusters,
        today=context.today,
        findings=tuple(sorted(findings, key=order)),
        notes=(
            *about_input(case, stated),
            *(note for _, note in idle),
            *about_audit(case, findings, language, clock),
        ),
        problems=tuple(assembly.problems),
        language=language,
        gate=options.gate,
        configured=_configured(options, context.tables),
        not_judged=unseen,
        change=update.change if update else None,
        gone=() if known is None else tuple(sorted(known - _open_fingerprints(findings))),
        unused=idle,
        standards=_standards(asked, context.tables),
    )


def _update(assembly: CloudAssembly, options: Options, tables: Tables) -> Update:
    options.watch("comparing with what is deployed")
    if options.previous is not None:
        return update_from(options.previous, assembly, tables, options.today)
    return load_update(assembly, str(options.against), tables, options.today)


def _waivers(case: Case, options: Options, findings: Sequence[Finding]) -> tuple[Waiver, ...]:
    """The waivers of the configuration, and the acknowledgements of the app where they count."""
    if not options.acknowledgements:
        return options.config.waivers
    stacks = {finding.subject.stack for finding in findings}
    return (*options.config.waivers, *acknowledgements(case.assembly, case.asked.policies, stacks))


def _known_before(case: Case, options: Options) -> frozenset[str]:
    """The fingerprints of what was open in the previous assembly."""
    policies, context = case.asked.ordinary, case.context
    if not case.update or not policies:
        return frozenset()
    previous = case.update.previous
    knowledge = Knowledge(context.tables, options.config.declared, Memory(options.cache))
    before = Context(context.tables, context.today, resolve(previous, knowledge), early=context.early)
    return _open_fingerprints(judged(previous, policies, before, subjects_by_kind(policies, before)))


def _open_fingerprints(findings: Iterable[Finding]) -> frozenset[str]:
    return frozenset(f.fingerprint for f in findings if f.outcome in OPEN)


def survey(options: Options, tables: Tables) -> tuple[CloudAssembly, Estate]:
    """Load an assembly and resolve what is in it, judged by nothing."""
    options.watch(f"reading {options.path}")
    values = (*options.config.declared.parameters, *options.parameters)
    assembly = load(options.path, options.stdin, options.files, values)
    assembly.app = app_of(options.path) if options.app is None else options.app
    if not options.one_of_many:  # what no parameter of it takes is for another one
        assembly.given.check(assembly.stacks)
        if assembly.given.pseudo():
            from eks_guard.assembly.given_environment import check_environment  # noqa: PLC0415 (few are given)

            check_environment(assembly.given, assembly.stacks)
    options.watch("resolving clusters")
    estate = resolve(assembly, Knowledge(tables, options.config.declared, Memory(options.cache)))
    if options.stack is not None:
        estate = Scope(assembly, options.stack).narrow(estate)
    return assembly, estate


def summary(assembly: CloudAssembly) -> Assembly:
    """What a report says about its input."""
    return Assembly(assembly.path, assembly.version, len(assembly.stacks), assembly.stale_templates, assembly.app)


def _standards(asked: Asked, tables: Tables) -> tuple[Standard, ...]:
    """What was judged of the standards that packs stand for."""
    if WITH_STANDARD.isdisjoint(asked.packs):
        return ()
    from eks_guard.policy.coverage import standards  # noqa: PLC0415 (few audits are by such a pack)

    return standards(asked.packs, {policy.id for policy in asked.policies}, tables)


def _configured(options: Options, tables: Tables) -> Configured | None:
    """What the configuration changes; None without one."""
    if not options.config.given:
        return None
    from eks_guard.policy.changes import configured  # noqa: PLC0415 (many apps have no configuration)

    return configured(options.config, () if options.data else tables.replaced)
