"""Where a cluster's chain to its kubectl breaks, by the findings about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.outcome import Outcome
from eks_guard.model.policy import Link, alternatives_of
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.model.finding import Finding
    from eks_guard.model.kubectl import KubectlProvider, Layer
    from eks_guard.model.report import Report
    from eks_guard.model.resource import ResourceId
    from eks_guard.report.page.entries import Entry


def links_at_fault(provider: KubectlProvider, entries: Iterable[Entry]) -> dict[Link, list[Entry]]:
    """The findings about each link of one handler's chain. A policy that asks about several links names none."""
    found: dict[Link, list[Entry]] = {}
    for entry in entries:
        links = _links(entry.finding)
        if len(links) == 1 and _concerns(entry.finding, provider):
            found.setdefault(links.pop(), []).append(entry)
    return found


def chains_judged(report: Report) -> frozenset[ResourceId | None]:
    """The clusters and handlers about whose chain a policy was asked; of the others nothing can be said."""
    judged = (f for f in report.findings if f.outcome is not Outcome.NOT_APPLICABLE and _links(f))
    return frozenset(finding.subject.resource for finding in judged)


def deciding_layer(provider: KubectlProvider) -> Layer | None:
    """The layer whose kubectl is used: Lambda unpacks them in order, so the last one that carries any."""
    carrying = [layer for layer in provider.layers if isinstance(layer.kubectl, Unknown) or layer.kubectl.value]
    return next(reversed(carrying or provider.layers), None)


def witnesses_agree(layer: Layer) -> bool:
    """Whether all witnesses of a layer name the same minor."""
    return layer.witnesses_agree


def _links(finding: Finding) -> set[Link]:
    if finding.subject.kind == "handler":
        return {Link.HANDLER}
    return {line.link for asked in finding.policy.expect for line in alternatives_of(asked) if line.link}


def _concerns(finding: Finding, provider: KubectlProvider) -> bool:
    """A finding's trace holds the whole chain of each handler that it is about."""
    if isinstance(provider.handler, Known) and finding.subject.resource == provider.handler.value.resource:
        return True
    return bool(provider.trace) and {step for step, _ in finding.trace}.issuperset(provider.trace)
