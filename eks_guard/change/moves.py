"""A manifest or chart that another cluster gets, while the first one keeps what was applied to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute
from eks_guard.change.sameness import differs
from eks_guard.change.wording import old_place
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.change.fates import Fates

OF_TWO_CLUSTERS = (
    "Keep it on the deployed cluster, and make another construct for the other one. To move it, remove it in one "
    "deploy and make it on the other cluster in the next."
)


def moved_to_another_cluster(fates: Fates, old: Resource, new: Resource) -> Iterator[Effect]:
    """A manifest or chart that goes to another cluster, while the first stays and keeps what it holds."""
    left, right = fates.both(old, new, Property.CLUSTER)
    same = fates.comparison.same(left, right)
    if not differs(same) or not _lives(fates, left):
        return
    says = "its cluster changes: it is applied to the new cluster, and its objects on the old one stay"
    path = ".".join(fates.rules.path(new.type, Property.CLUSTER))
    steps = (
        Step(0, "before", f"{path} in PREVIOUS", old_place(left)),
        Step(1, "after", f"another {path}", right.place),
    )
    yield Effect(Question.MOVED_RELEASE, Known(says), says, right.place, steps, OF_TWO_CLUSTERS)


def _lives(fates: Fates, name: Node) -> bool:
    found = name.follow()
    return not isinstance(found, Attribute) or fates.of(found.resource).fate in (Fate.KEPT, Fate.REFUSED, Fate.LEFT)
