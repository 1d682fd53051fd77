"""Whether a condition of a template holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.equality import same
from eks_guard.assembly.following.resolution import Choice, Literal, alternatives
from eks_guard.assembly.stack import Node
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Stack
    from eks_guard.model.value import When

MAX_CONDITION_DEPTH = 50
MAX_VALUES = 4
"""A parameter with more values than this is not told apart by each of them: three of them together stay countable."""


def decide(follow: Follow, stack: Stack, name: str, depth: int = 0) -> bool | None:
    """Return whether the named condition of a stack holds; None where that is decided at deploy time."""
    memory = follow.memory
    if (stack, name) not in memory.conditions:
        memory.conditions[stack, name] = None  # for a condition that asks for itself
        memory.depth += 1
        memory.conditions[stack, name] = _decide(follow, stack, name, depth)
        memory.depth -= 1
    return memory.conditions[stack, name]


def _decide(follow: Follow, stack: Stack, name: str, depth: int) -> bool | None:
    follow.assembly.root.budget.step()
    try:
        body = stack.section("Conditions").get(name)
    except TemplateError:
        return None
    if body is None or depth > MAX_CONDITION_DEPTH:
        return None
    return _holds(follow, Node(stack, ("Conditions", name), body), depth)


def _holds(follow: Follow, node: Node, depth: int) -> bool | None:
    if depth > MAX_CONDITION_DEPTH:
        return None
    match node.raw:
        case {"Condition": str(name)}:
            return decide(follow, node.stack, name, depth + 1)
        case {"Fn::Equals": [left, right]}:
            return _equal(node, left, right)
        case {"Fn::Not": [inner]}:
            held = _holds(follow, node.child("Fn::Not", inner), depth + 1)
            return None if held is None else not held
        case {"Fn::And": list(inner)}:
            held_all = [_holds(follow, node.child("Fn::And", item), depth + 1) for item in inner]
            return False if False in held_all else None if None in held_all else True
        case {"Fn::Or": list(inner)}:
            held_any = [_holds(follow, node.child("Fn::Or", item), depth + 1) for item in inner]
            return True if True in held_any else None if None in held_any else False
    return None


def asked(follow: Follow, stack: Stack, name: str) -> tuple[str, bool]:
    """Return the condition that one of a stack comes to, and whether it holds where that does; else it is its opposite.

    Conditions of one text ask the same, as do those that name another one, or deny it.
    """
    questions = follow.memory.questions
    if (stack, name) not in questions:
        conditions = stack.section("Conditions")
        stripped = {key: _stripped(conditions, body) for key, body in conditions.items()}
        first: dict[str, tuple[str, bool]] = {}
        for key, (text, holds) in sorted(stripped.items(), key=lambda row: (not row[1][1], row[0])):
            named, also = first.setdefault(text, (key, holds))
            questions[stack, key] = named, also is holds
        questions.setdefault((stack, name), (name, True))
    return questions[stack, name]


def _stripped(conditions: dict[str, Any], body: Any) -> tuple[str, bool]:
    """A condition as text without what denies it or names another one, and whether it is not denied."""
    holds = True
    for _ in range(MAX_CONDITION_DEPTH):
        match body:
            case {"Fn::Not": [inner]}:
                body, holds = inner, not holds
            case {"Condition": str(name)} if name in conditions:
                body = conditions[name]
            case _:
                break
    if isinstance(body, dict) and isinstance(body.get("Fn::Equals"), list):
        body = {"Fn::Equals": sorted(body["Fn::Equals"], key=_written)}
    return _written(body), holds


def _written(body: Any) -> str:
    return json.dumps(body, sort_keys=True, default=str)


def by_values(follow: Follow, stack: Stack, name: str) -> list[tuple[When, bool]]:
    """Return for each of the few values of a compared parameter whether a condition holds; else nothing.

    What the same parameter decides elsewhere is then told apart by it, and not by the name of the condition.
    """
    memory = follow.memory.by_values
    if (stack, name) not in memory:
        memory[stack, name] = []  # for a condition that asks for itself
        memory[stack, name] = _by_values(follow, stack, name)
    return memory[stack, name]


def _by_values(follow: Follow, stack: Stack, name: str) -> list[tuple[When, bool]]:
    named, holds = asked(follow, stack, name)
    body = stack.section("Conditions").get(named)
    match body:
        case {"Fn::Equals": [left, right]}:
            sides = Node(stack, ("Conditions", named), body).child("Fn::Equals", None)
            compared = sides.child(0, left).follow(), sides.child(1, right).follow()
            return [(when, answer is holds) for when, answer in _answers(*compared)]
    return []


def cases_of(follow: Follow, stack: Stack, name: str) -> tuple[When, ...]:
    """Return under which answers to the questions that values depend on a condition of a stack holds: one of them."""
    try:
        values = by_values(follow, stack, name)
        named, holds = asked(follow, stack, name)
    except TemplateError:
        return ()
    if values:
        return tuple(when for when, held in values if held)
    return (((stack.question(named), "true" if holds else "false"),),)


def _answers(one: Resolution, other: Resolution) -> list[tuple[When, bool]]:
    """For each of the values that one side may have whether it is the other side, a text; nothing if that is open."""
    if isinstance(other, Choice):
        one, other = other, one
    if not (isinstance(one, Choice) and isinstance(other, Literal) and len(one.branches) <= MAX_VALUES):
        return []
    answers = [(when, same(value, other)) for when, value in alternatives(one)]
    known = [(when, answer) for when, answer in answers if answer is not None]
    return known if len(known) == len(answers) else []


def _equal(node: Node, left: Any, right: Any) -> bool | None:
    sides = node.child("Fn::Equals", None)
    return same(sides.child(0, left), sides.child(1, right))
