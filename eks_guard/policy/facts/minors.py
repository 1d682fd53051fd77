"""Which Kubernetes minors the control plane of a cluster may run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from eks_guard.model.value import Value
    from eks_guard.model.version import Version
    from eks_guard.policy.facts.fact import Context


def minors_of(version: Value[Version], context: Context) -> tuple[int, ...]:
    """The minors that a version may be, such as 33; all that EKS runs today where nothing is known of it."""
    match version:
        case Known(known):
            return (known.minor,)
        case Unknown(candidates=()):
            rows = context.tables.eks_versions.items()
            ends = {known.minor: support.end_of_extended or support.end_of_standard for known, support in rows}
            return tuple(minor for minor, end in ends.items() if end is None or end >= context.today)
        case Unknown(candidates=candidates):
            return tuple(sorted({candidate.value.minor for candidate in candidates}))
