"""When conditions hold and values are equal, as formulas over what a deployment decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.equality import branches_of, compared, same
from eks_guard.assembly.following.expressions import Open, expression
from eks_guard.assembly.following.formulas import OTHER, all_of, any_of, constant, denied, free, is_value
from eks_guard.assembly.following.parameters import allowed_values, may_be
from eks_guard.assembly.following.texts import as_text
from eks_guard.assembly.stack import Node, Stack
from eks_guard.model.value import together

if TYPE_CHECKING:
    from collections.abc import Hashable

    from eks_guard.assembly.following.equality import Flat
    from eks_guard.assembly.following.expressions import Comparable
    from eks_guard.assembly.following.formulas import Formula
    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.model.value import When

MAX_CONDITION_DEPTH = 50


class Holding:
    """Makes the formulas of one question; holds nothing but the conditions that it has met already."""

    def __init__(self, follow: Follow) -> None:
        self._follow = follow
        self._known: dict[tuple[Stack, str], Formula] = {}

    def condition(self, stack: Stack, name: str, depth: int = 0) -> Formula:
        """Return when a condition of a stack holds. Raises TemplateError where the conditions cannot be read."""
        asked = stack, name
        if asked not in self._known:
            node = Node(stack, ("Conditions", name), stack.section("Conditions").get(name))
            self._known[asked] = free(asked)  # for a condition that asks for itself
            self._known[asked] = self._formula(node, depth)
        return self._known[asked]

    def answered(self, when: When, depth: int = 0) -> Formula:
        """Return when some questions have these answers. Raises TemplateError as `condition` does."""
        return all_of([self._is_answer(question, answer, depth) for question, answer in when])

    def equal(self, left: Comparable, right: Comparable, depth: int = 0) -> Formula:
        """Return when two values are equal. Raises TemplateError as `condition` does."""
        answer = same(left, right)
        if answer is not None:
            return constant(holds=answer)
        one, other = expression(left), expression(right)
        pairs = [
            (when, self._are_one(first, second))
            for holds, first in branches_of(one)
            for also, second in branches_of(other)
            if (when := together(holds, also)) is not None
        ]
        if not pairs:
            return free(frozenset((one, other)))
        return any_of([all_of([found, self.answered(when, depth)]) for when, found in pairs])

    def _formula(self, node: Node, depth: int) -> Formula:
        if depth > MAX_CONDITION_DEPTH:
            return free((node.stack, node.pointer))
        self._follow.assembly.root.budget.step()
        match node.raw:
            case {"Condition": str(name)}:
                return self.condition(node.stack, name, depth + 1)
            case {"Fn::Equals": [left, right]}:
                sides = node.child("Fn::Equals", None)
                return self.equal(sides.child(0, left), sides.child(1, right), depth)
            case {"Fn::Not": [inner]}:
                return denied(self._formula(node.child("Fn::Not", None).child(0, inner), depth + 1))
            case {"Fn::And": list(inner)}:
                return all_of(self._each(node.child("Fn::And", inner), depth))
            case {"Fn::Or": list(inner)}:
                return any_of(self._each(node.child("Fn::Or", inner), depth))
        return free((node.stack, node.pointer))

    def _each(self, node: Node, depth: int) -> list[Formula]:
        return [self._formula(node.child(index, item), depth + 1) for index, item in enumerate(node.raw)]

    def _is_answer(self, question: str, answer: str, depth: int) -> Formula:
        match self._follow.memory.asked.get(question):
            case (stack, "Conditions", name):
                held = self.condition(stack, name, depth + 1)
                return held if answer == "true" else denied(held)
            case (stack, "Parameters", name):
                return is_value(question, answer, _domain(stack, name, answer))
        return is_value(question, answer, (answer, OTHER))

    @staticmethod
    def _are_one(first: Flat, second: Flat) -> Formula:
        """Return when two sequences of texts and open things are equal."""
        answer = compared(first, second)
        if answer is not None:
            return constant(holds=answer)
        for one, other in ((first, second), (second, first)):
            match one, other:
                case (Open() as thing,), () | (str(),):
                    text = "".join(map(str, other))
                    return is_value(question_of(thing), text, (text, OTHER) if _may_be(thing, text) else (OTHER,))
        return free(frozenset((first, second)))


def question_of(thing: Open) -> Hashable:
    """Return what an open thing is called in questions: a parameter and a pseudo parameter by name."""
    match thing:
        case Open("parameter", Stack() as stack, str(name)):
            return stack.question("Parameters", name)
        case Open("pseudo", Stack() as stack, str(name)):
            return stack.question("Environment", name)
    return thing


def _may_be(thing: Open, text: str) -> bool:
    """Return whether an open thing may turn out to be a text, as far as a declaration says."""
    match thing:
        case Open("parameter", Stack() as stack, str(name)):
            return may_be(stack, name, text)
    return True


def _domain(stack: Stack, name: str, value: str) -> tuple[str, ...]:
    """Return all that a parameter may be, as far as its declaration says."""
    allowed = tuple(as_text(one.raw) for one in allowed_values(stack, name))
    return allowed or ((value, OTHER) if may_be(stack, name, value) else (OTHER,))
