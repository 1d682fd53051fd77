"""Whether the sizes of a managed node group are in order.

https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html,
https://github.com/rancher/rancher/issues/30994
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_branches
from eks_guard.model.value import Known, lift
from eks_guard.policy.facts.properties import of_property

if TYPE_CHECKING:
    from eks_guard.model.finding import Observation
    from eks_guard.model.nodes import NodeGroup
    from eks_guard.policy.facts.fact import Context

PAIRS = (("minSize", "desiredSize"), ("desiredSize", "maxSize"), ("minSize", "maxSize"))


def ordered(group: NodeGroup, _: Context) -> tuple[Observation, ...]:
    """One observation for each two sizes that are written; EKS chooses the others to fit."""
    sizes = {"minSize": group.min_size, "desiredSize": group.desired_size, "maxSize": group.max_size}
    observations = []
    for low, high in PAIRS:
        least, most = sizes[low], sizes[high]
        if Known(None) in (least, most):
            continue
        ordered = lift(lambda one, other: one is None or other is None or one <= other, least, most)
        shown = f"{low} {in_branches(least)}, {high} {in_branches(most)}"
        says = (
            f"{low} is {in_branches(least)} and {high} is {in_branches(most)}: the deploy will fail with "
            f'"{low} can\'t be greater than {high}"'
        )
        observations.append(of_property("node group", group.at, shown, ordered, says, least.place or most.place))
    return tuple(observations)
