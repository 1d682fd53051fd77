"""What becomes of node groups and Fargate profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.custom_resources import PROFILES
from eks_guard.change.deployed import keep_deployed
from eks_guard.change.paths import is_set
from eks_guard.change.sameness import differs, is_same
from eks_guard.change.wording import chain, in_words, place_of, steps_of
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.verdict import Cause, Verdict
    from eks_guard.model.kubectl import Step
    from eks_guard.model.value import Place

NODEGROUP = "AWS::EKS::Nodegroup"
UPGRADES = (Property.VERSION, Property.RELEASE_VERSION, Property.LAUNCH_TEMPLATE)
OTHERS = (
    Property.LABELS,
    Property.TAINTS,
    Property.SCALING,
    Property.UPDATE_SETTINGS,
    Property.NODE_REPAIR,
    Property.TAGS,
)
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
        if _has_free_name(fates, old, new):
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
    upgraded, open_ = fates.changed(old, new, UPGRADES)
    others, open_others = fates.changed(old, new, OTHERS)
    if upgraded and others:
        names = [cause.path for cause in (*upgraded, *others)]
        says = f"{in_words(names)} change in one deploy: {REFUSAL}"
        first, later = (in_words([cause.path for cause in causes]) for causes in (upgraded, others))
        remedy = f"Deploy {first} first, with the deployed {later}; then {later} in the next deploy."
        fix = keep_deployed(new, others, f"until the next deploy: {later}")
        steps = _steps(*upgraded, *others)
        yield Effect(Question.COMBINED, Known(says), says, place_of(upgraded[0].new), steps, remedy, fix=fix)
    elif (upgraded or open_) and (others or open_others):
        reason = f"unknown whether two kinds of update are combined: {(*open_, *open_others)[0].reason}"
        yield Effect(Question.COMBINED, Unknown(reason), reason, new.place)


def _another_template(fates: Fates, old: Resource, new: Resource) -> Effect | None:
    had, has = map(is_set, fates.both(old, new, Property.LAUNCH_TEMPLATE))
    if had is not has:
        says = (
            f"EKS will refuse: the node group {'loses its' if had else 'gets a'} launch template, but a node "
            "group keeps the choice it was created with"
        )
        cause = fates.cause(old, new, Property.LAUNCH_TEMPLATE)
        fix = keep_deployed(new, [cause], "the node group keeps the choice it was created with")
        return Effect(Question.REFUSED, Known(says), says, place_of(cause.new), _steps(cause), SAME_TEMPLATE, fix=fix)
    had_id, has_id = map(is_set, fates.both(old, new, Property.LAUNCH_TEMPLATE_ID))
    if had_id is not has_id:
        reason = (
            "unknown whether the launch template stays the same: it is named by id on one side, by name on the other"
        )
        return Effect(Question.REFUSED, Unknown(reason), reason, new.place)
    for property_ in (Property.LAUNCH_TEMPLATE_ID, Property.LAUNCH_TEMPLATE_NAME):
        same = fates.same(old, new, property_)
        if differs(same):
            cause = fates.cause(old, new, property_)
            says = (
                "EKS will refuse: the node group gets another launch template, but it keeps the one it was created with"
            )
            return Effect(Question.REFUSED, Known(says), says, place_of(cause.new), _steps(cause), SAME_TEMPLATE)
        if not is_same(same) and isinstance(same, Unknown):
            reason = f"unknown whether the launch template stays the same: {same.reason}"
            return Effect(Question.REFUSED, Unknown(reason), reason, new.place)
    return None


def _has_free_name(fates: Fates, old: Resource, new: Resource) -> bool:
    """Whether the successor can exist beside what it replaces: its name is generated, or another one."""
    return not is_set(fates.at(new, Property.NAME)) or differs(fates.same(old, new, Property.NAME))


def _place(verdict: Verdict) -> Place:
    return place_of(verdict.causes[0].new) if verdict.causes else verdict.resource.place


def _steps(*causes: Cause) -> tuple[Step, ...]:
    return tuple(hop for cause in causes for hop in steps_of("node group", cause))
