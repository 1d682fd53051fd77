"""What an update does beside all that is judged: true, harmless to some, and worth a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.custom_resources import PATCH
from eks_guard.change.nodes import NODEGROUP
from eks_guard.change.paths import is_set
from eks_guard.change.sameness import differs
from eks_guard.change.wording import name_of, shown
from eks_guard.model.change import Fate
from eks_guard.model.properties import Property

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates

TARGET = (Property.OBJECT, Property.NAMESPACE)


def asides_of(fates: Fates, resource: Resource) -> Iterator[str]:
    """The notes on one resource of both assemblies."""
    verdict = fates.of(resource)
    old, new = verdict.old, verdict.new
    if not (old and new) or verdict.fate is not Fate.KEPT:
        return
    if new.type == PATCH and any(differs(fates.same(old, new, part)) for part in TARGET):
        target = shown(fates.at(old, Property.OBJECT))
        yield f"{name_of(new)}: the patch now targets another object; {target} keeps the changes it made"
    if new.type == NODEGROUP and differs(fates.same(old, new, Property.SCALING)):
        desired = fates.at(new, Property.DESIRED_SIZE)
        if is_set(desired):
            scaling = ".".join(fates.rules.path(NODEGROUP, Property.SCALING))
            yield (
                f"{name_of(new)}: {scaling} changes, and the update also sends desiredSize {shown(desired)}: "
                "where an autoscaler runs, leave it out of the template"
            )
