"""What decides about a deployment: the parameters, environments and other open things behind answers and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.conditions import decide
from eks_guard.assembly.following.expressions import Cases, Expression, Open, expression
from eks_guard.assembly.following.resolution import Attribute, Literal, alternatives
from eks_guard.assembly.stack import Node, Stack
from eks_guard.errors import TemplateError
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.value import When


@dataclass(frozen=True, slots=True)
class _Question:
    name: str


@dataclass(frozen=True, slots=True)
class _Condition:
    stack: Stack
    name: str


Step: TypeAlias = "_Question | _Condition | Node | Hashable"
"""What is still to look into: a question, a condition, a part of a condition's formula, or what a value is made of."""


class Deciding:
    """Finds what decides; asks each question and condition once, and holds nothing but those that it has met."""

    def __init__(self, follow: Follow) -> None:
        self._follow = follow
        self._seen: set[Hashable] = set()

    def answers(self, when: When) -> Iterator[Open]:
        """Yield what decides whether some questions have these answers."""
        return self._behind([_Question(question) for question, _ in when])

    def condition(self, stack: Stack, name: str) -> Iterator[Open]:
        """Yield what decides whether a condition of a stack holds."""
        return self._behind([_Condition(stack, name)])

    def choices(self, resource: Resource, keys: Sequence[str]) -> Iterator[Open]:
        """Yield what decides whether a deployment makes a resource, and which branches it takes at keys below it."""
        made = [_Condition(above.stack, above.condition) for above in resource.way_up() if above.condition is not None]
        way = list(_way(resource, keys)) if keys else []
        return self._behind(
            [*made, *(one for node in way for one in _chosen_by(node, node.raw)), *_choices_in(way[-1:])]
        )

    def value(self, resource: Resource, keys: Sequence[str]) -> Iterator[Open]:
        """Yield what makes the text or number at keys below a resource.

        Nothing for a list or an object, nor for what another resource is called: its ARN has an account and a region,
        which do not decide what it is. Of JSON as text, the parameters alone: the rest names resources.
        """
        found = [*_way(resource, keys)][-1].follow()
        is_text = not any(
            isinstance(one, Attribute) or (isinstance(one, Literal) and not isinstance(one.node.raw, str | int | float))
            for _, one in alternatives(found)
        )
        made = expression(found)
        first = next(iter(made.parts), None)
        is_json = isinstance(first, str) and first.lstrip().startswith(("{", "["))
        behind = self._behind([made] if is_text else [])
        return (one for one in behind if one.kind == "parameter") if is_json else behind

    def _behind(self, steps: Iterable[Step]) -> Iterator[Open]:
        """Yield the open things behind some steps, in order; without recursion, for conditions of conditions."""
        pending = [*steps][::-1]
        while pending:
            step = pending.pop()
            if isinstance(step, _Question | _Condition):
                if step in self._seen:
                    continue
                self._seen.add(step)
            if isinstance(step, Open) and step.kind not in ("function", "structure"):
                yield step
            pending += [*self._within(step)][::-1]

    def _within(self, step: Step) -> Iterable[Step]:
        match step:
            case _Question(name):
                return self._asked(name)
            case _Condition(stack, name):
                return _body_of(stack, name) if decide(self._follow, stack, name) is None else ()
            case Node():
                return _parts_of(step)
            case Expression(parts):
                return parts
            case Cases(branches):
                return (one for when, made in branches for one in (*(_Question(name) for name, _ in when), made))
            case Open("function" | "structure", _, made):
                return (made,)
            case tuple(several):
                return several
        return ()

    def _asked(self, question: str) -> Iterator[Step]:
        memory = self._follow.memory
        match memory.asked.get(question):
            case (stack, "Conditions", name):
                yield _Condition(stack, name)
            case (stack, "Parameters", name):
                yield Open("parameter", stack, name)
            case (stack, "Environment", name):
                yield Open("pseudo", stack, name)
            case (_, "Mappings", _) if question in memory.keys:
                yield expression(memory.keys[question])


def _body_of(stack: Stack, name: str) -> Iterator[Step]:
    try:
        yield Node(stack, ("Conditions", name), stack.section("Conditions").get(name))
    except TemplateError:
        return


def _parts_of(node: Node) -> Iterator[Step]:
    """Yield what a part of a condition's formula asks."""
    match node.raw:
        case {"Condition": str(name)}:
            yield _Condition(node.stack, name)
        case {"Fn::Equals": list(sides)}:
            inner = node.child("Fn::Equals", sides)
            yield from (expression(inner.child(index, side)) for index, side in enumerate(sides))
        case {"Fn::Not": list(parts)} | {"Fn::And": list(parts)} | {"Fn::Or": list(parts)}:
            inner = node.child(next(iter(node.raw)), parts)
            yield from (inner.child(index, part) for index, part in enumerate(parts))


def _way(resource: Resource, keys: Sequence[str]) -> Iterator[Node]:
    """Yield a resource and what is written at each of the keys below it, as far as they lead."""
    node = Node(resource.stack, resource.pointer, resource.body)
    yield node
    for key in keys:
        match node.raw:
            case dict() if key in node.raw:
                node = node.child(key, node.raw[key])
            case list() if key.isdecimal() and int(key) < len(node.raw):
                node = node.child(int(key), node.raw[int(key)])
            case _:
                return
        yield node


def _choices_in(nodes: Sequence[Node]) -> Iterator[Step]:
    """Yield the conditions that choose what is written at nodes, and inside them."""
    for node in nodes:
        pending = [node.raw]
        while pending:
            raw = pending.pop()
            yield from _chosen_by(node, raw)
            pending += raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ()


def _chosen_by(node: Node, raw: object) -> Iterator[Step]:
    match raw:
        case {"Fn::If": [str(name), *_]}:
            yield _Condition(node.stack, name)
