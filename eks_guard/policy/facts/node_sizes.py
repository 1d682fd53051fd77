"""Whether the sizes of a managed node group are in order.

https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html,
https://github.com/rancher/rancher/issues/30994,
https://github.com/hashicorp/terraform-provider-aws/issues/26535
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.value import Known, lift
from eks_guard.policy.facts.properties import of_property
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.model.finding import Observation
    from eks_guard.model.nodes import NodeGroup
    from eks_guard.policy.facts.fact import Context

UNAVAILABLE = "maxUnavailable"
PAIRS = (("minSize", "desiredSize"), ("desiredSize", "maxSize"), ("minSize", "maxSize"), (UNAVAILABLE, "maxSize"))
SIZES_FIX = Fix.of(
    "Write sizes of which none is greater than the next",
    typescript="scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 3 },  // your sizes, none greater than the next",
    python='scaling_config={"minSize": 1, "desiredSize": 2, "maxSize": 3},  # your sizes, none greater than the next',
    cloudformation="ScalingConfig: {MinSize: 1, DesiredSize: 2, MaxSize: 3}  # your sizes, none greater than the next",
)
UPDATE_FIX = Fix.of(
    "Let at most as many nodes be unavailable as there may be",
    typescript="updateConfig: { maxUnavailable: 1 },  // at most maxSize",
    python="update_config=eks.CfnNodegroup.UpdateConfigProperty(max_unavailable=1),  # at most max_size",
    cloudformation="UpdateConfig: {MaxUnavailable: 1}  # at most MaxSize",
)


def ordered(group: NodeGroup, _: Context) -> tuple[Observation, ...]:
    """One observation for each two sizes that are written; EKS chooses the others to fit."""
    sizes = {
        "minSize": group.min_size,
        "desiredSize": group.desired_size,
        "maxSize": group.max_size,
        UNAVAILABLE: group.max_unavailable,
    }
    observations = []
    for low, high in PAIRS:
        least, most = sizes[low], sizes[high]
        if Known(None) in (least, most):
            continue
        ordered = lift(lambda one, other: one is None or other is None or one <= other, least, most)
        shown = f"{low} {in_branches(least)}, {high} {in_branches(most)}"
        answer = f"{low} can't be greater than {high}"
        if low == UNAVAILABLE:
            answer = "max-unavailable must be within the range 1 and max size of the node group"
        says = f'{low} is {in_branches(least)} and {high} is {in_branches(most)}: the deploy will fail with "{answer}"'
        observed = of_property("node group", group.at, shown, ordered, says, least.place or most.place)
        observations.append(replace(observed, fix=UPDATE_FIX if low == UNAVAILABLE else SIZES_FIX))
    return tuple(observations)
