"""The rows that one audit gives: its clusters, and what failed, is unknown or is waived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.describe import in_words
from eks_guard.model.outcome import OPEN, Outcome
from eks_guard.model.value import Known
from eks_guard.upgrade.app import app_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.audit import Examined
    from eks_guard.data.rows import Support
    from eks_guard.fleet.results import Row
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report
    from eks_guard.model.upgrade import ClusterPlan, Item, UpgradePlan
    from eks_guard.model.value import Value

LONGEST = 4_000
"""Characters of one text in a row; a name of a hundred thousand must not fill the table."""


class Rows:
    """The rows of one audited assembly; `folder` is where it lies in its archive."""

    def __init__(self, url: str, folder: str, examined: Examined) -> None:
        self._where = {"url": url, "assembly": folder or "."}
        self._examined = examined
        self._report: Report = examined.report
        self._environments = {stack.id: stack.environment for stack in examined.assembly.stacks}

    def clusters(self) -> tuple[Row, ...]:
        """A row for each cluster."""
        return tuple(_clean(self._cluster(cluster)) for cluster in self._report.clusters)

    def findings(self) -> tuple[Row, ...]:
        """A row for each finding that is not a pass."""
        return tuple(_clean(self._finding(finding)) for finding in self._report.findings if finding.outcome in OPEN)

    def plans(self, plan: UpgradePlan) -> tuple[Row, ...]:
        """A row for each item of the plans."""
        return tuple(_clean(row) for cluster in plan.clusters for row in self._items(cluster))

    def _at(self, stack: str) -> Row:
        environment = self._environments.get(stack)
        return {
            **self._where,
            "account": environment.account if environment else None,
            "region": environment.region if environment else None,
            "stack": stack,
        }

    def _cluster(self, cluster: Cluster) -> Row:
        version = cluster.version.value.of_minor if isinstance(cluster.version, Known) else None
        support = self._examined.tables.eks_versions.get(version) if version else None
        about = [f for f in self._report.findings if _is_about(f, cluster) and f.waiver is None]
        failed = [finding for finding in about if finding.outcome is Outcome.FAIL]
        return {
            **self._at(cluster.stack),
            "cluster": cluster.id,
            "name": _known(cluster.name),
            "origin": str(cluster.origin),
            "version": str(version) if version else None,
            "version_unknown": None if version else in_words(cluster.version),
            "support": self._support(support) if version else None,
            "end_of_support": _day(support.end_of_standard) if support else None,
            "end_of_extended_support": _day(support.end_of_extended) if support else None,
            "kubectl": _each([provider.kubectl for provider in cluster.kubectl if provider.used]),
            "helm": _each([provider.helm for provider in cluster.kubectl if provider.used]),
            "cdk": _known(app_of(self._examined.assembly, cluster).cdk_release),
            "endpoint": _endpoint(cluster),
            "logging": in_words(cluster.logging),
            "nodes": len(cluster.node_groups) + len(cluster.self_managed_groups) + len(cluster.fargate.profiles),
            "node_types": list(_node_types(cluster)),
            "highest_severity": str(max(f.severity for f in failed)) if failed else None,
            "failed": len(failed),
            "unknown": sum(finding.outcome is Outcome.UNKNOWN for finding in about),
        }

    def _support(self, support: Support | None) -> str:
        """`standard`, `extended` or `ended` on the day of the audit; `unannounced` for what the calendar lacks."""
        today = self._report.today
        if support is None:
            return "unannounced"
        if support.end_of_extended and support.end_of_extended <= today:
            return "ended"
        return "extended" if support.end_of_standard and support.end_of_standard <= today else "standard"

    def _finding(self, finding: Finding) -> Row:
        place, source = finding.location.place, finding.location.source
        return {
            **self._at(finding.subject.stack),
            "subject": finding.subject.id,
            "kind": finding.subject.kind,
            "cluster": finding.subject.cluster.id if finding.subject.cluster else None,
            "policy": finding.policy.id,
            "severity": str(finding.severity),
            "outcome": str(finding.outcome),
            "waived": f"{finding.waiver.reason} ({finding.waiver.origin})" if finding.waiver else None,
            "because": "; ".join(finding.because),
            "source": source.file if source else None,
            "line": source.line if source else finding.location.line,
            "template": place.template,
            "pointer": place.pointer,
            "fingerprint": finding.fingerprint,
            "closes_gate": self._report.gate.is_closed_by(finding),
            "baseline": str(finding.baseline) if finding.baseline else None,
        }

    def _items(self, plan: ClusterPlan) -> Iterator[Row]:
        for item in plan.all_items:
            yield self._item(plan, item)

    def _item(self, plan: ClusterPlan, item: Item) -> Row:
        return {
            **self._at(plan.site.stack),
            "cluster": plan.site.id,
            "version": str(plan.start.value) if isinstance(plan.start, Known) else None,
            "target": str(plan.target) if plan.target else None,
            "step": str(item.at) if item.at else None,
            "phase": str(item.phase),
            "weight": str(item.weight),
            "item": item.id,
            "subject": item.site.id,
            "says": item.says,
            "fingerprint": item.fingerprint,
        }


def _is_about(finding: Finding, cluster: Cluster) -> bool:
    return finding.subject.cluster is not None and finding.subject.cluster.resource == cluster.resource


def _known(value: Value[Any]) -> str | None:
    """A known value as text; None for one that is unknown or absent."""
    return str(value.value) if isinstance(value, Known) and value.value is not None else None


def _each(values: Sequence[Value[Any]]) -> str | None:
    """The values of several handlers, each once; `unknown` among them where one is not known. None without any."""
    if not values:
        return None
    texts = {"unknown" if not isinstance(v, Known) else "none" if v.value is None else str(v.value) for v in values}
    return ", ".join(sorted(texts))


def _endpoint(cluster: Cluster) -> str:
    """Who reaches the API: `private`, `public`, `public and private`, with the networks that it is narrowed to."""
    doors, cidrs = cluster.endpoint.doors, cluster.endpoint.public_cidrs
    if doors is None:
        return "unknown"
    words = " and ".join(doors) or "none"
    if "public" not in doors or (isinstance(cidrs, Known) and "0.0.0.0/0" in cidrs.value):
        return words
    return f"{words}, from {in_words(cidrs)}"


def _node_types(cluster: Cluster) -> Iterator[str]:
    yield from sorted({f"managed {in_words(group.ami_type)}" for group in cluster.node_groups})
    if cluster.self_managed_groups:
        yield "self-managed"
    if cluster.fargate.profiles:
        yield "fargate"
    if isinstance(cluster.auto_mode.compute, Known) and cluster.auto_mode.compute.value:
        yield "auto mode"


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _clean(row: Row) -> Row:
    return {key: shown(value) if isinstance(value, str) else value for key, value in row.items()}


def shown(text: str) -> str:
    """A text as a table can hold it: of bearable length, and without halves of characters."""
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} … {len(text) - LONGEST} characters left out"
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
