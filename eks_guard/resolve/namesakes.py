"""Clusters of one name in one account and region, where EKS takes a name once.

https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.existence import made_together
from eks_guard.assembly.following.resolution import Absent
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.resolve.spellings import BY_TYPE
from eks_guard.resolve.twice import MAX_TWINS, declaration, pair_of, pairs_of, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.following.expressions import Expression
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.model.cluster import Repeated
    from eks_guard.model.resource import ResourceId
    from eks_guard.resolve.twice import Declared

WHAT = "cluster"


def namesakes(assembly: CloudAssembly, clusters: Sequence[Resource]) -> dict[ResourceId, tuple[Repeated, ...]]:
    """For each cluster, the pairs in which it is the second one of a name, or may be."""
    named = [declaration(one, WHAT, found) for one in clusters if not isinstance(found := _name(one), Absent)]
    by_root: dict[Stack, list[Declared]] = {}
    for one in named:
        by_root.setdefault(one.resource.stack.root, []).append(one)
    pairs = [pair for inside in by_root.values() for pair in pairs_of(inside)]
    if assembly.version is not None:  # templates in a folder may be alternatives: no manifest says they are one app
        pairs += _across(named)
    second: dict[ResourceId, list[Repeated]] = {}
    for pair in pairs:
        second.setdefault(pair.other.resource, []).append(pair)
    return {resource: tuple(found) for resource, found in second.items()}


def _name(cluster: Resource) -> Resolution:
    return cluster.properties.dig(*BY_TYPE[cluster.type].keys("name"))


def _across(named: Sequence[Declared]) -> Iterator[Repeated]:
    """The pairs of stacks that are deployed on their own: names that are open in one mean nothing to another."""
    by_name: dict[Expression | None, list[Declared]] = {}
    for one in sorted(named, key=place_of):
        by_name.setdefault(one.expressions[0], []).append(one)
    for alike in by_name.values():
        for index, other in enumerate(alike):
            for one in alike[max(0, index - MAX_TWINS) : index]:
                same = _same_place(one.resource, other.resource)
                if same is not None:
                    yield pair_of(one, other, same)


def _same_place(one: Resource, other: Resource) -> Value[bool] | None:
    """Whether both are made in one account and region; None where they are not, and for what is one stack."""
    first, second, place = one.stack.root, other.stack.root, other.place
    here, there = first.environment, second.environment
    sides = ((here.account, there.account), (here.region, there.region))
    if first is second or any(None not in side and side[0] != side[1] for side in sides):
        return None
    made = made_together(one, other)
    if made is False or (first.name == second.name and here == there):
        return None
    if any(None in side for side in sides):
        if first.stage != second.stage:  # stages are made to be deployed to several places
            return None
        return Unknown(f"whether {first.id} and {second.id} share account and region is decided at deploy time", place)
    return (
        Unknown("conditions decide whether both are deployed", place)
        if made is None
        else Known(value=True, place=place)
    )
