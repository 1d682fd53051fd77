"""Which cluster the name of a cluster means.

A name is followed to what decides it: a cluster of the app, a text, or an expression such as a parameter. Two things
that write the same expression mean the same cluster, whatever it turns out to be called; a text means the cluster of
that name in the same account and region.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.conditions import cases_of, decide
from eks_guard.assembly.following.existence import made_with, meeting
from eks_guard.assembly.following.expressions import expression
from eks_guard.assembly.following.resolution import (
    Absent,
    Attribute,
    Choice,
    Literal,
    alternatives,
    reason_of,
)
from eks_guard.model.resource import OwnedIn, ResourceId, Unowned
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.model.resource import Owner
    from eks_guard.model.value import Cases, When

NameKey: TypeAlias = tuple[Hashable, ...]
"""The same for two names that are certain to be the same."""


@dataclass(frozen=True, slots=True)
class NamedCluster:
    """A cluster and what its name leads to. `resource` is None for a cluster of another app."""

    id: ResourceId
    resource: Resource | None
    name: Resolution
    stack: Stack


class Owners:
    """The clusters of one assembly, found by what names them."""

    def __init__(self, clusters: Sequence[NamedCluster]) -> None:
        self._clusters = clusters
        self._by_id = {cluster.id: cluster for cluster in clusters}
        self._by_resource = {cluster.resource: cluster for cluster in clusters if cluster.resource}
        self._by_key: dict[NameKey, list[NamedCluster]] = {}
        for cluster in clusters:
            key = name_key(cluster.name, cluster.stack)
            if key:
                self._by_key.setdefault(key, []).append(cluster)

    @property
    def are_none(self) -> bool:
        """Whether the app has no cluster and imports none."""
        return not self._clusters

    def of(self, name: Resolution, stack: Stack) -> Owner:
        """The cluster that a name means to a resource of a stack."""
        if isinstance(name, Attribute) and name.resource in self._by_resource:
            return self._by_resource[name.resource].id
        if isinstance(name, Absent):
            return Unowned("it names no cluster")
        key = name_key(name, stack)
        named = self._by_key.get(key, []) if key else []
        named = [cluster for cluster in named if cluster.stack.stage == stack.stage] or named
        if len(named) == 1:
            return named[0].id
        if len(named) > 1:
            return Unowned(f"several clusters have the name it refers to: {', '.join(str(one.id) for one in named)}")
        if isinstance(name, Choice):
            return self._of_either(name, stack)
        return Unowned(_why(name))

    def of_resource(self, name: Resolution, resource: Resource) -> tuple[Owner, OwnedIn | None]:
        """The cluster that a name means to a resource, and in which cases, where it is not in all.

        One that a condition chooses beside a cluster of another app owns the resource where that condition holds, if
        the cluster is made under it, too. Elsewhere something else may own what the cluster seems to have. EKS refuses
        what names no cluster, so a branch without a name is none.
        """
        owner, own = self.of(name, resource.stack), cases_of(resource)
        if isinstance(owner, ResourceId):
            return self._by_name(owner, name, resource, own)
        if not isinstance(name, Choice):
            return owner, None
        branches = [
            (when, one)
            for when, one in alternatives(name)
            if _meet(resource, when, own) and not isinstance(one, Absent)
        ]
        found = [(when, self.of(branch, resource.stack)) for when, branch in branches]
        clusters = {one for _, one in found if isinstance(one, ResourceId)}
        made = [self._by_id[one].resource for one in clusters]
        if len(made) != 1 or made[0] is None:
            return owner, None
        others = {when: one for when, one in found if isinstance(one, Unowned)}
        cluster, where = clusters.pop(), cases_of(made[0])
        if not others:
            return cluster, None
        if not where or any(_meet(resource, when, where) for when in others):
            return owner, None
        cases = tuple(when for when, one in found if one == cluster)
        why = " or ".join(dict.fromkeys(one.reason for one in others.values()))
        return cluster, OwnedIn(resource.id, cases, Unowned(why))

    def _by_name(
        self, owner: ResourceId, name: Resolution, resource: Resource, own: Cases
    ) -> tuple[Owner, OwnedIn | None]:
        """The cluster that a resource names, where a condition makes that: another one of the name may stand for it.

        What refers to the cluster itself is not deployed without it.
        """
        made = self._by_id[owner].resource
        if made is None or isinstance(name, Attribute) or _is_always_made(made):
            return owner, None
        where = cases_of(made)
        if not where or made_with(resource, [made]):
            return owner, None
        other = Unowned(f"{owner}, which has the name it refers to, is made under a condition")
        cases = tuple(both for when in where for both in meeting(resource.stack.follower, when, own))
        return (owner, OwnedIn(resource.id, cases, other)) if cases else (other, None)

    def _of_either(self, name: Choice, stack: Stack) -> Owner:
        """The cluster that a condition chooses: certain only where every branch means the same one."""
        owners = dict.fromkeys(self.of(branch, stack) for _, branch in alternatives(name))
        if len(owners) == 1:
            return next(iter(owners))
        named = " or ".join(str(one) if isinstance(one, ResourceId) else one.reason for one in owners)
        return Unowned(f"the cluster that it names {reason_of(name).strip()}: {named}")

    def own(self, resource: Resource) -> Owner | None:
        """A cluster of the app by its resource; None for a resource that is no cluster."""
        found = self._by_resource.get(resource)
        return found.id if found else None


def name_key(name: Resolution, stack: Stack) -> NameKey | None:
    """The key of a name as a stack writes it; None where nothing is written."""
    if isinstance(name, Absent):
        return None
    made = expression(name)
    if made.text is None:
        return ("expression", made)
    return ("text", stack.environment.account or "", stack.environment.region or "", made.text)


def _is_always_made(resource: Resource) -> bool:
    """Whether the conditions that a resource is under hold, as where their parameters are given."""
    held = ((above.stack, above.condition) for above in resource.way_up() if above.condition is not None)
    return all(decide(stack.follower, stack, name) for stack, name in held)


def _meet(resource: Resource, when: When, cases: Cases) -> bool:
    """Whether a deployment may give some answers in one of some cases."""
    return any(True for _ in meeting(resource.stack.follower, when, cases))


def _why(name: Resolution) -> str:
    if isinstance(name, Literal):
        return f"cluster {name.node.raw!r} is not part of this app"
    return f"the cluster that it names is unknown: {reason_of(name)}"
