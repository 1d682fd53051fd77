"""Stacks by name, account and region: those of one name are compared by where they are, and not each with each."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.stack import Stack

V = TypeVar("V")
Found: TypeAlias = "dict[str, dict[str | None, dict[str | None, list[Stack]]]]"


class NamesakeStacks:
    """The stacks of one assembly."""

    def __init__(self, stacks: Iterable[Stack]) -> None:
        self._found: Found = {}
        for stack in stacks:
            here = stack.environment
            by_region = self._found.setdefault(stack.name_or_id, {}).setdefault(here.account, {})
            by_region.setdefault(here.region, []).append(stack)

    def groups(self) -> Iterator[list[Stack]]:
        """The stacks that agree in all three."""
        for by_account in self._found.values():
            for by_region in by_account.values():
                yield from by_region.values()

    def exactly(self, stack: Stack) -> list[Stack]:
        """Those that say what a stack says of all three."""
        here = stack.environment
        return self._found.get(stack.name_or_id, {}).get(here.account, {}).get(here.region, [])

    def perhaps(self, stack: Stack) -> list[Stack]:
        """Those that contradict a stack in none of the three; what is decided at deploy time contradicts nothing."""
        here = stack.environment
        return [
            one
            for by_region in _fitting(self._found.get(stack.name_or_id, {}), here.account)
            for stacks in _fitting(by_region, here.region)
            for one in stacks
        ]


def _fitting(found: dict[str | None, V], key: str | None) -> Iterable[V]:
    return found.values() if key is None else [found[one] for one in (key, None) if one in found]
