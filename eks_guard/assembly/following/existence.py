"""Which resources exist together in one deployment, by their conditions and by the rules of the template."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.assembly.following.conditions import MAX_CONDITION_DEPTH
from eks_guard.assembly.following.equality import same
from eks_guard.assembly.following.expressions import Cases, Expression, Open, expression
from eks_guard.assembly.stack import Node
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource, Stack

MAX_TRIED = 200_000
"""Conditions on so many things that more would have to be tried are undecided."""
_ANOTHER = "\0"
"""A value of an open thing that the template does not name."""
Assignment: TypeAlias = dict[Hashable, Any]


@dataclass(frozen=True, slots=True)
class Formula:
    """Something that holds or not, depending on variables; each has the values that it may take."""

    holds: Callable[[Assignment], bool]
    variables: tuple[tuple[Hashable, tuple[Any, ...]], ...] = ()
    size: int = 1


Known: TypeAlias = dict["tuple[Stack, str]", Formula]


def exists(resource: Resource) -> bool | None:
    """Return whether every deployment makes a resource; False if none does, None if it depends on conditions."""
    return can_both_exist(resource, resource)


def ever_holds(stack: Stack, name: str) -> bool:
    """Return whether some values of its parameters meet a condition, also if there are too many to try."""
    formula = _condition(stack, name, {}, 0)
    domains = _domains(formula)
    if prod(len(values) for values in domains.values()) * formula.size > MAX_TRIED:
        return True
    return any(formula.holds(dict(zip(domains, values, strict=True))) for values in product(*domains.values()))


def can_both_exist(one: Resource, other: Resource) -> bool | None:
    """Return True if every deployment makes both resources, False if none does, None if it depends on conditions."""
    met = combinations(one, other)
    answers = {all(made) for made in met} if met is not None else set()
    return answers.pop() if len(answers) == 1 else None


def made_together(one: Resource, other: Resource) -> bool | None:
    """Return True if a deployment that makes either makes both, False if none does, None where that is open."""
    if one.stack is other.stack and one.condition == other.condition:
        return can_both_exist(one, other) is not False
    met = combinations(one, other)
    if met is None or (True, True) not in met:
        return None if met is None else False
    return None if {(True, False), (False, True)} & met else True


def made_with(one: Resource, others: Sequence[Resource]) -> bool | None:
    """Return True if every deployment that makes one makes at least one of the others, False if none does, else None.

    A resource that no deployment makes is made with whatever is asked for.
    """
    met = combinations(one, *others)
    if met is None:
        return None
    answers = {any(made) for first, *made in met if first}
    return answers.pop() if len(answers) == 1 else None if answers else True


def combinations(*resources: Resource) -> frozenset[tuple[bool, ...]] | None:
    """Return which of some resources deployments make, as all that occurs; None if there is too much to try."""
    known: Known = {}
    made = [_all(list(_existence(resource, known))) for resource in resources]
    wanted = _all(made)
    if not wanted.variables and all(formula.size == 1 for formula in made):
        return frozenset([(True,) * len(made)])
    rules = [rule for stack in dict.fromkeys(r.stack.root for r in resources) for rule in _rules(stack, known)]
    names = {name for name, _ in wanted.variables}
    allowed = _all([rule for rule in rules if any(name in names for name, _ in rule.variables)])
    domains = _domains(wanted, allowed)
    if prod(len(values) for values in domains.values()) * (wanted.size + allowed.size) > MAX_TRIED:
        return None
    met = set()
    for values in product(*domains.values()):
        assignment = dict(zip(domains, values, strict=True))
        if allowed.holds(assignment):
            met.add(tuple(formula.holds(assignment) for formula in made))
    return frozenset(met)


def _existence(resource: Resource, known: Known) -> Iterator[Formula]:
    """Yield what has to hold for a resource to be made: its condition, and those of the nested stacks around it."""
    for above in resource.way_up():
        if above.condition is not None:
            yield _condition(above.stack, above.condition, known, 0)


def _condition(stack: Stack, name: str, known: Known, depth: int) -> Formula:
    if (stack, name) not in known:
        body = stack.section("Conditions").get(name)
        known[stack, name] = _formula(Node(stack, ("Conditions", name), body), known, depth + 1)
    return known[stack, name]


def _formula(node: Node, known: Known, depth: int) -> Formula:
    if depth > MAX_CONDITION_DEPTH:
        return _free(node)
    node.stack.follower.assembly.root.budget.step()
    match node.raw:
        case {"Condition": str(name)}:
            return _condition(node.stack, name, known, depth)
        case {"Fn::Equals": [left, right]}:
            sides = node.child("Fn::Equals", None)
            return _equals(sides.child(0, left), sides.child(1, right))
        case {"Fn::Contains": [list(items), value]}:
            inside = node.child("Fn::Contains", None)
            wanted = inside.child(1, value)
            listed = inside.child(0, items)
            return _any([_equals(wanted, listed.child(index, item)) for index, item in enumerate(items)])
        case {"Fn::Not": [inner]}:
            return _not(_formula(node.child("Fn::Not", None).child(0, inner), known, depth + 1))
        case {"Fn::And": list(inner)}:
            return _all(_each(node.child("Fn::And", inner), known, depth))
        case {"Fn::Or": list(inner)}:
            return _any(_each(node.child("Fn::Or", inner), known, depth))
    return _free(node)


def _each(node: Node, known: Known, depth: int) -> list[Formula]:
    return [_formula(node.child(index, item), known, depth + 1) for index, item in enumerate(node.raw)]


def _rules(stack: Stack, known: Known) -> Iterator[Formula]:
    """Yield what the rules of a template make sure of before anything is deployed."""
    for name, rule in stack.section("Rules").items():
        match rule:
            case {"Assertions": list(assertions)}:
                node = Node(stack, ("Rules", name), rule)
                asserted = [
                    _formula(node.child("Assert", item.get("Assert")), known, 0)
                    for item in assertions
                    if isinstance(item, dict)
                ]
                condition = rule.get("RuleCondition")
                when = _not(_formula(node.child("RuleCondition", condition), known, 0)) if condition else None
                yield _any([when, _all(asserted)]) if when else _all(asserted)


def _equals(left: Node, right: Node) -> Formula:
    answer = same(left, right)
    if answer is not None:
        return Formula(lambda _: answer)
    one, other = expression(left), expression(right)
    return _is(one, other.text) or _is(other, one.text) or _variable(frozenset((one, other)))


def _is(variable: Expression, value: str | None) -> Formula | None:
    """Return that an open thing is a text; None if it is more than one thing, or there is no text."""
    match variable.parts:
        case (Open() as thing,) if value is not None:
            return Formula(lambda given: bool(given[thing] == value), ((thing, (value, _ANOTHER)),))
        case (Cases() as cases,) if value is not None and (question := _question(cases)) is not None:
            texts = {when[0][1]: made.text for when, made in cases.branches}
            return Formula(lambda given: texts[given[question]] == value, ((question, tuple(texts)),))
    return None


def _question(cases: Cases) -> str | None:
    """Return the one question that all cases answer, each with a text; None if there is more to them."""
    questions = {when[0][0] if len(when) == 1 and made.text is not None else None for when, made in cases.branches}
    return questions.pop() if len(questions) == 1 else None


def _free(node: Node) -> Formula:
    """Return something that may hold or not."""
    return _variable((node.stack, node.pointer))


def _variable(name: Hashable) -> Formula:
    return Formula(lambda given: bool(given[name]), ((name, (True, False)),))


def _not(inner: Formula) -> Formula:
    return Formula(lambda given: not inner.holds(given), inner.variables, inner.size + 1)


def _all(inner: list[Formula]) -> Formula:
    return Formula(lambda given: all(one.holds(given) for one in inner), _variables(inner), _size(inner))


def _any(inner: list[Formula]) -> Formula:
    return Formula(lambda given: any(one.holds(given) for one in inner), _variables(inner), _size(inner))


def _size(inner: list[Formula]) -> int:
    return 1 + sum(one.size for one in inner)


def _variables(inner: list[Formula]) -> tuple[tuple[Hashable, tuple[Any, ...]], ...]:
    return tuple(_domains(*inner).items())


def _domains(*formulas: Formula) -> dict[Hashable, tuple[Any, ...]]:
    """Return the values that each variable of the formulas may take."""
    domains: dict[Hashable, dict[Any, None]] = {}
    for name, values in (variable for formula in formulas for variable in formula.variables):
        domains.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: tuple(values) for name, values in domains.items()}
