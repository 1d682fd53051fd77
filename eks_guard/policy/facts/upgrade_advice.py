"""What to do about a version that is old: with the layer where there is one, and the steps that follow on the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.value import Known
from eks_guard.policy.facts.fixes import takes_layer

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.version import Version
    from eks_guard.policy.facts.fact import Context

SOON = 60
"""Days of standard support that are no goal for an upgrade; `cluster-version-supported` asks for as many."""
PLANS = "`eks-guard upgrade` plans the way."


def upgrade_advice(cluster: Cluster, context: Context) -> str | None:
    """How to raise the version of a running cluster; None where the text of the policies says it."""
    later = _later_steps(cluster, context)
    if takes_layer(cluster) and not later:
        return None
    layer = " together with the kubectl layer" if takes_layer(cluster) else ""
    return f"Raise the version by one minor{layer}, then update the node groups and add-ons.{later} {PLANS}"


def creation_advice(cluster: Cluster) -> str | None:
    """How to name a version that can be created; None where the text of the policies says it."""
    if takes_layer(cluster):
        return None
    return f"Raise the version; EKS takes one minor version at a time on a running cluster. {PLANS}"


def _later_steps(cluster: Cluster, context: Context) -> str:
    """What follows on the next minor where its own standard support ends soon, or is over."""
    version = cluster.version
    calendar = context.tables.eks_versions
    if not isinstance(version, Known) or version.value.of_minor not in calendar:
        return ""
    ahead = sorted(minor for minor in calendar if minor > version.value.of_minor)
    goal = next((minor for minor in ahead if _days(minor, context) >= SOON), None)
    if goal is None or goal == ahead[0]:
        return ""
    end = calendar[ahead[0]].end_of_standard
    verb = "ended" if end and end <= context.today else "ends"
    steps = " and ".join(str(minor) for minor in ahead[1 : ahead.index(goal) + 1])
    return f" Standard support for {ahead[0]} {verb} on {end}, so deploy {steps} after it."


def _days(minor: Version, context: Context) -> int:
    end = context.tables.eks_versions[minor].end_of_standard
    return (end - context.today).days if end else SOON
