"""The version itself, and what EKS supports of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.upgrade import Phase, Remedy, Weight
from eks_guard.model.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.upgrade import Item
    from eks_guard.model.version import Version
    from eks_guard.upgrade.journey import Journey

HOURS = 24 * 30


def items(journey: Journey) -> Iterator[Item]:
    """The line to write at each step; that support ended, or costs more."""
    yield from _support(journey)
    for minor in journey.steps:
        yield _line(journey, minor)


def _line(journey: Journey, minor: Version) -> Item:
    cluster = journey.cluster
    if cluster.origin is Origin.IMPORTED:
        says = f"the app that creates the cluster raises its version to {minor}; update this app's declaration to match"
        fix = Remedy(text=f'"{cluster.id}": "{minor}" under declare.clusters in eks-guard.yaml')
        return journey.of_cluster("kubernetes-version", minor, Weight.CHANGE, Phase.WITH, says, fix)
    says = f"raise the version to {minor}, in a deploy that changes nothing else on the cluster"
    constant = f"eks.KubernetesVersion.V{minor.major}_{minor.minor}"
    low_level = journey.app.is_low_level
    fix = Remedy(
        typescript=f"version: '{minor}'" if low_level else f"version: {constant}",
        python=f'version="{minor}"' if low_level else f"version={constant}",
        cloudformation=f'Version: "{minor}"',
        commands=f"eks-guard fix --step {minor}  # writes it, with the layer" if cluster.source else None,
    )
    return journey.of_cluster("kubernetes-version", minor, Weight.CHANGE, Phase.WITH, says, fix)


def _support(journey: Journey) -> Iterator[Item]:
    support = journey.tables.eks_versions.get(journey.start)
    if support is None:
        return
    source = journey.facts.source("eks_versions")
    extended, today = support.end_of_extended, journey.today
    if extended and extended <= today:
        says = (
            f"extended support of {journey.start} ended on {extended}: EKS upgrades such control planes "
            "automatically, so the running one may be ahead of the template, and a deploy would request a "
            "downgrade"
        )
        fix = Remedy(commands="aws eks describe-cluster --name … --query cluster.version")
        yield journey.of_cluster(
            "version-behind-reality", journey.first, Weight.UNKNOWN, Phase.BEFORE, says, fix, source
        )
    elif support.end_of_standard and support.end_of_standard <= today:
        says = _extended(journey, support.end_of_standard.isoformat(), extended.isoformat() if extended else None)
        yield journey.of_cluster("extended-support", journey.first, Weight.NOTE, Phase.BEFORE, says, source=source)


def _extended(journey: Journey, since: str, until: str | None) -> str:
    prices = journey.facts.prices
    more = (float(prices["extended"]) - float(prices["standard"])) * HOURS
    end = f" until {until}" if until else ""
    says = (
        f"{journey.start} has been in extended support since {since}{end}: {prices['extended']} USD an hour "
        f"instead of {prices['standard']}, which is {more:.0f} more in 30 days"
    )
    if journey.cluster.support_type == Known("STANDARD"):
        says += "; the cluster has support type STANDARD, so EKS upgrades it automatically instead"
    return says
