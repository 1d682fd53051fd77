"""A plan in words for stderr, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.fix.edits import patch, position
from eks_guard.report.style import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fix.edits import Edit
    from eks_guard.fix.plan import Answer, Plan

SCHEMA = "eks-guard.fix/1"
HANGING = " " * 10


def diff_of(plan: Plan) -> str:
    """Return the patch, as `git apply` and `patch -p1` take it."""
    return patch(plan.before, plan.after).decode("utf-8")


def sentences(plan: Plan) -> Iterator[str]:
    """Yield one line for each finding, with what is to be done after the patch."""
    widths = [
        max((len(text) for text in texts), default=0)
        for texts in (
            [answer.finding.policy.id for answer in plan.answers],
            [answer.finding.subject.id for answer in plan.answers],
        )
    ]
    for answer in plan.answers:
        label = "advice" if answer.change is None else "patched" if _is_safe(answer) else "review"
        policy, subject = answer.finding.policy.id.ljust(widths[0]), answer.finding.subject.id.ljust(widths[1])
        yield f"{label:<8}  {policy}  {subject}  {answer.place}"
        if answer.reason:
            yield HANGING + answer.reason
        elif not _is_safe(answer) and answer.recipe:
            yield HANGING + answer.recipe.deploy
    for command in plan.dependencies.commands:
        yield f"{'then':<10}{command}"
    for note in plan.dependencies.notes:
        yield f"{'by hand':<10}{note}"
    patched = len(plan.patched)
    yield f"{patched} patched, {len(plan.answers) - patched} left to you"


def as_document(plan: Plan) -> str:
    """Return the plan as JSON: each finding with its edits, or the reason why there are none."""
    return as_json(
        {
            "schema": SCHEMA,
            "findings": [_finding(answer, plan) for answer in plan.answers],
            "dependencies": [_edit(edit, plan) for edit in plan.dependencies.edits],
            "commands": list(plan.dependencies.commands),
            "notes": list(plan.dependencies.notes),
            "patch": diff_of(plan),
        }
    )


def _is_safe(answer: Answer) -> bool:
    return answer.recipe is not None and answer.recipe.safety == "safe"


def _finding(answer: Answer, plan: Plan) -> dict[str, Any]:
    edits = answer.change.edits if answer.change else ()
    return {
        "policy": answer.finding.policy.id,
        "subject": answer.finding.subject.id,
        "fingerprint": answer.finding.fingerprint,
        "status": "patched" if answer.change else "advice",
        "safety": str(answer.recipe.safety) if answer.recipe else None,
        "deploy": answer.recipe.deploy or None if answer.recipe else None,
        "place": answer.place,
        "reason": answer.reason or None,
        "edits": [_edit(edit, plan) for edit in edits],
    }


def _edit(edit: Edit, plan: Plan) -> dict[str, Any]:
    content = plan.before[edit.path]
    return {
        "file": edit.path,
        "start": _position(content, edit.start),
        "end": _position(content, edit.end),
        "text": edit.text,
    }


def _position(content: bytes, offset: int) -> dict[str, int]:
    line, column = position(content, offset)
    return {"line": line, "column": column}
