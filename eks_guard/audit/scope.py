"""Which part of an assembly an audit is about, and what it did not see."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.assembly.documents import FAMILIES
from eks_guard.assembly.unlisted import unlisted
from eks_guard.assembly.unseen import unseen
from eks_guard.errors import UsageError
from eks_guard.model.describe import count, in_some
from eks_guard.model.identity import OidcProvider
from eks_guard.model.not_judged import NotJudged
from eks_guard.model.outcome import OPEN
from eks_guard.model.resource import Unowned
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.data import Tables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate
    from eks_guard.model.finding import Finding
    from eks_guard.policy.facts.fact import Aside


class Scope:
    """The stacks that `--stack` matches."""

    def __init__(self, assembly: CloudAssembly, pattern: str) -> None:
        """Raises UsageError for a pattern that matches no stack: an audit of nothing would look like a clean one."""
        self._pattern = pattern
        names = sorted(stack.id for stack in assembly.stacks)
        if not any(fnmatchcase(name, pattern) for name in names):
            raise UsageError(f"--stack: no stack matches {pattern!r}; available: {', '.join(names) or 'none'}")
        inside = [stack for stack in assembly.of_types(*FAMILIES) if fnmatchcase(stack.root.id, pattern)]
        self._stacks = frozenset(stack.id for stack in inside)
        self._templates = frozenset(stack.document.name for stack in inside)

    def narrow(self, estate: Estate) -> Estate:
        """The estate with the clusters of these stacks, and those that something in them runs kubectl against."""
        return replace(estate, clusters=tuple(cluster for cluster in estate.clusters if self._has(cluster)))

    def _has(self, cluster: Cluster) -> bool:
        consumers = (resource for provider in cluster.kubectl for resource in provider.consumers)
        return self._matches(cluster.stack) or any(resource.stack in self._stacks for resource in consumers)

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is about a stack that matches, or its proof leads through one."""
        if self._matches(finding.subject.stack):
            return True
        shown = finding.outcome in OPEN and finding.subject.cluster is not None
        return shown and any(step.place and step.place.template in self._templates for step, _ in finding.trace)

    def _matches(self, stack: str) -> bool:
        return fnmatchcase(stack, self._pattern)


def not_judged(
    assembly: CloudAssembly, tables: Tables, pattern: str | None, asides: Iterable[Aside] = ()
) -> tuple[NotJudged, ...]:
    """What may hold EKS resources and was not judged; `asides` are the things that no policy can judge."""
    found = (*unseen(assembly, tables.harmless_transforms), *unlisted(assembly, tables.harmless_transforms))
    return tuple(dict.fromkeys((*assembly.not_judged, *found, *_left_out(assembly, pattern), *counted(asides))))


def counted(asides: Iterable[Aside]) -> Iterator[NotJudged]:
    """One row for all things of a sort that could not be judged for a reason, with how many there are of each."""
    by_reason: dict[tuple[str, str], Counter[str]] = {}
    for aside in asides:
        by_reason.setdefault((aside.what, aside.why), Counter())[aside.where] += 1
    for (what, why), where in by_reason.items():
        names = ", ".join(name if number == 1 else f"{number} {name}" for name, number in sorted(where.items()))
        yield NotJudged(f"{count(where.total(), what)} ({names})", "", why, chosen=True)


def _left_out(assembly: CloudAssembly, pattern: str | None) -> Iterator[NotJudged]:
    if pattern is None:
        return
    for stack in dict.fromkeys(resource.stack for resource in assembly.of_families(*FAMILIES)):
        if not fnmatchcase(stack.root.id, pattern):
            yield NotJudged(stack.id, stack.document.name, "has EKS resources and is left out by --stack", chosen=True)


def left_over(estate: Estate) -> Iterator[str]:
    """Notes on what belongs to no cluster, and on types that no policy is about; `inspect` lists both."""
    by_reason: dict[str, list[str]] = {}
    for thing in estate.unowned:
        if isinstance(thing.owner, Unowned) and not isinstance(thing, OidcProvider):
            by_reason.setdefault(thing.owner.reason, []).append(thing.at.id)
    for reason, names in by_reason.items():
        yield f"{_counted(names)} not judged against a cluster: {reason}"
    yield from _owned_at_times(estate)
    by_type: dict[str, list[str]] = {}
    for entry in estate.left_out:
        by_type.setdefault(entry.type, []).append(entry.at.id)
    for kind, names in by_type.items():
        yield f"{_counted(names)} not judged: {_why_no_policy(kind)} {kind}"


def _owned_at_times(estate: Estate) -> Iterator[str]:
    """Notes on what belongs to its cluster in some cases only, and to another app's in the others."""
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for thing in estate.things:
        only, cluster = estate.only_in(thing), estate.cluster(thing.owner)
        if only and cluster:
            where = in_some(only.cases)
            found.setdefault((cluster.id, where, only.otherwise.reason), {})[thing.at.id] = None
    for (cluster_id, where, reason), names in found.items():
        yield f"{_counted(list(names))} judged against {cluster_id} if {where}, and else against no cluster: {reason}"


def _why_no_policy(kind: str) -> str:
    """What to say in front of a type: CloudFormation refuses a template with one of AWS that it does not have."""
    from eks_guard.policy.cloudformation import known_types  # noqa: PLC0415 (few templates have such types)

    is_made_up = kind.startswith("AWS::") and kind not in known_types()
    return "CloudFormation has no type" if is_made_up else "no policy is about"


def _counted(names: list[str]) -> str:
    more = f" and {len(names) - 1} more are" if len(names) > 1 else " is"
    return f"{names[0]}{more}"
