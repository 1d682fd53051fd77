"""What two stacks have alike by the way they declare it: parameters, conditions, outputs of nested stacks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.assembly.stack import NESTED_STACK, THE_CONDITION, Node
from eks_guard.change.sameness import SAME, Sameness
from eks_guard.errors import TemplateError
from eks_guard.model import asked
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from eks_guard.assembly.stack import Stack
    from eks_guard.change.pairing import Pairing
    from eks_guard.model.value import When

Answers: TypeAlias = "dict[Hashable, str]"
SSM = "AWS::SSM::Parameter::Value"


def is_parameter(node: Node) -> bool:
    """Whether a node is the declaration of a parameter."""
    return len(node.pointer) == 2 and node.pointer[0] == "Parameters" and isinstance(node.raw, dict)  # noqa: PLR2004


def same_parameter(pairing: Pairing, old: Node, new: Node) -> Sameness:
    """`cdk deploy` keeps the value of a parameter that is not given again."""
    name = str(new.pointer[1])
    if old.pointer[1] != name or pairing.stack_key(old.stack) != pairing.stack_key(new.stack):
        return Unknown(asked.PARAMETER(name), new.place)
    if str(new.raw.get("Type", "")).startswith(SSM):
        return Unknown(f"parameter {name} is looked up in SSM at each deploy", new.place)
    if old.raw.get("Default") != new.raw.get("Default"):
        return Unknown(f"the default of parameter {name} changes, which matters if the deployment uses it", new.place)
    return SAME


class Questions:
    """The questions that the branches of values ask, equal where two templates declare what decides them alike."""

    def __init__(self, pairing: Pairing) -> None:
        self._pairing = pairing
        self._known: dict[tuple[str, Stack], Hashable] = {}

    def answered(self, when: When, stack: Stack) -> Answers:
        """What holds in a branch, by question."""
        return {self._question(asked, stack): held for asked, held in when}

    def _question(self, asked: str, stack: Stack) -> Hashable:
        if (asked, stack) not in self._known:
            self._known[asked, stack] = self._declared(asked, stack)
        return self._known[asked, stack]

    def _declared(self, asked: str, stack: Stack) -> Hashable:
        """What decides a question, and its name where that is no condition; its stack where that cannot be read."""
        try:
            declared = _declaration(asked, stack)
        except TemplateError:
            return stack, asked
        name = asked if declared[0] is None else None
        return self._pairing.stack_key(stack.root), json.dumps(declared, sort_keys=True, default=str), name


def may_hold_together(left: Answers, right: Answers) -> bool:
    """Whether two branches may be taken at once: what both ask has one answer."""
    return all(right.get(question, held) == held for question, held in left.items())


def is_one_condition(question: str, old: Stack, new: Stack) -> bool:
    """Whether a condition is declared alike, with those that it builds on. Raises TemplateError."""
    return _declaration(question, old) == _declaration(question, new)


def _declaration(question: str, stack: Stack) -> tuple[Any, dict[str, Any], Any]:
    """The condition that a question is about, those that it builds on, and what decides the parameter of that name."""
    name, stack = _asked_of(question, stack)
    conditions, parameter = stack.section("Conditions"), stack.section("Parameters").get(name)
    below: dict[str, Any] = {}
    pending = list(_conditions_in(conditions.get(name)))
    while pending:
        each = pending.pop()
        if each not in below:
            below[each] = conditions.get(each)
            pending += _conditions_in(below[each])
    deciding = (parameter.get("Type"), parameter.get("Default")) if isinstance(parameter, dict) else parameter
    return conditions.get(name), below, deciding


def _asked_of(question: str, stack: Stack) -> tuple[str, Stack]:
    """The name that a question is about, and the stack that declares it: see `Stack.question`."""
    if " of " in question:
        for each in _around(stack):
            if question.endswith(f" of {each.id}"):
                return question.removesuffix(f" of {each.id}").removeprefix(THE_CONDITION), each
    return question.removeprefix(THE_CONDITION), stack


def _around(stack: Stack) -> Iterator[Stack]:
    """The stacks that may declare what decides a value, the likeliest first; nested ones are read only at the end."""
    above: Stack | None = stack
    while above:
        yield above
        above = above.parent.stack if above.parent else None
    yield from stack.assembly.stacks
    yield from stack.assembly.family(stack.root)


def _conditions_in(body: Any) -> Iterator[str]:
    """The conditions that a condition names."""
    match body:
        case {"Condition": str(name)}:
            yield name
        case dict():
            for part in body.values():
                yield from _conditions_in(part)
        case list():
            for part in body:
                yield from _conditions_in(part)


def is_one_output(pairing: Pairing, old: Node, new: Node) -> bool:
    """Whether both read the same output of a nested stack that one assembly does not hold.

    The name of an output is made of the construct's path, so another function would have another.
    """
    match old.raw, new.raw:
        case {"Fn::GetAtt": [str(a), str(x)]}, {"Fn::GetAtt": [str(b), str(y)]} if a == b and x == y:
            if not x.startswith("Outputs."):
                return False
            left, right = old.stack.resources.get(a), new.stack.resources.get(b)
            if left is None or right is None or NESTED_STACK not in {left.type, right.type}:
                return False
            missing = isinstance(pairing.old.nested(left), Unknown) or isinstance(pairing.new.nested(right), Unknown)
            return missing and pairing.key(left) == pairing.key(right)
    return False
