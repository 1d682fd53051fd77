"""Objects that a manifest no longer lists: kubectl prunes some of them, and leaves the others where they are.

https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/apply/prune.go
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.wording import name_of, old_place
from eks_guard.model.change import Effect, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Known

if TYPE_CHECKING:
    from collections.abc import Collection

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.objects import KubernetesObject


class Pruning:
    """What an update of one manifest prunes; `listed` are the objects that the manifest still lists."""

    def __init__(self, fates: Fates, old: Resource, new: Resource, listed: Collection[KubernetesObject]) -> None:
        self._kinds = fates.rules.pruned
        self._labels = tuple(side.text() for side in fates.both(old, new, Property.PRUNE_LABEL))
        self._namespaces = {item.identity[2] for item in listed}
        self._place = new.place

    def spares(self, item: KubernetesObject) -> str | None:
        """Why kubectl does not prune an object that the manifest no longer lists; None where it does."""
        before, after = self._labels
        if after is None or after != before:
            return "the manifest is not pruned"
        group, kind, namespace, _ = item.identity
        is_namespaced = self._kinds.get((group, kind))
        if is_namespaced is None:
            return f"kubectl does not prune the kind {kind}"
        if is_namespaced and namespace not in self._namespaces:
            return f"kubectl prunes only in namespaces of which the manifest still lists an object, not in {namespace}"
        return None

    def effect(self, item: KubernetesObject) -> Effect:
        """What becomes of an object that the manifest no longer lists."""
        why = self.spares(item)
        says = f"{item.words} leaves the manifest, and " + (
            f"stays on the cluster: {why}" if why else "kubectl prunes it: it is deleted"
        )
        steps = (Step(0, "before", f"{item.words} is in {name_of(item.manifest)}", old_place(item.manifest)),)
        return Effect(Question.DROPPED, Known(says), says, self._place, steps)
