"""What becomes of node groups and Fargate profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent
from eks_guard.change.comparison import below
from eks_guard.change.fates import Cause
from eks_guard.change.sameness import differs, is_same
from eks_guard.change.wording import chain, in_words, place_of, steps_of
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates, Verdict
    from eks_guard.model.kubectl import Step
    from eks_guard.model.value import Place

NODEGROUP = "AWS::EKS::Nodegroup"
PROFILES = ("AWS::EKS::FargateProfile", "Custom::AWSCDK-EKS-FargateProfile")
UPGRADES = (("Version",), ("ReleaseVersion",), ("LaunchTemplate",))
OTHERS = (("Labels",), ("Taints",), ("ScalingConfig",), ("UpdateConfig",), ("NodeRepairConfig",), ("Tags",))
REFUSAL = "Version and ReleaseVersion updates cannot be combined with other updates"
SAME_TEMPLATE = (
    "Change the data of the launch template but keep its construct; a different launch template needs a new node group."
)


def effects_of(fates: Fates, verdict: Verdict) -> Iterator[Effect]:
    """What the update does to a node group or profile beyond its name."""
    old, new = verdict.old, verdict.new
    if not (old and new):
        return
    if verdict.fate is Fate.REPLACED:
        if _has_generated_name(new):
            what = "pods" if new.type in PROFILES else "nodes"
            says = f"new {what} are created, then the old ones are drained and removed: {verdict.because}"
            yield Effect(Question.NODES, Known(says), says, _place(verdict), tuple(chain(verdict)))
    elif verdict.fate is Fate.UNKNOWN:
        reason = f"unknown whether it is replaced: {verdict.because}"
        yield Effect(Question.NODES, Unknown(reason), reason, new.place)
    elif new.type == NODEGROUP:
        yield from _updates(fates, old, new)


def _updates(fates: Fates, old: Resource, new: Resource) -> Iterator[Effect]:
    template = _another_template(fates, old, new)
    if template:
        yield template
        return
    upgraded, open_ = fates.causes(old, new, UPGRADES)
    others, open_others = fates.causes(old, new, OTHERS)
    if upgraded and others:
        names = [cause.path for cause in (*upgraded, *others)]
        says = f"{in_words(names)} change in one deploy: {REFUSAL}"
        yield Effect(Question.COMBINED, Known(says), says, place_of(upgraded[0].new), _steps(*upgraded, *others))
    elif (upgraded or open_) and (others or open_others):
        reason = f"unknown whether two kinds of update are combined: {(*open_, *open_others)[0].reason}"
        yield Effect(Question.COMBINED, Unknown(reason), reason, new.place)


def _another_template(fates: Fates, old: Resource, new: Resource) -> Effect | None:
    before, after = below(old, "LaunchTemplate"), below(new, "LaunchTemplate")
    had, has = (not isinstance(side.follow(), Absent) for side in (before, after))
    if had is not has:
        says = (
            f"EKS will refuse: the node group {'loses its' if had else 'gets a'} launch template, but a node "
            "group keeps the choice it was created with"
        )
        cause = Cause(("LaunchTemplate",), before, after)
        return Effect(Question.REFUSED, Known(says), says, place_of(after), _steps(cause), SAME_TEMPLATE)
    for key in ("Id", "Name"):
        keys = ("LaunchTemplate", key)
        same = fates.comparison.same(below(old, *keys), below(new, *keys))
        if differs(same):
            cause = Cause(
                keys, below(old, *keys), below(new, *keys), fates.behind(below(old, *keys), below(new, *keys))
            )
            says = (
                "EKS will refuse: the node group gets another launch template, but it keeps the one it was created with"
            )
            return Effect(Question.REFUSED, Known(says), says, place_of(cause.new), _steps(cause), SAME_TEMPLATE)
        if not is_same(same) and isinstance(same, Unknown):
            reason = f"unknown whether the launch template stays the same: {same.reason}"
            return Effect(Question.REFUSED, Unknown(reason), reason, new.place)
    return None


def _has_generated_name(new: Resource) -> bool:
    keys = (
        ("Config", "fargateProfileName")
        if new.type.startswith("Custom::")
        else ("NodegroupName" if new.type == NODEGROUP else "FargateProfileName",)
    )
    return isinstance(below(new, *keys).follow(), Absent)


def _place(verdict: Verdict) -> Place:
    return place_of(verdict.causes[0].new) if verdict.causes else verdict.resource.place


def _steps(*causes: Cause) -> tuple[Step, ...]:
    return tuple(hop for cause in causes for hop in steps_of("node group", cause))
