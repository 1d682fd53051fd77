"""What the rules of a template let pass, as formulas over its parameters.

CloudFormation checks them before it deploys anything:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.formulas import all_of, any_of, denied, free
from eks_guard.assembly.following.holding import Holding
from eks_guard.assembly.following.parameters import as_declared, is_open
from eks_guard.assembly.stack import Node
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.assembly.following.expressions import Comparable
    from eks_guard.assembly.following.formulas import Formula
    from eks_guard.assembly.stack import Stack

MAX_DEPTH = 20
"""Functions inside each other in a rule; a deeper one lets every value pass."""


def rules_of(stack: Stack) -> tuple[Formula, ...]:
    """Return what the rules of a template make sure of before anything is deployed."""
    memory = stack.follower.memory
    if stack not in memory.rules:
        memory.rules[stack] = ()  # for a rule that asks for a condition, as none may
        memory.rules[stack] = tuple(_read(stack))
    return memory.rules[stack]


def _read(stack: Stack) -> Iterator[Formula]:
    try:
        rules = stack.section("Rules")
    except TemplateError:
        return
    for name, rule in rules.items():
        match rule:
            case {"Assertions": list(assertions), **rest}:
                node = Node(stack, ("Rules", name), rule)
                asserted = [_assertion(node.child("Assertions", None).child(*item)) for item in enumerate(assertions)]
                condition = rest.get("RuleCondition")
                applies = [denied(_formula(node.child("RuleCondition", condition), 0))] if condition is not None else []
                yield any_of([*applies, all_of(asserted)])


def _assertion(node: Node) -> Formula:
    asserted = node.raw.get("Assert") if isinstance(node.raw, dict) else None
    return _formula(node.child("Assert", asserted), 0)


def _formula(node: Node, depth: int) -> Formula:
    if depth > MAX_DEPTH:
        return _open(node)
    node.stack.follower.assembly.root.budget.step()
    match node.raw:
        case {"Fn::Equals": [one, other]}:
            return _each_in(node, [_operand(node, one)], [_operand(node, other)])
        case {"Fn::Contains": [listed, value]}:
            return _each_in(node, [_operand(node, value)], _items(node, listed))
        case {"Fn::EachMemberEquals": [listed, value]}:
            return _each_in(node, _items(node, listed), [_operand(node, value)])
        case {"Fn::EachMemberIn": [members, listed]}:
            return _each_in(node, _items(node, members), _items(node, listed))
        case {"Fn::Not": [inner]}:
            return denied(_formula(node.child("Fn::Not", None).child(0, inner), depth + 1))
        case {"Fn::And": list(inner)}:
            return all_of(_each(node.child("Fn::And", inner), depth))
        case {"Fn::Or": list(inner)}:
            return any_of(_each(node.child("Fn::Or", inner), depth))
    return _open(node)


def _each(node: Node, depth: int) -> list[Formula]:
    return [_formula(node.child(index, one), depth + 1) for index, one in enumerate(node.raw)]


def _each_in(node: Node, members: Sequence[Comparable] | None, listed: Sequence[Comparable] | None) -> Formula:
    """Return that each of some values is one of a list; open where only AWS knows one of the lists."""
    if members is None or listed is None:
        return _open(node)
    holding = Holding(node.stack.follower)
    return all_of([any_of([holding.equal(member, one) for one in listed]) for member in members])


def _items(node: Node, listed: Any) -> list[Comparable] | None:
    """Return the values of a list: a written one, a parameter whose value is given, or all parameters of a type."""
    match listed:
        case list():
            return [_operand(node, one) for one in listed]
        case {"Ref": str()}:
            return list(found) if (found := node.child(0, listed).items()) is not None else None
        case {"Fn::RefAll": str(kind)}:
            return _all_of_type(node, kind)
    return None


def _all_of_type(node: Node, kind: str) -> list[Comparable] | None:
    """Return the parameters of a type; None where one is a list of it, or none is there."""
    types = {name: one.get("Type") for name, one in node.stack.section("Parameters").items() if isinstance(one, dict)}
    if f"List<{kind}>" in types.values():
        return None
    return [_operand(node, {"Ref": name}) for name, type_ in types.items() if type_ == kind] or None


def _operand(node: Node, raw: Any) -> Comparable:
    """Return a value of a rule: of a parameter all that its declaration allows, whatever this and other rules say."""
    match raw:
        case {"Ref": str(name)} if is_open(node.stack, name):
            return as_declared(node.stack, name)
    return node.child(0, raw)


def _open(node: Node) -> Formula:
    """Return what only AWS can say, such as what a VPC is tagged with, and what is not written as rules are."""
    return free((node.stack, node.pointer))
