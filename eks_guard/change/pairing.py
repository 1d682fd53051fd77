"""Which resource of the previous assembly is which of the new one: by CloudFormation's identity, and nothing else.

Stacks by name, account and region; nested stacks by their logical id in the parent; resources by logical id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.stack import Stack
from eks_guard.assembly.stack_order import StackOrder
from eks_guard.change.namesake_stacks import NamesakeStacks
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.stack import Resource

Key: TypeAlias = tuple[str, ...]
"""The stack, the logical ids of the nested stacks on the way, and the resource's own."""


class Pairing:
    """Two assemblies side by side."""

    def __init__(self, old: CloudAssembly, new: CloudAssembly) -> None:
        self.old = old
        self.new = new
        self.ambiguous: set[Stack] = set()
        self.notes: list[str] = []
        self._to_new: dict[Stack, Stack] = {}
        self._to_old: dict[Stack, Stack] = {}
        self._order = StackOrder(new.stacks)
        self._pair_stacks()

    def key(self, resource: Resource) -> Key:
        """The identity of a resource, the same in both assemblies."""
        return (*self.stack_key(resource.stack), resource.logical_id)

    def stack_key(self, stack: Stack) -> Key:
        """The identity of a stack or nested stack."""
        if stack.parent:
            return self.key(stack.parent)
        if stack in self._to_new:
            return (self._to_new[stack].id,)
        return (stack.id,) if stack in self.new.stacks else (f"{stack.id} of PREVIOUS",)

    def is_new(self, stack: Stack) -> bool:
        """Whether a stack is one of the new assembly."""
        return stack.root in self.new.stacks

    def partner(self, resource: Resource) -> Resource | None:
        """The same resource in the other assembly. Its stack may be gone, or not readable: see `stack_partner`."""
        stack = self.stack_partner(resource.stack)
        try:
            return stack.resources.get(resource.logical_id) if stack else None
        except TemplateError as error:
            (self.old if self.is_new(resource.stack) else self.new).add_problem(str(error))
            return None

    def stack_partner(self, stack: Stack) -> Stack | None:
        """The same stack in the other assembly, nested ones by their place; None if there is none to be read."""
        if stack.parent is None:
            return (self._to_old if stack in self.new.stacks else self._to_new).get(stack)
        parent = self.partner(stack.parent)
        if parent is None:
            return None
        found = (self.old if self.is_new(stack) else self.new).nested(parent)
        return found if isinstance(found, Stack) else None

    def is_paired(self, stack: Stack) -> bool:
        """Whether the stack that holds it, deployed on its own, is in both assemblies."""
        return stack.root in self._to_old or stack.root in self._to_new

    def is_updated_before(self, old: Stack, new: Stack) -> bool:
        """Whether the stack of something in PREVIOUS is updated, cleanup included, before a new stack is.

        A deploy of the whole app updates a stack after those that it depends on.
        """
        first = self._to_new.get(old.root)
        return first is not None and self._order.is_before(first, new.root)

    def gone(self) -> Iterator[Stack]:
        """The stacks that only the previous assembly has, which a deploy leaves alone."""
        return (stack for stack in self.old.stacks if stack not in self._to_new and stack not in self.ambiguous)

    def _pair_stacks(self) -> None:
        olds, news = self.old.stacks, self.new.stacks
        if len(olds) == len(news) == 1 and self.old.version is None and olds[0].name_or_id != news[0].name_or_id:
            self._join(olds[0], news[0])  # one template each, and a file's name is no stack's
            self.notes.append(f"{olds[0].document.name} is assumed to be the deployed version of {news[0].id}")
            return
        before, after = NamesakeStacks(olds), NamesakeStacks(news)
        for group in after.groups():
            new = group[0]
            fitting, exact = before.perhaps(new), before.exactly(new)
            if len(fitting) == 1 and len(after.perhaps(fitting[0])) == 1:
                self._join(fitting[0], new)
            elif len(exact) == len(group) == 1:
                self._join(exact[0], new)
            elif fitting:
                self.ambiguous.update(group, fitting)
                self.notes.append(f"several stacks are named {new.name_or_id}, so it is unclear which is which")

    def _join(self, old: Stack, new: Stack) -> None:
        self._to_new[old], self._to_old[new] = new, old
        old.environment = new.environment  # one stack has one account and region, whichever side knows them
