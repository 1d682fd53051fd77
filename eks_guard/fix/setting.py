"""What holds for every property that a recipe sets: it is set for all clusters that the line makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.clusters import made_there
from eks_guard.fix.source import Refusal

if TYPE_CHECKING:
    from eks_guard.fix.change import Job


def same_for_all(job: Job) -> Refusal | None:
    """Return why the line of a cluster must not change: it makes another one that has no such finding."""
    assert job.cluster, "the policy is about clusters"
    beside = made_there(job.clusters, job.cluster.source)
    spared = [cluster for cluster in beside if cluster.id not in job.failing]
    if not spared:
        return None
    return Refusal(f"the same line makes {spared[0].id}, which does not ask for this change")
