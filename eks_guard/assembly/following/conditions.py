"""Whether a condition of a template holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.equality import same
from eks_guard.assembly.following.resolution import Choice, Literal, alternatives
from eks_guard.assembly.stack import Node
from eks_guard.errors import TemplateError
from eks_guard.model.value import MAX_CANDIDATES, together

if TYPE_CHECKING:
    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.model.value import When

MAX_VALUES = 4
"""A parameter with more values than this is not told apart by each of them: three of them together stay countable."""


def decide(follow: Follow, stack: Stack, name: str) -> bool | None:
    """Return whether the named condition of a stack holds; None where that is decided at deploy time."""
    memory = follow.memory
    if (stack, name) not in memory.conditions:
        from eks_guard.assembly.following.deployments import decided  # noqa: PLC0415 (not every app asks)

        memory.conditions[stack, name] = None  # for a condition that asks for itself
        memory.depth += 1
        memory.conditions[stack, name] = decided(stack, name)
        memory.depth -= 1
    return memory.conditions[stack, name]


def asked(follow: Follow, stack: Stack, name: str) -> tuple[str, bool]:
    """Return the condition that one of a stack comes to, and whether it holds where that does; else it is its opposite.

    Conditions of one text ask the same, as do those that name another one, or deny it.
    """
    questions = follow.memory.questions
    if (stack, name) not in questions:
        stripped = _stripped(stack.section("Conditions"))
        first: dict[str, tuple[str, bool]] = {}
        for key, (text, holds) in sorted(stripped.items(), key=lambda row: (not row[1][1], row[0])):
            named, also = first.setdefault(text, (key, holds))
            questions[stack, key] = named, also is holds
        questions.setdefault((stack, name), (name, True))
    return questions[stack, name]


def _stripped(conditions: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """Each condition as text without what denies it or names another one, and whether it is not denied."""
    found: dict[str, tuple[str, bool]] = {}
    for name in conditions:
        way: dict[str, bool] = {}
        body, holds = {"Condition": name}, True
        while (named := _named(conditions, body)) is not None and named not in way and named not in found:
            way[named] = holds
            body, holds = _asserted(conditions[named], holds)
        text, as_written = found.get(named or "") or (_written(_ordered(body)), True)
        found |= {step: (text, as_written is (holds is asked)) for step, asked in way.items()}
    return found


def _named(conditions: dict[str, Any], body: Any) -> str | None:
    """The condition of the template that a body is nothing but a name for."""
    match body:
        case {"Condition": str(name)} if name in conditions:
            return name
    return None


def _asserted(body: Any, holds: bool) -> tuple[Any, bool]:
    """What a body denies, once or more often, and whether it holds where the body does."""
    while True:
        match body:
            case {"Fn::Not": [inner]}:
                body, holds = inner, not holds
            case _:
                return body, holds


def _ordered(body: Any) -> Any:
    """A comparison with its sides in the order of their texts; anything else as it is."""
    if isinstance(body, dict) and isinstance(body.get("Fn::Equals"), list):
        return {"Fn::Equals": sorted(body["Fn::Equals"], key=_written)}
    return body


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


def cases_of(resource: Resource) -> tuple[When, ...]:
    """Return under which answers to the questions that values depend on a resource is made: one of them.

    Empty where no condition decides, or in too many ways to tell apart.
    """
    cases: list[When] = [()]
    for above in resource.way_up():
        if above.condition is not None:
            held = _cases(above.stack.follower, above.stack, above.condition)
            cases = [both for case in cases for when in held if (both := together(case, when)) is not None]
            if len(cases) > MAX_CANDIDATES:
                return ()
    return tuple(case for case in cases if case)


def _cases(follow: Follow, stack: Stack, name: str) -> list[When]:
    try:
        return [when for when, held in _answers_to(follow, stack, name) if held]
    except TemplateError:
        return [()]


def _answers_to(follow: Follow, stack: Stack, name: str) -> list[tuple[When, bool]]:
    """Whether a condition holds, for each answer to what it asks."""
    values = by_values(follow, stack, name)
    if values:
        return values
    named, holds = asked(follow, stack, name)
    question = stack.question("Conditions", named)
    return [(((question, "true"),), holds), (((question, "false"),), not holds)]


def whether_made(resource: Resource) -> list[tuple[When, bool]] | None:
    """Return under which answers a resource is made, and under which it is not; None where those are too many."""
    found: list[tuple[When, bool]] = [((), True)]
    for above in resource.way_up():
        if above.condition is None:
            continue
        follow = above.stack.follower
        decided = decide(follow, above.stack, above.condition)
        if decided is False:
            return [((), False)]
        try:
            held = [((), True)] if decided else _answers_to(follow, above.stack, above.condition)
        except TemplateError:
            return None
        absent = [one for one in found if not one[1]]
        joined = ((together(when, also), holds) for when, made in found if made for also, holds in held)
        found = [*absent, *((both, holds) for both, holds in joined if both is not None)]
        if len(found) > MAX_CANDIDATES:
            return None
    return found


def _answers(one: Resolution, other: Resolution) -> list[tuple[When, bool]]:
    """For each of the values that one side may have whether it is the other side, a text; nothing if that is open."""
    if isinstance(other, Choice):
        one, other = other, one
    if not (isinstance(one, Choice) and isinstance(other, Literal) and len(one.branches) <= MAX_VALUES):
        return []
    answers = [(when, same(value, other)) for when, value in alternatives(one)]
    known = [(when, answer) for when, answer in answers if answer is not None]
    return known if len(known) == len(answers) else []
