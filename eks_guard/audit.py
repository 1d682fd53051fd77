"""The composition: an assembly becomes clusters, clusters and policies become findings. Also the Python API."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.assembly.files import FAMILIES
from eks_guard.assembly.load import load
from eks_guard.assembly.positions import locate
from eks_guard.assembly.project import app_language
from eks_guard.assembly.unlisted import unlisted
from eks_guard.assembly.unseen import unseen
from eks_guard.data import Tables
from eks_guard.errors import AssemblyError, UsageError
from eks_guard.model.finding import Assembly, Finding, Gate, Location, Outcome, Report, Waiver
from eks_guard.model.not_judged import NotJudged
from eks_guard.policy import freshness, waivers
from eks_guard.policy.config import Config
from eks_guard.policy.evaluate import judge
from eks_guard.policy.facts.fact import Context
from eks_guard.policy.kinds import asks_by_path, resource_types
from eks_guard.policy.selection import Wanted, select_policies
from eks_guard.resolve.clusters import find_clusters
from eks_guard.resolve.evidence.memory import Memory
from eks_guard.resolve.nodes import node_subjects
from eks_guard.resolve.subjects import (
    addon_subjects,
    chart_subjects,
    cluster_subject,
    handler_subjects,
    manifest_subjects,
    resource_subjects,
    service_account_subjects,
)

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Subject
    from eks_guard.model.policy import Policy
    from eks_guard.model.value import Place
    from eks_guard.policy.evaluate import Verdict

ACKNOWLEDGED_PREFIX = "eks-guard::"
LOOKUPS_MISSING = (
    "the synth could not look up everything (manifest.json lists what is missing), so some values are dummies; "
    "run `cdk synth` with credentials first"
)


@dataclass(frozen=True, slots=True)
class Options:
    """What to audit, and against what. `stdin` holds the template where `path` is `-`."""

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


def audit(options: Options) -> Report:
    """Audit an assembly. Raises PolicyError for a wrong policy or configuration, AssemblyError for a wrong input."""
    packs, policies = select_policies(options.config, options.wanted)
    tables = Tables(options.data or options.config.data)
    assembly, clusters = resolve(options, tables)
    if options.require_cluster and not clusters:
        raise AssemblyError(f"{options.path}: found no EKS cluster, and --require-cluster asks for one")
    context = Context(tables, options.today)
    kinds = dict.fromkeys(kind for policy in policies for kind in policy.match)
    by_path = {kind for policy in policies if asks_by_path(policy) for kind in policy.match}
    subjects = {kind: _of_kind(kind, assembly, clusters, bodies=kind in by_path) for kind in kinds}
    found = (
        _finding(assembly, policy, subject, judge(policy, subject, context))
        for policy in policies
        for kind in policy.match
        for subject in subjects[kind]
    )
    templates = _templates(assembly, options.stack)
    findings = tuple(finding for finding in found if _is_asked_for(finding, options.stack, templates))
    judged = {finding.subject.stack for finding in findings}
    stated = (*options.config.waivers, *_acknowledgements(assembly, policies, judged))
    findings = waivers.apply_waivers(findings, stated, options.today)
    asked = {policy.id for policy in policies} if options.stack is None else set()
    return Report(
        assembly=summary(assembly),
        packs=packs,
        clusters=clusters,
        today=options.today,
        findings=tuple(sorted(findings, key=_order)),
        notes=(
            *assembly.notes,
            *waivers.notes(findings, stated, asked, options.today),
            *([LOOKUPS_MISSING] if assembly.lookups_missing else []),
            *freshness.notes(clusters, tables, options.today),
        ),
        problems=tuple(assembly.problems),
        language=_language(assembly, clusters),
        gate=options.gate,
        not_judged=_not_judged(assembly, tables, options.stack),
    )


def _not_judged(assembly: CloudAssembly, tables: Tables, pattern: str | None) -> tuple[NotJudged, ...]:
    """What may hold EKS resources and was not judged; what was not asked for is named."""
    found = (*unseen(assembly, tables.harmless_transforms), *unlisted(assembly))
    return tuple(dict.fromkeys((*assembly.not_judged, *found, *_left_out(assembly, pattern))))


def _left_out(assembly: CloudAssembly, pattern: str | None) -> Iterator[NotJudged]:
    for stack in assembly.reachable(*FAMILIES) if pattern is not None else ():
        if not fnmatchcase(stack.root.id, pattern or "*"):
            yield NotJudged(stack.id, stack.document.name, "has EKS resources and is left out by --stack", chosen=True)


def resolve(options: Options, tables: Tables) -> tuple[CloudAssembly, tuple[Cluster, ...]]:
    """Load an assembly and resolve its clusters, judged by nothing."""
    assembly = load(options.path, options.stdin)
    clusters = find_clusters(assembly, tables, options.config.declared, Memory(options.cache))
    if options.stack is not None:
        _check_stack(assembly, options.stack)
        templates = _templates(assembly, options.stack)
        clusters = tuple(c for c in clusters if fnmatchcase(c.stack, options.stack) or _reaches(c, templates))
    return assembly, clusters


def _templates(assembly: CloudAssembly, pattern: str | None) -> frozenset[str]:
    """The templates of the stacks that match, and of the nested ones below them."""
    stacks = assembly.reachable(*FAMILIES) if pattern is not None else ()
    return frozenset(stack.document.name for stack in stacks if fnmatchcase(stack.root.id, pattern or "*"))


def _reaches(cluster: Cluster, templates: Collection[str]) -> bool:
    """Whether one of these templates brings what runs kubectl against a cluster."""
    return any(place.template in templates for provider in cluster.kubectl for place in provider.consumers)


def _is_asked_for(finding: Finding, pattern: str | None, templates: Collection[str]) -> bool:
    """Whether a finding is about a stack that matches, or its proof leads through one."""
    if pattern is None or fnmatchcase(finding.subject.stack, pattern):
        return True
    shown = finding.outcome in (Outcome.FAIL, Outcome.UNKNOWN) and finding.subject.cluster is not None
    return shown and any(step.place and step.place.template in templates for step, _ in finding.trace)


def _check_stack(assembly: CloudAssembly, pattern: str) -> None:
    """A pattern that matches no stack would make an audit of nothing look like a clean one."""
    names = sorted(stack.id for stack in assembly.stacks)
    if not any(fnmatchcase(name, pattern) for name in names):
        raise UsageError(f"--stack: {pattern!r} matches no stack, there are {', '.join(names) or 'none'}")


def summary(assembly: CloudAssembly) -> Assembly:
    """What a report says about its input."""
    return Assembly(assembly.path, assembly.version, len(assembly.stacks), assembly.stale_templates)


def _acknowledgements(assembly: CloudAssembly, policies: Sequence[Policy], judged: Collection[str]) -> Iterator[Waiver]:
    """CDK's own acknowledgements in the stacks that were judged, on a construct and all below it; without expiry."""
    known = {policy.id for policy in policies}
    for stack in (stack for stack in assembly.stacks if stack.id in judged):
        for path, rule, reason in stack.metadata.acknowledged(ACKNOWLEDGED_PREFIX):
            policy = rule.removeprefix(ACKNOWLEDGED_PREFIX)
            if policy in known:
                yield Waiver(policy, path, reason, None, "acknowledged in the app")


