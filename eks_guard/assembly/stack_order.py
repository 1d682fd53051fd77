"""Which stacks a deploy of the whole app deploys before another.

CDK deploys a stack after those that it depends on: https://docs.aws.amazon.com/cdk/v2/guide/stacks.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.assembly.stack import Stack


class StackOrder:
    """The order among the stacks of one assembly; those that another needs are found once."""

    def __init__(self, stacks: Iterable[Stack]) -> None:
        self._by_id = {(stack.stage, stack.id): stack for stack in stacks}
        self._needed: dict[Stack, frozenset[Stack]] = {}

    def is_before(self, one: Stack, other: Stack) -> bool:
        """Whether a stack is surely deployed before another; neither is, where nothing orders the two."""
        return one in self._needed_by(other)

    def _needed_by(self, stack: Stack) -> frozenset[Stack]:
        """The stacks that a stack depends on, directly or through others."""
        if stack not in self._needed:
            found: set[Stack] = set()
            pending = [stack]
            while pending:
                needed = self._named_by(pending.pop()) - found
                found |= needed
                pending += needed
            self._needed[stack] = frozenset(found)
        return self._needed[stack]

    def _named_by(self, stack: Stack) -> set[Stack]:
        """The stacks that a stack itself depends on, which are of its stage."""
        keys = ((stack.stage, name) for name in stack.dependencies)
        return {self._by_id[key] for key in keys if key in self._by_id}
