"""The values that are given for parameters, checked as CloudFormation would check them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from eks_guard.errors import TemplateError, UsageError
from eks_guard.model.describe import as_written
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.assembly.stack import Environment, Stack
    from eks_guard.model.given import GivenValue

SSM = "AWS::SSM::Parameter::Value"
"""Begins the type of a parameter whose value is the name of an SSM parameter."""


class GivenValues:
    """The values in the order in which they win: the last one that fits counts, one for a stack before one for all."""

    def __init__(self, values: Sequence[GivenValue] = ()) -> None:
        self._values = [*(value for value in values if not value.stack), *(value for value in values if value.stack)]

    def __bool__(self) -> bool:
        """Whether any value is given, which then may stand where no template writes it."""
        return bool(self._values)

    def of(self, stack: Stack, name: str) -> str | None:
        """The value of a parameter of a stack that is deployed on its own; None where none is given."""
        given = self.last_of(stack, name)
        return given.value if given else None

    def last_of(self, stack: Stack, name: str) -> GivenValue | None:
        """What is given for a parameter of a stack; None where nothing is."""
        return next((one for one in reversed(self._values) if one.key == name and _means(one, stack)), None)

    def environment(self, written: Environment, *names: str) -> Environment:
        """Where a stack of some names goes, by what the assembly says of it and else by what is given."""
        if not any(given.is_pseudo for given in self._values):
            return written
        found = {given.key: given.value for given in self._values if given.is_pseudo and _is_one_of(names, given)}
        account = written.account or found.get("AWS::AccountId")
        return replace(
            written,
            account=account,
            region=written.region or found.get("AWS::Region"),
            partition=found.get("AWS::Partition"),
        )

    def pseudo(self) -> Sequence[GivenValue]:
        """What says where stacks are deployed."""
        return [given for given in self._values if given.is_pseudo]

    def of_ssm(self, path: str | None) -> str | None:
        """The value of an SSM parameter; None where none is given."""
        return next((given.value for given in reversed(self._values) if given.key == path and path), None)

    def check(self, stacks: Sequence[Stack]) -> None:
        """Raise UsageError for a value that no parameter of the stacks takes."""
        for given in self._values:
            if given.key.startswith("/"):
                _check_path(given, stacks)
                continue
            meant = [stack for stack in stacks if _means(given, stack)]
            if not meant:
                names = ", ".join(stack.id for stack in stacks)
                raise UsageError(f"{given.said}: no stack matches {given.stack!r}; available: {names}")
            if given.is_pseudo:
                continue  # `given_environment` checks these
            declared = [
                (stack, found) for stack in meant if isinstance(found := _parameters(stack).get(given.key), dict)
            ]
            if not declared:
                raise UsageError(_unknown(given, meant))
            for stack, parameter in declared:
                _check_value(given, parameter, stack)


def _means(given: GivenValue, stack: Stack) -> bool:
    return _is_one_of((stack.id, stack.name_or_id), given)


def _is_one_of(names: Sequence[str], given: GivenValue) -> bool:
    return given.stack is None or any(fnmatchcase(name, given.stack) for name in names)


def _parameters(stack: Stack) -> dict[str, Any]:
    try:
        return stack.section("Parameters")
    except TemplateError:
        return {}


def _unknown(given: GivenValue, stacks: list[Stack]) -> str:
    known = sorted({name for stack in stacks for name in _parameters(stack)})
    from difflib import get_close_matches  # noqa: PLC0415 (for a mistake alone)

    close = get_close_matches(given.key, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    where = f"stack {given.stack} has" if given.stack else "no stack that is deployed on its own has"
    return f"{given.said}: {where} {'no' if given.stack else 'a'} parameter {given.key!r}{hint}"


def _check_path(given: GivenValue, stacks: Sequence[Stack]) -> None:
    if not any(stack.document.mentions(given.key) for stack in stacks):
        raise UsageError(f"{given.said}: no template reads SSM parameter {given.key!r}")


def _check_value(given: GivenValue, parameter: dict[str, Any], stack: Stack) -> None:
    kind = str(parameter.get("Type", ""))
    if kind.startswith(SSM):
        return
    items = [item.strip() for item in given.value.split(",")] if is_list(kind) else [given.value]
    wrong = _mistake(items, kind, parameter)
    if wrong:
        raise UsageError(f"{given.said}: {given.key} of {stack.id}: found {as_written(given.value)}, expected {wrong}")


def _mistake(items: list[str], kind: str, parameter: dict[str, Any]) -> str | None:
    """What was expected, where one of the items is not accepted."""
    allowed = parameter.get("AllowedValues")
    if isinstance(allowed, list):
        texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in allowed]
        if any(item not in texts for item in items):
            return f"one of {', '.join(texts)}"
    if kind in ("Number", "List<Number>") and not all(_is_number(item) for item in items):
        return "a number"
    from eks_guard.assembly.constraints import expected, of_pattern  # noqa: PLC0415 (of what is given alone)

    return next(filter(None, (of_pattern(parameter, item) or expected(parameter, item) for item in items)), None)


def is_list(kind: str) -> bool:
    """Whether a parameter of this type is a list, which is given as one text with commas."""
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
