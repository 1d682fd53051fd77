"""Resources by their name, so that each is compared with those that may have the same, and not with all."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from eks_guard.assembly.stack import Resource

Texts: TypeAlias = tuple[str, ...]
"""All parts of a name, as texts."""


class Namesakes:
    """The resources of some types in one assembly; `texts` reads a name, None where a part of it is open."""

    def __init__(self, resources: Iterable[Resource], texts: Callable[[Resource], Texts | None]) -> None:
        self._all = tuple(resources)
        self._by_name: dict[Texts | None, list[Resource]] = {}
        for resource in self._all:
            self._by_name.setdefault(texts(resource), []).append(resource)

    def of(self, name: Texts | None) -> Iterable[Resource]:
        """Those that have a name, or may have it."""
        return self._all if name is None else (*self._by_name.get(name, ()), *self._by_name.get(None, ()))
