"""What becomes of Helm releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.stack import Node
from eks_guard.change.custom_resources import CHART
from eks_guard.change.lines import keep_id, keep_text, retain
from eks_guard.change.moves import moved_to_another_cluster
from eks_guard.change.paths import filled
from eks_guard.change.sameness import Sameness, differs, every, is_same
from eks_guard.change.wording import name_of, old_place, place_of, shown
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.verdict import Verdict

KEEP = "Set `release` and `namespace` to the deployed values. To really move a release, uninstall the old one by hand."


def effects_of(fates: Fates, verdict: Verdict) -> Iterator[Effect]:
    """What the update does to a chart."""
    old, new = verdict.old, verdict.new
    if new and verdict.fate in (Fate.CREATED, Fate.KEPT):
        for other in fates.leaving(CHART):
            if fates.pairing.key(other) != fates.pairing.key(new):
                yield from _taken_over(fates, other, new, old)
    if old and new and verdict.fate is Fate.KEPT:
        yield from _moved(fates, old, new)


def _taken_over(fates: Fates, other: Resource, new: Resource, before: Resource | None) -> Iterator[Effect]:
    """A release that another construct had: upgraded by the new one, then uninstalled with the old one."""
    same, fate = _is_one_release(fates, other, new), fates.of(other).fate
    if differs(same):
        return
    if fates.pairing.is_updated_before(other.stack, new.stack):
        return
    if before is not None and _is_one_release_before(fates, other, before):
        return
    steps = (
        Step(0, "before", f"release {_release(fates, other)} belongs to {name_of(other)}", old_place(other)),
        Step(1, "after", f"release {_release(fates, new)} belongs to {name_of(new)}", new.place),
    )
    if is_same(same) and fate is Fate.DELETED:
        says = (
            f"release {_release(fates, new)} is upgraded, then uninstalled with {name_of(other)}: the deploy succeeds "
            "and the chart is gone"
        )
        fix = keep_id(fates, other, new) or retain(other)
        yield Effect(Question.LOST_OBJECTS, Known(says), says, new.place, steps, fix=fix)
    elif is_same(same) or isinstance(same, Unknown):
        why = same.reason if isinstance(same, Unknown) else fates.of(other).because
        reason = f"unknown whether {name_of(other)} uninstalls the release: {why}"
        yield Effect(Question.LOST_OBJECTS, Unknown(reason), reason, new.place, steps)


def _moved(fates: Fates, old: Resource, new: Resource) -> Iterator[Effect]:
    for part, unset in ((Property.RELEASE, None), (Property.NAMESPACE, "default")):
        left, right = filled(fates.at(old, part), unset), filled(fates.at(new, part), unset)
        key = ".".join(fates.rules.path(CHART, part))
        same = fates.comparison.same(left, right)
        steps = (
            Step(0, "before", f"{key} is {shown(left)}", old_place(left)),
            Step(1, "after", f"{key} is {shown(right)}", place_of(right)),
        )
        if differs(same):
            says = (
                f"{key} goes from {shown(left)} to {shown(right)}: Helm installs a second release, and nothing "
                "removes the first"
            )
            kept = left.text()
            fix = keep_text(key, kept) if kept is not None else None
            yield Effect(Question.MOVED_RELEASE, Known(says), says, place_of(right), steps, KEEP, fix=fix)
            return
        if isinstance(same, Unknown):
            reason = f"unknown whether {key} changes: {same.reason}"
            yield Effect(Question.MOVED_RELEASE, Unknown(reason), reason, place_of(right), steps)
    yield from moved_to_another_cluster(fates, old, new)


def _is_one_release(fates: Fates, old: Resource, new: Resource) -> Sameness:
    return every(
        (
            fates.same(old, new, Property.RELEASE),
            fates.comparison.same(_namespace(fates, old), _namespace(fates, new)),
            fates.same(old, new, Property.CLUSTER),
        )
    )


def _is_one_release_before(fates: Fates, one: Resource, other: Resource) -> bool:
    """Whether two charts had one release in PREVIOUS already, which then is nothing new."""
    left, right = (side.text() for side in fates.both(one, other, Property.RELEASE))
    return left is not None and left == right


def _release(fates: Fates, chart: Resource) -> str:
    return shown(fates.at(chart, Property.RELEASE))


def _namespace(fates: Fates, chart: Resource) -> Node:
    return filled(fates.at(chart, Property.NAMESPACE), "default")
