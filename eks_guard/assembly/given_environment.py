"""Where stacks are deployed, as it is given by pseudo parameters: checked as far as anything is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.environment import PARTITIONS, pseudo_parameter
from eks_guard.errors import UsageError
from eks_guard.matching import regex
from eks_guard.model.describe import as_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.assembly.given import GivenValues
    from eks_guard.assembly.stack import Stack
    from eks_guard.model.given import GivenValue

_REGION = regex(r"[a-z]+(-[a-z]+)+-\d+")
_ACCOUNT = regex(r"\d{12}")
OF_ENVIRONMENT = ("AWS::AccountId", "AWS::Partition", "AWS::Region")


def check_environment(values: GivenValues, stacks: Sequence[Stack]) -> None:
    """Raise UsageError for a value that is none, or that says another thing than what is known of all its stacks."""
    for given in values.pseudo():
        _check(given, [stack for stack in stacks if values.last_of(stack, given.key) is given])


def _check(given: GivenValue, stacks: Sequence[Stack]) -> None:
    if given.key not in OF_ENVIRONMENT:
        names = ", ".join(OF_ENVIRONMENT[:-1])
        raise UsageError(f"{given.said}: found {given.key}, expected a parameter, {names} or {OF_ENVIRONMENT[-1]}")
    wrong = _mistake(given)
    if wrong:
        raise UsageError(f"{given.said}: {given.key}: found {as_written(given.value)}, expected {wrong}")
    known = [pseudo_parameter(given.key, stack) for stack in stacks]
    if stacks and given.value not in known:
        written = f"{given.key} of {stacks[0].id}: found {as_written(given.value)}, expected {known[0]}"
        raise UsageError(f"{given.said}: {written}, which is known of it")


def _mistake(given: GivenValue) -> str | None:
    """What was expected, where the value is none of its kind."""
    match given.key:
        case "AWS::AccountId" if not _ACCOUNT.fullmatch(given.value):
            return "an account of 12 digits"
        case "AWS::Region" if not _REGION.fullmatch(given.value):
            return "a region such as eu-west-1"
        case "AWS::Partition" if given.value not in PARTITIONS:
            return f"one of {', '.join(PARTITIONS)}"
    return None
