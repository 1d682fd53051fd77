"""What becomes of EKS add-ons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Literal
from eks_guard.change.lines import preserve_addon
from eks_guard.change.names import is_declared
from eks_guard.change.paths import is_set
from eks_guard.change.sameness import is_same
from eks_guard.change.wording import old_place, place_of
from eks_guard.matching import regex
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown
from eks_guard.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.verdict import Verdict

ADDON = "AWS::EKS::Addon"
VPC_CNI = "vpc-cni"
LIST = (
    "Deploy a version of vpc-cni {} first, then go on from there. EKS lists them with "
    "`aws eks describe-addon-versions --addon-name vpc-cni`."
)
_VERSION = regex(r"v?(\d+)\.(\d+)\.\d+.*")


def effects_of(fates: Fates, verdict: Verdict) -> Iterator[Effect]:
    """What the update does to an add-on beyond its name."""
    old, new = verdict.old, verdict.new
    if old and (verdict.fate is Fate.DELETED or _is_another(fates, verdict)) and not is_declared(fates, old):
        yield from _removed(fates, old)
    if old and new and verdict.fate is Fate.KEPT:
        yield from _version(fates, old, new)


def _is_another(fates: Fates, verdict: Verdict) -> bool:
    """Whether the logical id now names another add-on, so that the old one goes."""
    name = fates.rules.path(ADDON, Property.NAME)
    return verdict.fate is Fate.REPLACED and any(cause.keys == name for cause in verdict.causes)


def _removed(fates: Fates, old: Resource) -> Iterator[Effect]:
    name = fates.at(old, Property.NAME).text()
    if name is None or name not in fates.rules.addons_of_nodes:
        return
    preserve = fates.at(old, Property.PRESERVE_ON_DELETE)
    steps = (Step(0, "add-on", f"{name} is in PREVIOUS", old_place(old)),)
    match preserve.follow():
        case Absent():
            kept = False
        case Literal(at):
            kept = str(at.raw).lower() == "true"
        case _:
            path = ".".join(fates.rules.path(ADDON, Property.PRESERVE_ON_DELETE))
            reason = f"whether {name} stays on the cluster depends on {path}, which is undecided"
            yield Effect(Question.ADDON, Unknown(reason), reason, old_place(old), steps)
            return
    if not kept:
        says = f"EKS removes {name} from the cluster: the add-on is deleted without preserveOnDelete"
        yield Effect(Question.ADDON, Known(says), says, old_place(old), steps, fix=preserve_addon(name))


def _version(fates: Fates, old: Resource, new: Resource) -> Iterator[Effect]:
    before, after = fates.both(old, new, Property.VERSION)
    if fates.at(new, Property.NAME).text() != VPC_CNI or is_same(fates.comparison.same(before, after)):
        return
    if not (is_set(before) and is_set(after)):
        return
    left, right = (_VERSION.fullmatch(side.text() or "") for side in (before, after))
    path = ".".join(fates.rules.path(ADDON, Property.VERSION))
    steps = (
        Step(0, "before", f"{path} is {before.text() or 'not decided'}", old_place(before)),
        Step(1, "after", f"{path} is {after.text() or 'not decided'}", place_of(after)),
    )
    if left is None or right is None:
        reason = "the vpc-cni version before or after the update is undecided"
        yield Effect(Question.ADDON_STEP, Unknown(reason), reason, place_of(after), steps)
        return
    minors = (int(right[1]) - int(left[1])) * 1000 + int(right[2]) - int(left[2])
    says = f"vpc-cni goes from {before.text()} to {after.text()}"
    instead = None
    if abs(minors) > 1:
        says += ": EKS moves it by one minor version at a time, up or down, and refuses more"
        instead = Version(int(left[1]), int(left[2]) + (1 if minors > 0 else -1))
    remedy = LIST.format(instead) if instead else None
    yield Effect(Question.ADDON_STEP, Known(minors), says, place_of(after), steps, remedy, instead)
