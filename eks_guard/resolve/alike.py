"""Whether two texts are one in each branch of both, and what an open one is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.equality import branches_of, same
from eks_guard.assembly.following.expressions import Expression, Open, expression
from eks_guard.assembly.following.resolution import Absent, Choice, alternatives, reason_of
from eks_guard.model.value import together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.model.value import When


def same_text(one: Expression | None, other: Expression | None, is_possible: Callable[[When], bool]) -> bool | None:
    """Whether two texts are one in each branch of both; None where that is open, or differs.

    `is_possible`: whether a deployment that counts may give some answers; no other branch does.
    """
    if one is None or other is None:
        return None if one is not other else True
    answer = same(one, other)
    if answer is not None:
        return answer
    theirs, others = _branches(one), _branches(other)
    if len(theirs) == len(others) == 1:
        return _is_one(one, other)
    pairs = ((together(when, also), a, b) for when, a in theirs for also, b in others)
    met = ((a, b) for when, a, b in pairs if when is not None and is_possible(when))
    answers = {_is_one(*both) for both in met}
    return answers.pop() if len(answers) == 1 else None


def _branches(made: Expression) -> list[tuple[When, Expression]]:
    return [(when, Expression(parts)) for when, parts in branches_of(made)] or [((), made)]


def _is_one(one: Expression, other: Expression) -> bool | None:
    answer = same(one, other)
    return False if answer is None and (_is_generated(one) or _is_generated(other)) else answer


def _is_generated(made: Expression) -> bool:
    """Whether AWS makes the value up when the resource is made, so that nothing else can have it beforehand."""
    return any(isinstance(part, Open) and part.kind == "attribute" for part in made.parts)


def parameters_of(made: Iterable[Expression]) -> list[str]:
    """The parameters that some texts are made of, in any branch."""
    parts = (part for each in made for _, branch in _branches(each) for part in branch.parts)
    return list(dict.fromkeys(str(part.name) for part in parts if isinstance(part, Open) and part.kind == "parameter"))


def in_words(key: Resolution | None, made: Expression | None) -> str:
    """What a text is called in a sentence, by all that it may be."""
    if made is not None and made.text is not None:
        return made.text
    if isinstance(key, Choice):
        each = (
            in_words(branch, None if isinstance(branch, Absent) else expression(branch))
            for _, branch in alternatives(key)
        )
        return " or ".join(dict.fromkeys(filter(None, each)))
    return _of_open(made.parts if made else ()) or (reason_of(key) if key else "")


def _of_open(parts: Iterable[object]) -> str:
    found = [part for part in parts if isinstance(part, Open) and part.kind in ("parameter", "attribute")]
    if len(found) != 1:
        return _spelled(parts)
    return str(found[0].name if found[0].kind == "parameter" else getattr(found[0].scope, "logical_id", ""))


def _spelled(parts: Iterable[object]) -> str:
    """A text with the names of what is open in it, as `Fn::Sub` writes it; nothing where it has other parts."""
    spelled = [f"${{{part.name}}}" if isinstance(part, Open) else part for part in parts]
    return "".join(map(str, spelled)) if all(isinstance(part, str) for part in spelled) else ""
