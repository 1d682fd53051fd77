"""The values of a parameter that the rules of its template let pass.

CloudFormation checks them before it deploys anything:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.texts import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_DEPTH = 20
"""Functions inside each other in a rule; a deeper one lets every value pass."""


def listed_by(rules: Mapping[str, Any], name: str) -> list[Any] | None:
    """Return the values that a rule lists for a parameter, whatever the others are; None if none does."""
    for rule in rules.values():
        if not isinstance(rule, dict) or "RuleCondition" in rule:
            continue
        for assertion in _assertions(rule):
            match assertion:
                case {"Fn::Contains": [list(items), {"Ref": str(asked)}]} if asked == name and _are_literal(items):
                    return items
    return None


def lets_pass(rules: Mapping[str, Any], name: str, value: Any) -> bool:
    """Return whether no rule surely refuses a value of a parameter, whatever the others are."""
    for rule in rules.values():
        condition = rule.get("RuleCondition") if isinstance(rule, dict) else None
        applies = condition is None or _holds(condition, name, value, 0)
        if applies and any(_holds(one, name, value, 0) is False for one in _assertions(rule)):
            return False
    return True


def _assertions(rule: Any) -> Iterator[Any]:
    listed = rule.get("Assertions") if isinstance(rule, dict) else None
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and "Assert" in entry:
            yield entry["Assert"]


def _holds(raw: Any, name: str, value: Any, depth: int) -> bool | None:
    """Return whether a function holds where a parameter has a value; None where anything else decides."""
    if depth > MAX_DEPTH:
        return None
    match raw:
        case {"Fn::Contains": [list(items), asked]} if _are_literal(items):
            found = _text(asked, name, value)
            return None if found is None else found in map(as_text, items)
        case {"Fn::Equals": [one, other]}:
            first, second = _text(one, name, value), _text(other, name, value)
            return None if first is None or second is None else first == second
        case {"Fn::Not": [inner]}:
            held = _holds(inner, name, value, depth + 1)
            return None if held is None else not held
        case {"Fn::And": list(inner)}:
            answers = [_holds(one, name, value, depth + 1) for one in inner]
            return False if False in answers else None if None in answers else True
        case {"Fn::Or": list(inner)}:
            answers = [_holds(one, name, value, depth + 1) for one in inner]
            return True if True in answers else None if None in answers else False
    return None


def _text(raw: Any, name: str, value: Any) -> str | None:
    if raw == {"Ref": name}:
        return as_text(value)
    return as_text(raw) if isinstance(raw, str | int | float) else None


def _are_literal(items: Sequence[Any]) -> bool:
    return all(isinstance(item, str | int | float) for item in items)
