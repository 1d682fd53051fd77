"""The composition: an assembly becomes clusters, clusters and policies become findings. Also the Python API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eks_guard.assembly.language import language_of
from eks_guard.assembly.load import load
from eks_guard.audit.acknowledgements import acknowledgements
from eks_guard.audit.findings import order, to_finding
from eks_guard.audit.scope import Scope, left_over, not_judged
from eks_guard.data import Tables
from eks_guard.errors import AssemblyError
from eks_guard.model.finding import Assembly, Gate, Report
from eks_guard.policy import freshness, waivers
from eks_guard.policy.changes import configured
from eks_guard.policy.config import Config
from eks_guard.policy.evaluate import judge
from eks_guard.policy.facts.fact import Context
from eks_guard.policy.kinds import asks_by_path, subjects_of
from eks_guard.policy.planning import agree
from eks_guard.policy.selection import Wanted, check_gate, select_policies
from eks_guard.resolve import Knowledge, resolve
from eks_guard.resolve.kubectl.evidence.memory import Memory

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.model.estate import Estate
    from eks_guard.model.given import GivenValue

LOOKUPS_MISSING = (
    "the synth could not look up everything (manifest.json lists what is missing), so some values are dummies; "
    "run `cdk synth` with credentials first"
)


@dataclass(frozen=True, slots=True)
class Options:
    """What to audit, and against what. `stdin` holds the template where `path` is `-`.

    `acknowledgements`: whether those in the app's own metadata count.
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


def audit(options: Options) -> Report:
    """Audit an assembly. Raises PolicyError for a wrong policy or configuration, AssemblyError for a wrong input."""
    packs, policies = select_policies(options.config, options.wanted)
    check_gate(options.config, policies, options.gate)
    tables = Tables(options.data or options.config.data)
    assembly, estate = survey(options, tables)
    clusters = estate.clusters
    if options.require_cluster and not clusters:
        raise AssemblyError(f"{options.path}: found no EKS cluster, and --require-cluster asks for one")
    context = Context(tables, options.today, estate)
    kinds = dict.fromkeys(kind for policy in policies for kind in policy.match)
    by_path = {kind for policy in policies if asks_by_path(policy) for kind in policy.match}
    subjects = {kind: subjects_of(estate, kind, bodies=kind in by_path) for kind in kinds}
    found = (
        to_finding(assembly, policy, subject, judge(policy, subject, context))
        for policy in policies
        for kind in policy.match
        for subject in subjects[kind]
    )
    scope = Scope(assembly, options.stack)
    findings = tuple(finding for finding in found if scope.covers(finding))
    judged = {finding.subject.stack for finding in findings}
    acknowledged = acknowledgements(assembly, policies, judged) if options.acknowledgements else ()
    stated = (*options.config.waivers, *acknowledged)
    findings = agree(waivers.apply_waivers(findings, stated, options.today))
    asked = {policy.id for policy in policies} if options.stack is None else set()
    return Report(
        assembly=summary(assembly),
        packs=packs,
        clusters=clusters,
        today=options.today,
        findings=tuple(sorted(findings, key=order)),
        notes=(
            *assembly.notes,
            *waivers.notes(findings, stated, asked, options.today),
            *([LOOKUPS_MISSING] if assembly.lookups_missing else []),
            *freshness.notes(clusters, tables, options.today),
            *left_over(estate),
        ),
        problems=tuple(assembly.problems),
        language=language_of(assembly, (cluster.source for cluster in clusters)),
        gate=options.gate,
        configured=configured(options.config, () if options.data else tables.replaced),
        not_judged=not_judged(assembly, tables, options.stack),
    )


def survey(options: Options, tables: Tables) -> tuple[CloudAssembly, Estate]:
    """Load an assembly and resolve what is in it, judged by nothing."""
    assembly = load(options.path, options.stdin)
    assembly.give((*options.config.declared.parameters, *options.parameters))
    estate = resolve(assembly, Knowledge(tables, options.config.declared, Memory(options.cache)))
    if options.stack is not None:
        estate = Scope(assembly, options.stack).narrow(estate)
    return assembly, estate


def summary(assembly: CloudAssembly) -> Assembly:
    """What a report says about its input."""
    return Assembly(assembly.path, assembly.version, len(assembly.stacks), assembly.stale_templates)
