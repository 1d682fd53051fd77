"""The nine operators: what operand each takes, and when an observed value meets it."""

from __future__ import annotations

from functools import partial
from operator import is_
from typing import TYPE_CHECKING, Any

from eks_guard.model.policy import Operator
from eks_guard.model.version import Version
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

PAIR = 2


@dataclass(frozen=True, slots=True)
class FactType:
    """A type of observed values: its name for people, and how an operand of it is read."""

    name: str
    parse: Callable[[Any], Any]
    ordered: bool = False
    many: bool = False


def _version(value: Any) -> Version:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(
            f'found the number {value!r}, expected a quoted version such as "1.30": YAML reads 1.30 as 1.3'
        )
    if not isinstance(value, str):
        raise ValueError(f'found {value!r}, expected a quoted version such as "1.30"')
    return Version.parse(value)


def _of(kind: type, words: str) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"found {value!r}, expected {words}")
        return value

    return parse


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"found {value!r}, expected a list of text values")
    return tuple(sorted(set(value)))


VERSION = FactType("version", _version, ordered=True)
INTEGER = FactType("integer", _of(int, "a whole number"), ordered=True)
BOOLEAN = FactType("boolean", _of(bool, "true or false"))
TEXT = FactType("text", _of(str, "text"))
TEXTS = FactType("texts", _texts, many=True)
ANY = FactType("any", lambda value: value, ordered=True, many=True)
"""What a JSONPath finds: JSON of any kind, compared without conversion."""


def parse_operand(operator: Operator, kind: FactType, value: Any) -> Any:
    """Read an operand for values of a type. Raises ValueError saying what was found and what is expected."""
    return _OPERANDS[operator](kind, value)


def _one_of(kind: FactType, value: Any) -> Any:
    if not isinstance(value, list) or not value:
        raise ValueError(f"found {value!r}, expected a list with at least one value")
    return tuple(kind.parse(item) for item in value)


def _members(kind: FactType, value: Any) -> Any:
    if not kind.many and kind is not TEXT:
        raise ValueError(f"does not apply to {kind.name}, which is a single value")
    items = value if isinstance(value, list) else [value]
    return tuple(items) if kind is ANY else tuple(TEXT.parse(item) for item in items)


def _bound(kind: FactType, value: Any) -> Any:
    return _orderable(value) if kind is ANY else _ordered(kind).parse(value)


def _range(kind: FactType, value: Any) -> Any:
    if not isinstance(value, list) or len(value) != PAIR:
        raise ValueError(f"found {value!r}, expected a list of two: the lowest and the highest value")
    lowest, highest = (_bound(kind, item) for item in value)
    try:
        crossed = bool(_number(lowest) > _number(highest)) if kind is ANY else lowest > highest  # type: ignore[operator]
    except TypeError:
        raise ValueError(f"found {value!r}, expected two values that can be compared") from None
    if crossed:
        raise ValueError(f"found {value!r}, in which the lowest value is above the highest")
    return lowest, highest


def _pattern(kind: FactType, value: Any) -> Any:
    if kind not in (TEXT, ANY):
        raise ValueError(f"applies to text, not to {kind.name}")
    from eks_guard.patterns import compile_pattern  # noqa: PLC0415 (few policies have one)

    return compile_pattern(TEXT.parse(value))


def _orderable(value: Any) -> Any:
    """An operand that is compared by order with what a path finds."""
    if _number(value) is None:
        raise ValueError(f"found {value!r}, expected a number")
    return value


def _ordered(kind: FactType) -> FactType:
    if not kind.ordered:
        raise ValueError(f"applies to numbers and versions, not to {kind.name}")
    return kind


_OPERANDS: dict[Operator, Callable[[FactType, Any], Any]] = {
    Operator.EXISTS: lambda _, value: BOOLEAN.parse(value),
    Operator.EQUALS: lambda kind, value: kind.parse(value),
    Operator.ONE_OF: _one_of,
    Operator.CONTAINS: _members,
    Operator.EXCLUDES: _members,
    Operator.AT_LEAST: _bound,
    Operator.AT_MOST: _bound,
    Operator.BETWEEN: _range,
    Operator.MATCHES: _pattern,
}


def meets(operator: Operator, operand: Any, value: Any) -> bool:
    """Whether a known value meets an operand that `parse_operand` returned. A value of another type does not."""
    match operator:
        case Operator.EXISTS:
            return (value is not None) is operand
        case Operator.EQUALS:
            return _same(_comparable(value), _comparable(operand))
        case Operator.ONE_OF:
            return any(_same(_comparable(value), _comparable(item)) for item in operand)
        case Operator.CONTAINS:
            return isinstance(value, str | list | tuple) and all(_has(value, item) for item in operand)
        case Operator.EXCLUDES:
            return isinstance(value, str | list | tuple) and not any(_has(value, item) for item in operand)
        case Operator.MATCHES:
            texts = value if isinstance(value, tuple) else (value,)
            return any(isinstance(text, str) and bool(operand.search(text)) for text in texts)
    lowest = operand if operator is Operator.AT_LEAST else operand[0] if operator is Operator.BETWEEN else None
    highest = operand if operator is Operator.AT_MOST else operand[1] if operator is Operator.BETWEEN else None
    try:
        return (lowest is None or value >= lowest) and (highest is None or value <= highest)
    except TypeError:
        return False


def condition(operator: Operator, operand: Any) -> Callable[[Any], bool]:
    """`meets` of values that are met one after the other; a yes or no equals only itself."""
    if operator is Operator.EQUALS and isinstance(operand, bool):  # as most lines want
        return partial(is_, operand)
    return partial(meets, operator, operand)


def _has(value: str | list[Any] | tuple[Any, ...], item: Any) -> bool:
    """Whether a text has a part, or a list an element; a text has no part that is no text."""
    return item in value if not isinstance(value, str) or isinstance(item, str) else False


def meets_as_written(operator: Operator, operand: Any, value: Any) -> bool:
    """Whether a property meets an operand, compared as CloudFormation coerces it: "3" is 3, and "true" is true.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/quickref-general.html takes a text for every scalar.
    """
    match operator:
        case Operator.EXISTS:
            return meets(operator, operand, value)
        case Operator.AT_LEAST | Operator.AT_MOST | Operator.BETWEEN:
            number = _number(value)
            return number is not None and meets(operator, _numbers(operand), number)
        case Operator.MATCHES:
            return meets(operator, operand, _as_text(value))
    return meets(operator, _as_text(operand), _as_text(value))


def _as_text(value: Any) -> Any:
    """Every scalar as the text that CloudFormation makes of it, inside lists and objects, too."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return type(value)(_as_text(item) for item in value)
    return {key: _as_text(item) for key, item in value.items()} if isinstance(value, dict) else value


def _numbers(operand: Any) -> Any:
    return tuple(_number(item) for item in operand) if isinstance(operand, tuple) else _number(operand)


def is_number(value: Any) -> bool:
    """Whether a value is a number, or a text that is one."""
    return _number(value) is not None


def _number(value: Any) -> Decimal | None:
    """A number, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415 (few policies compare what may be text)

    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _comparable(value: Any) -> Any:
    return sorted(value) if isinstance(value, tuple) and all(isinstance(item, str) for item in value) else value


def _same(left: Any, right: Any) -> bool:
    return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)
