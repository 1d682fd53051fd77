"""The exports of the stacks of an assembly by name: each template is looked through once, however many import."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.composed import text_of
from eks_guard.assembly.stack import Node
from eks_guard.errors import TemplateError
from eks_guard.matching import regex

if TYPE_CHECKING:
    from eks_guard.assembly.documents import Document
    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.stack import Environment, Stack

UNDECIDED = "\0"
"""What stands for a part of a name that only the deployment knows; no name has it."""
MADE_UP = "\0made up"
"""What stands for all names of a template that has to be parsed for them."""
_EXPORT = b'"Export"'
_LITERAL = regex(rb'"Export"\s*:\s*\{\s*"Name"\s*:\s*"([^"\\]*)"')
_Named: TypeAlias = "tuple[Environment, str]"


class Exports:
    """The exports of all stacks. A template is parsed where it writes the name that is asked for, or makes names up."""

    def __init__(self, follow: Follow) -> None:
        self._follow = follow
        self._unread: dict[_Named, list[Stack]] = {}
        self._read: set[Stack] = set()
        self._found: dict[_Named, list[Node]] = {}
        for stack in follow.assembly.stacks:
            self._look_through(stack)

    def of(self, environment: Environment, name: str) -> list[Node]:
        """Return the values that stacks of an account and region export under a name."""
        for key in ((environment, name), (environment, MADE_UP)):
            for stack in self._unread.pop(key, ()):
                self._add(stack)
        return self._found.get((environment, name), [])

    def _look_through(self, stack: Stack) -> None:
        try:
            names = _written(stack.document) if stack.document.mentions("Export") else ()
        except TemplateError as error:
            self._follow.assembly.add_problem(str(error))
            return
        for name in names:
            self._unread.setdefault((stack.environment, name), []).append(stack)

    def _add(self, stack: Stack) -> None:
        """Note all that a stack exports, once."""
        if stack in self._read:
            return
        self._read.add(stack)
        try:
            outputs = stack.section("Outputs")
        except TemplateError as error:
            self._follow.assembly.add_problem(str(error))
            return
        for key, output in outputs.items():
            if isinstance(output, dict) and "Value" in output and isinstance(output.get("Export"), dict):
                named = Node(stack, ("Outputs", key, "Export", "Name"), output["Export"].get("Name"))
                name = text_of(self._follow, named, lambda _: UNDECIDED)
                if name is not None:
                    value = Node(stack, ("Outputs", key, "Value"), output["Value"])
                    self._found.setdefault((stack.environment, name), []).append(value)


def _written(document: Document) -> set[str]:
    """Return the names under which a template exports; MADE_UP where it may make one up, or write it in another way."""
    if document.is_yaml or document.has_escapes:
        return {MADE_UP}
    names = _LITERAL.findall(document.content)
    if len(names) != document.content.count(_EXPORT) or any(b"${" in name for name in names):
        return {MADE_UP}
    try:
        return {name.decode() for name in names}
    except UnicodeDecodeError:
        return {MADE_UP}
