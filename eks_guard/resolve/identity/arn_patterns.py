"""Whether a pattern of IAM fits an ARN, where parts of both may be open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.equality import without_partition
from eks_guard.assembly.following.expressions import Cases, Expression, Open, expression
from eks_guard.resolve.identity.documents import may_match

if TYPE_CHECKING:
    from eks_guard.assembly.following.expressions import Comparable

WILDCARDS = frozenset("*?")
_FIRST_MARK = 0xE100
"""The private character that stands for the first open part; each further one has the next."""


def is_pattern(value: Comparable) -> bool:
    """Return whether a text has a wildcard in what is known of it."""
    return any(isinstance(part, str) and not WILDCARDS.isdisjoint(part) for part in expression(value).parts)


def fits_arn(pattern: Comparable, arn: Comparable) -> bool | None:
    """Return whether a pattern fits an ARN, whatever the partition; None where open parts decide."""
    one, other = without_partition(expression(pattern)), without_partition(expression(arn))
    marks: dict[Open | Cases, str] = {}
    wanted, found = _marked(one, marks), _marked(other, marks)
    if may_match(wanted, found):
        return True
    only_in_one = any((mark in wanted) is not (mark in found) for mark in marks.values())
    return None if only_in_one or (marks and "?" in wanted) else False


def _marked(made: Expression, marks: dict[Open | Cases, str]) -> str:
    """The text with a mark for each open part, the same one for the same part."""
    return "".join(
        part if isinstance(part, str) else marks.setdefault(part, chr(_FIRST_MARK + len(marks))) for part in made.parts
    )
