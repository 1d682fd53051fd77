"""Audits the cloud assemblies of one archive, each by itself, into one result."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.files import Root
from eks_guard.assembly.load import load
from eks_guard.audit import Options, examine
from eks_guard.audit.notes import LOOKUPS_MISSING
from eks_guard.errors import AssemblyError, NoAssemblyError
from eks_guard.fleet.own_config import own_config, own_waivers
from eks_guard.fleet.plans import plan_of
from eks_guard.fleet.results import ArchiveResult, Row, Status
from eks_guard.fleet.rows import Rows
from eks_guard.fleet.storage import StorageError
from eks_guard.records import dataclass, field, replace

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.audit import Examined
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.sources import Source

Folders: TypeAlias = dict[str, Root]
"""The assemblies of an archive by the folder that they lie in."""
OWN_CONFIG = "has an eks-guard.yaml of its own"
NO_ASSEMBLY = "not a cloud assembly: it has neither a manifest.json nor a CloudFormation template"


@dataclass
class _Answer:
    """What is gathered while the assemblies of an archive are audited."""

    stacks: int = 0
    judged: int = 0
    failed: bool = False
    problems: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    clusters: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    plans: list[Row] = field(default_factory=list)


def audit_assemblies(roots: Folders, source: Source, job: Job, previous: Folders | None = None) -> ArchiveResult:
    """Audit the assemblies; one that cannot be read does not hide the others."""
    answer = _Answer()
    for folder, root in roots.items():
        name = f"{source.url}!{folder}" if folder else source.url
        try:
            _add(answer, _options(answer, name, root, job, _before(previous, folder)), folder, source, job)
        except StorageError:
            raise
        except NoAssemblyError:
            answer.problems.append(NO_ASSEMBLY)
        except AssemblyError as error:
            answer.problems.append(without_url(str(error), name))
    status = Status.AUDITED if answer.judged or answer.missed else Status.EMPTY
    return ArchiveResult(
        source.url,
        source.key,
        source.version,
        Status.REFUSED if answer.problems else status,
        reason="; ".join((*answer.problems, *answer.missed)) or None,
        assemblies=len(roots),
        stacks=answer.stacks,
        notes=tuple(answer.notes),
        until=_until(answer, job),
        failed=answer.failed,
        clusters=tuple(answer.clusters),
        findings=tuple(answer.findings),
        plans=tuple(answer.plans),
    )


def _before(previous: Folders | None, folder: str) -> CloudAssembly | None:
    """The same app in the earlier archive; None where it was not there."""
    if previous is None or folder not in previous:
        return None
    try:
        return load("PREVIOUS", root=previous[folder])
    except AssemblyError as error:
        raise AssemblyError(f"PREVIOUS: {error}") from None


def _add(answer: _Answer, options: Options, folder: str, source: Source, job: Job) -> None:
    """Audit one assembly, and add what it says."""
    examined = examine(options)
    report, rows = examined.report, Rows(source.url, folder, examined)
    answer.stacks += report.assembly.stacks
    answer.judged += report.judged
    answer.failed |= report.failed
    answer.problems += report.problems
    answer.missed += _missed(examined)
    answer.clusters += rows.clusters()
    answer.findings += rows.findings()
    answer.plans += rows.plans(plan_of(examined, job)) if job.upgrade_to else ()


def _options(answer: _Answer, name: str, root: Root, job: Job, previous: CloudAssembly | None) -> Options:
    """How the assembly is audited: by the organisation's configuration and, where asked, its own waivers."""
    config, own = job.config, own_config(root)
    if own is not None and job.own_waivers:
        config = replace(config, waivers=(*config.waivers, *own_waivers(own)))
    elif own is not None:
        answer.notes.append(OWN_CONFIG)
    return Options(
        path=name,
        today=job.today,
        wanted=job.wanted,
        config=config,
        data=job.data,
        cache=job.cache,
        gate=job.gate,
        files=root,
        one_of_many=True,
        app="",
        previous=previous,
    )


def _missed(examined: Examined) -> Iterator[str]:
    """What a reader of the table has to know of an assembly: what was not judged, and what it was made without."""
    report = examined.report
    yield from (f"not judged: {entry}" for entry in report.not_judged)
    if examined.assembly.lookups_missing:
        yield LOOKUPS_MISSING
    if report.assembly.stale_templates:
        yield f"not audited, the manifest does not list them: {', '.join(report.assembly.stale_templates)}"
    yield from examined.assembly.notes


def _until(answer: _Answer, job: Job) -> datetime.date | None:
    """The day from which on the same archive may get another answer."""
    if not (answer.judged or answer.findings):
        return None
    if answer.plans or any(row["policy"] in job.by_day for row in answer.findings):
        return job.tomorrow
    return job.until


def without_url(message: str, url: str) -> str:
    """The message without the URL that its row names anyway."""
    return message.removeprefix(f"{url}: ")
