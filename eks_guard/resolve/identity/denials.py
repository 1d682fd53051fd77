"""Whether a statement of a trust denies it to every pod, and the other statements let nobody in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Literal
from eks_guard.assembly.stack import Node
from eks_guard.resolve.identity.documents import any_of, covers, document_at, entries_of, one_answer

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.resolve.identity.documents import Statement


def denies_all(statement: Statement, action: str) -> bool | None:
    """Whether a statement denies an action to every pod, whatever its token holds; None where that is open."""
    denies = None if statement.allows is None or statement.when else not statement.allows
    answers = (denies, covers(statement, action), _is_anybody(statement.node), _has_no_condition(statement.node))
    return False if False in answers else None if None in answers else True


def _is_anybody(statement: Node) -> bool | None:
    """Whether a principal is `*`, or `*` among the providers or accounts that it names."""
    return one_answer(statement.dig("Principal"), _names_anybody)


def _names_anybody(found: Resolution) -> bool | None:
    match found:
        case Literal(Node(raw=dict(raw)) as node):
            entries = (entries_of(node, key) for key in ("AWS", "Federated") if key in raw)
            return any_of(one_answer(entry, _names_anybody) for several in entries for entry in several)
        case Literal(node):
            return bool(node.raw == "*")
        case Absent():
            return False
    return None


def _has_no_condition(statement: Node) -> bool | None:
    found = document_at(statement, "Condition")
    return True if isinstance(found, Absent) else False if isinstance(found, Literal) else None
