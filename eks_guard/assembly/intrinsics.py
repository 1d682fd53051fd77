"""CloudFormation's functions, as far as a template decides them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.stack import Node
from eks_guard.assembly.texts import as_text, whole_text_of
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.assembly.references import References
    from eks_guard.assembly.stack import Stack

MAX_CONDITION_DEPTH = 50
_PARTITIONS = (("cn-", "aws-cn", "amazonaws.com.cn"), ("us-gov-", "aws-us-gov", "amazonaws.com"))


def pseudo_parameter(name: str, stack: Stack) -> str | None:
    """The value of `AWS::Region` and its kin where the stack's environment decides it."""
    region = stack.environment.region
    match name:
        case "AWS::Region":
            return region
        case "AWS::AccountId":
            return stack.environment.account
        case "AWS::StackName":
            return None if stack.parent else stack.name
        case "AWS::Partition" if region:
            return next((partition for prefix, partition, _ in _PARTITIONS if region.startswith(prefix)), "aws")
        case "AWS::URLSuffix" if region:
            return next((suffix for prefix, _, suffix in _PARTITIONS if region.startswith(prefix)), "amazonaws.com")
    return None


def decide(name: str, conditions: Node, references: References, depth: int = 0) -> bool | None:
    """Whether a condition of the template holds; None where that is decided at deploy time."""
    references.assembly.root.budget.step()
    try:
        body = conditions.stack.section("Conditions").get(name)
    except TemplateError:
        return None
    if body is None or depth > MAX_CONDITION_DEPTH:
        return None
    return _holds(Node(conditions.stack, ("Conditions", name), body), references, depth)


def _holds(node: Node, references: References, depth: int) -> bool | None:
    if depth > MAX_CONDITION_DEPTH:
        return None
    match node.raw:
        case {"Condition": str(name)}:
            return decide(name, node, references, depth + 1)
        case {"Fn::Equals": [left, right]}:
            return _equal(node, left, right, references)
        case {"Fn::Not": [inner]}:
            held = _holds(node.child("Fn::Not", inner), references, depth + 1)
            return None if held is None else not held
        case {"Fn::And": list(inner)}:
            held_all = [_holds(node.child("Fn::And", item), references, depth + 1) for item in inner]
            return False if False in held_all else None if None in held_all else True
        case {"Fn::Or": list(inner)}:
            held_any = [_holds(node.child("Fn::Or", item), references, depth + 1) for item in inner]
            return True if True in held_any else None if None in held_any else False
    return None


def _equal(node: Node, left: Any, right: Any, references: References) -> bool | None:
    sides = node.child("Fn::Equals", None)
    texts = [whole_text_of(references, sides.child(index, side)) for index, side in enumerate((left, right))]
    return None if None in texts else texts[0] == texts[1]


def _select(arguments: Any, _: Stack) -> Any:
    index, items = arguments
    position = int(index)
    if position < 0:
        raise IndexError(index)
    return items[position]


def _split(arguments: Any, _: Stack) -> Any:
    separator, text = arguments
    return text.split(separator)


def _find_in_map(arguments: Any, stack: Stack) -> Any:
    name, first, second, *_ = arguments
    return stack.section("Mappings")[name][as_text(first)][as_text(second)]


COMPUTED: dict[str, Callable[[Any, Stack], Any]] = {
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
}
"""The functions whose arguments must all be decided. What text consists of may stay open, so it is followed apart."""