def _of_kind(kind: str, assembly: CloudAssembly, clusters: Sequence[Cluster], *, bodies: bool) -> tuple[Subject, ...]:
    """What a `match` is about, found once for all policies that ask it; `bodies`: whether one looks into resources."""
    match kind:
        case "cluster":
            return tuple(cluster_subject(cluster) for cluster in clusters)
        case "handler":
            return tuple(handler_subjects(assembly, clusters))
        case "manifest":
            return tuple(manifest_subjects(assembly, clusters, bodies=bodies))
        case "helm-chart":
            return tuple(chart_subjects(assembly, clusters))
        case "nodegroup" | "self-managed-nodegroup":
            return tuple(node_subjects(assembly, kind, resource_types(kind), clusters))
        case "addon":
            return tuple(addon_subjects(assembly, resource_types(kind), clusters))
        case "service-account":
            return tuple(service_account_subjects(assembly))
    return tuple(resource_subjects(assembly, kind, resource_types(kind)))


def _finding(assembly: CloudAssembly, policy: Policy, subject: Subject, verdict: Verdict) -> Finding:
    """A verdict with its places turned into lines and columns, where somebody will look at them."""
    shown = verdict.outcome in (Outcome.FAIL, Outcome.UNKNOWN)
    decisive = verdict.decisive
    place = next((observation.place for observation in decisive if observation.place), subject.place)
    steps = tuple(dict.fromkeys(step for observation in decisive for step in observation.trace))
    return Finding(
        policy=policy,
        severity=verdict.severity,
        outcome=verdict.outcome,
        subject=subject,
        because=tuple(dict.fromkeys(observation.says for observation in decisive)) if shown else (policy.title,),
        location=_located(assembly, place, subject) if shown else Location(place, source=subject.source),
        trace=tuple((step, _located(assembly, step.place) if step.place and shown else None) for step in steps),
        fix=next((observation.fix for observation in decisive if observation.fix), policy.fix),
        fingerprint=_fingerprint(policy, subject, place),
    )


def _located(assembly: CloudAssembly, place: Place, subject: Subject | None = None) -> Location:
    document = assembly.document_of(place.template)
    position = locate(document, place.pointer) if document else None
    line, column = position or (None, None)
    return Location(place, line, column, subject.source if subject else None)


def _fingerprint(policy: Policy, subject: Subject, place: Place) -> str:
    """The same after each synth: logical ids and lines may move, construct path and property do not."""
    property_ = place.pointer.split("/", 3)[3] if place.pointer.count("/") > 2 else ""  # noqa: PLR2004
    return hashlib.sha256(f"{policy.id}\0{subject.id}\0{property_}".encode(errors="surrogatepass")).hexdigest()[:32]


def _order(finding: Finding) -> tuple[int, str, str]:
    return (-finding.severity, finding.policy.id, finding.subject.id)


def _language(assembly: CloudAssembly, clusters: Iterable[Cluster]) -> str | None:
    """The language of the app where its source lines or its cdk.json tell it."""
    for cluster in clusters:
        if cluster.source:
            return "python" if cluster.source.file.endswith(".py") else "typescript"
    return app_language(assembly.root.path)
