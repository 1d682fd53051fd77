"""Things of one kind, found by the cluster that they belong to: each is sorted once, however many clusters ask."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Generic, TypeVar

from eks_guard.model.resource import Owned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.model.resource import Owner, ResourceId

T = TypeVar("T", bound=Owned)  # not by its name, for which `typing` compiles it: a millisecond
_PLACE = attrgetter("at.place.template", "at.place.pointer", "at.resource.stack", "at.resource.logical_id")
"""By the texts that make up a place and an id, which are compared sooner than these."""


class ByOwner(Generic[T]):
    """All things of one kind as they were read, and those of each cluster in the order of the templates."""

    def __init__(self, things: Iterable[T]) -> None:
        self._all = tuple(things)
        self._of: dict[Owner, list[T]] = {}
        for thing in sorted(self._all, key=_PLACE):
            self._of.setdefault(thing.owner, []).append(thing)

    def __iter__(self) -> Iterator[T]:
        return iter(self._all)

    def of(self, cluster: ResourceId) -> tuple[T, ...]:
        """Return the things of a cluster."""
        return tuple(self._of.get(cluster, ()))
