"""What becomes of a cluster whose logical id is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.custom_resources import CLUSTERS
from eks_guard.change.lines import keep_id
from eks_guard.change.paths import literal
from eks_guard.change.wording import name_of, old_place
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Known

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.verdict import Verdict

KEEP_ID = (
    "Restore the construct's old id and place in the tree, or set the old logical id with `overrideLogicalId`. "
    "`cdk refactor` may be able to move it; check its plan first."
)
GIVEN_UP = (
    "None needed if the stack gives up the cluster on purpose. To manage it again, import it under its old logical id "
    "with `cdk import`."
)


def removal(fates: Fates, verdict: Verdict, old: Resource) -> Effect:
    """The deletion of a cluster, or what leaves it behind."""
    steps = (
        Step(0, "cluster", f"{old.logical_id} is in stack {old.stack.root.id}", old_place(old)),
        *_successors(fates),
    )
    place = old_place(old)
    if verdict.fate is Fate.LEFT:
        says = f"the cluster is removed from the stack and no longer managed: {verdict.because}"
        return Effect(Question.FATE, Known(str(Fate.LEFT)), says, place, steps, GIVEN_UP)
    what = f"{name_of(old)} is no longer in stack {old.stack.root.id}"
    new = [step.says for step in steps[1:]]
    tail = f" ({new[0]})" if new else ""
    if _is_protected(fates, old):
        says = (
            f"the cluster is removed from its stack: {what}{tail}; deletion protection refuses DeleteCluster, "
            "so it is left behind"
        )
    else:
        says = f"the update deletes the cluster: {what}{tail}"
    renamed = (keep_id(fates, old, found) for found in _created(fates))
    fix = next((fix for fix in renamed if fix), None)
    return Effect(Question.FATE, Known(str(Fate.DELETED)), says, place, steps, KEEP_ID, fix=fix)


def _successors(fates: Fates) -> list[Step]:
    """The clusters that come in the same update, which people may take for the old one."""
    return [Step(1, "cluster", f"{name_of(found)} is new and empty", found.place) for found in _created(fates)]


def _created(fates: Fates) -> list[Resource]:
    return [found for found in fates.pairing.new.resources(*CLUSTERS) if fates.of(found).fate is Fate.CREATED]


def _is_protected(fates: Fates, old: Resource) -> bool:
    return str(literal(fates.at(old, Property.DELETION_PROTECTION))).lower() == "true"
