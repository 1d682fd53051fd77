"""The plan of each cluster to the minor that a run asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.value import Known
from eks_guard.model.version import Version
from eks_guard.upgrade.plan import Wish, make_plan

if TYPE_CHECKING:
    from eks_guard.audit import Examined
    from eks_guard.fleet.job import Job
    from eks_guard.model.upgrade import UpgradePlan


def plan_of(examined: Examined, job: Job) -> UpgradePlan:
    """The plan of the clusters of an assembly; those that are newer already need none."""
    assert job.upgrade_to, "asked where there is a target"
    target = Version.parse(job.upgrade_to)
    due = [
        cluster
        for cluster in examined.estate.clusters
        if not (isinstance(cluster.version, Known) and cluster.version.value.of_minor > target)
    ]
    return make_plan(examined.assembly, examined.estate, due, examined.tables, Wish(target, None, job.today))
