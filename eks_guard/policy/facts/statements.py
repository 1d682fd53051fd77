"""What can be said of each statement of a role's trust policy, and of those that conditions choose between."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.model.identity import (
        ServiceAccountRole,
        TrustStatement,
    )
    from eks_guard.model.value import Place, Value


def by_place(role: ServiceAccountRole) -> Iterator[list[TrustStatement]]:
    """The statements of a role, together those of which conditions choose one."""
    for _, found in groupby(role.statements, key=lambda one: (one.place, bool(one.when))):
        yield list(found)


def in_every_branch(
    statements: list[TrustStatement], ask: Callable[[TrustStatement], Value[str | None]]
) -> Value[str | None]:
    """The answer for statements of one place; of one that is there under a condition only, a fault is unknown."""
    if len(statements) == 1 and not statements[0].when:
        return ask(statements[0])
    reason = "conditions decide which statement the trust policy has"
    branches = [(one.when, ask(one)) for one in statements]
    found = choose(branches, reason, statements[0].place)
    if isinstance(found, Known) and found.value:
        return _under(statements, found)
    return found


def _under(statements: list[TrustStatement], fault: Known[str | None]) -> Value[str | None]:
    """A fault of statements that are there under conditions: without them, others decide."""
    if not any(one.when for one in statements):
        return fault
    place = statements[0].place
    others: Unknown[str | None] = Unknown(f"{fault.value}, depending on conditions", place)
    return Unknown(others.reason, place, branches=(*((one.when, fault) for one in statements), ((), others)))


def about(role: ServiceAccountRole, statement: TrustStatement, value: Value[bool], says: str) -> Observation:
    """An observation about a role, with the statement as its proof."""
    place: Place = statement.place
    steps = (Step(0, "role", role.at.id, role.at.place), Step(1, "trust", says, place))
    return Observation(value, says, place, steps)
