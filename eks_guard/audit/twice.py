"""Two stacks of an app that are one for CloudFormation."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly


def stacks_twice(assembly: CloudAssembly) -> Iterator[str]:
    """Notes on stacks of one name in one environment: who deploys the second replaces what is in the first."""
    if assembly.version is None:
        return
    named = defaultdict(list)
    for stack in (stack for stack in assembly.stacks if stack.name is not None):
        named[stack.name, stack.environment].append(stack.id)
    for (name, where), ids in named.items():
        if len(ids) > 1:
            place = f"{where.account or 'one account'}/{where.region or 'one region'}"
            yield f"{' and '.join(ids)} are deployed to {place} as one stack, {name}: the last one replaces the others"
