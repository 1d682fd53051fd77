"""Which templates of a folder are stacks of their own, and which only the nested stacks of others.

Before `aws cloudformation package` a parent names its children by their paths: `TemplateURL: ./cluster.yaml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.stack import NESTED_STACK, Stack
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly


def deployed_alone(assembly: CloudAssembly) -> list[Stack]:
    """Return the stacks without those that one of the others deploys; templates that only deploy each other stay."""
    children = {stack.document.name: set(_children(assembly, stack)) for stack in assembly.stacks}
    nested = set().union(*children.values())
    pending = [name for name in children if name not in nested]
    deployed: set[str] = set()
    while pending:
        below = children.get(pending.pop(), set()) - deployed
        deployed |= below
        pending += below
    return [stack for stack in assembly.stacks if stack.document.name not in deployed]


def _children(assembly: CloudAssembly, stack: Stack) -> Iterator[str]:
    """Yield the files that the nested stacks of a template name by their paths."""
    try:
        if not stack.document.may_have_type(NESTED_STACK):
            return
        for resource in stack.of_type(NESTED_STACK):
            properties = resource.properties.raw
            url = properties.get("TemplateURL") if isinstance(properties, dict) else None
            child = assembly.nested(resource) if isinstance(url, str) and "://" not in url else None
            if isinstance(child, Stack):
                yield child.document.name
    except TemplateError:
        return  # it is met again, and told, where the stack is read
