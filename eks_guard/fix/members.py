"""The calls that add charts and node groups to a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.constructs import MODULES, class_of
from eks_guard.fix.locate import Wanted, locate
from eks_guard.fix.shapes import Call, Member
from eks_guard.fix.source import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection

    from eks_guard.fix.change import Job
    from eks_guard.fix.source import Spot


def made_by_cluster(job: Job, methods: Collection[str], name: str, prefix: str) -> tuple[Spot, int] | Refusal:
    """Return the call of a method of the cluster, or of the class itself, and which argument holds the options.

    `prefix` is what the method puts before the id in the construct path.
    """

    def makes(call: Spot) -> bool:
        return _index(job, call, methods, name) is not None

    subject = job.finding.subject
    found = locate(job.names, Wanted(subject.id, subject.source, name, makes, prefix))
    if isinstance(found, Refusal):
        return found
    sharing = {other for other in job.sharing if other != subject.id}
    if not sharing <= job.failing:
        return Refusal(f"the same line creates {min(sharing - job.failing)}, which does not need this change", found)
    index = _index(job, found, methods, name)
    assert index is not None, "only such calls are found"
    return found, index


def _index(job: Job, call: Spot, methods: Collection[str], name: str) -> int | None:
    shape = call.source.dialect.shape(call.node)
    if not isinstance(shape, Call):
        return None
    member = call.source.dialect.shape(shape.callee)
    if isinstance(member, Member) and member.name in [call.source.dialect.spelled(method) for method in methods]:
        return 1
    found = class_of(job.names, call.at(shape.callee))
    return 2 if found is not None and found[0] in MODULES and found[1:] == (name,) else None
