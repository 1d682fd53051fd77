"""Whether two expressions are one value once they are deployed: true, false, or None where that is open."""

from __future__ import annotations

from typing import TypeAlias

from eks_guard.assembly.following.expressions import (
    Cases,
    Comparable,
    Expression,
    Open,
    expression,
    joined,
)
from eks_guard.assembly.stack import Resource
from eks_guard.model.value import MAX_CANDIDATES, When, together

Flat: TypeAlias = tuple[str | Open, ...]
"""Literal texts and open things, in order."""


def same(one: Comparable, other: Comparable) -> bool | None:
    """Return whether two values are equal; None where that depends on the deployment."""
    first, second = expression(one), expression(other)
    if first == second:
        return True
    return _agreed(branches_of(first), branches_of(second))


def same_arn(one: Comparable, other: Comparable) -> bool | None:
    """Return whether two ARNs are equal but for the partition: a deployment has one, and refuses those of another."""
    return same(without_partition(expression(one)), without_partition(expression(other)))


def without_partition(arn: Expression) -> Expression:
    """Return an ARN without its beginning up to the partition; what does not begin like an ARN as it is."""
    match arn.parts:
        case (str(text), *rest) if text.startswith("arn:") and ":" in text[4:]:
            return Expression((text[text.index(":", 4) :], *rest))
        case ("arn:", Open("pseudo", _, "AWS::Partition"), *rest):
            return Expression(tuple(rest))
        case ("arn:", Cases(), *rest):
            return Expression(tuple(rest))
    return arn


def branches_of(made: Expression) -> list[tuple[When, Flat]]:
    """Return all that an expression may be, without cases inside; empty if there are too many."""
    found: list[tuple[When, Expression]] = [((), Expression())]
    for part in made.parts:
        options = part.branches if isinstance(part, Cases) else (((), Expression((part,))),)
        found = [
            (when, joined((before, option)))
            for holds, before in found
            for also, option in options
            if (when := together(holds, also)) is not None
        ]
        if len(found) > MAX_CANDIDATES:
            return []
    flat: list[tuple[When, Flat]] = []
    for when, one in found:
        if any(isinstance(part, Cases) for part in one.parts):
            flat += [(both, parts) for holds, parts in branches_of(one) if (both := together(when, holds)) is not None]
        else:
            flat.append((when, tuple(part for part in one.parts if not isinstance(part, Cases))))
    return flat if len(flat) <= MAX_CANDIDATES else []


def _agreed(first: list[tuple[When, Flat]], second: list[tuple[When, Flat]]) -> bool | None:
    answers = {
        compared(one, other) for holds, one in first for also, other in second if together(holds, also) is not None
    }
    return answers.pop() if len(answers) == 1 else None


def compared(one: Flat, other: Flat) -> bool | None:
    """Compare two sequences of texts and open things, by what they begin and end with."""
    one, other = _without_common_start(one, other)
    if _both_begin_with_text(one, other):
        return False
    one, other = _without_common_start(_backwards(one), _backwards(other))
    if _both_begin_with_text(one, other):
        return False
    if all(isinstance(part, str) for part in one + other):
        return not one + other
    return _open_things(one[0], other[0]) if len(one) == len(other) == 1 else None


def _both_begin_with_text(one: Flat, other: Flat) -> bool:
    """Whether two sequences differ right where they begin, as nothing that both begin with is left."""
    return bool(one and other) and isinstance(one[0], str) and isinstance(other[0], str)


def _without_common_start(one: Flat, other: Flat) -> tuple[Flat, Flat]:
    """Drop what both begin with; a shorter text is taken off a longer one."""
    while one and other:
        first, second = one[0], other[0]
        if first == second:
            one, other = one[1:], other[1:]
            continue
        if not (isinstance(first, str) and isinstance(second, str)):
            break
        if first.startswith(second):
            one, other = (first.removeprefix(second), *one[1:]), other[1:]
        elif second.startswith(first):
            one, other = one[1:], (second.removeprefix(first), *other[1:])
        else:
            break
    return one, other


def _backwards(parts: Flat) -> Flat:
    return tuple(part[::-1] if isinstance(part, str) else part for part in reversed(parts))


def _open_things(one: str | Open, other: str | Open) -> bool | None:
    """Two different resources of one type never have the same id or ARN; a service of AWS hands those out."""
    match one, other:
        case Open("attribute", Resource() as first, name), Open("attribute", Resource() as second, also):
            unlike = first is not second and first.type == second.type and first.type.startswith("AWS::")
            return False if unlike and name == also and name in ("Ref", "Arn") else None
    return None
