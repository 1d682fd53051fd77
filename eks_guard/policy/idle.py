"""Policies of the project's own that judged nothing, or whose paths met nothing: a typo must not look like a pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.outcome import Outcome
from eks_guard.model.policy import Absent, alternatives_of
from eks_guard.policy.at_path import holds_unset
from eks_guard.policy.evaluate import judge, may_apply
from eks_guard.policy.names import nearest
from eks_guard.policy.reach import is_proven
from eks_guard.policy.scope import Globs
from eks_guard.spelling import slip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from eks_guard.model.finding import Subject
    from eks_guard.model.policy import Expectation, Policy
    from eks_guard.policy.facts.fact import Context

STACK, STAGE = "subject.stack", "subject.stage"


def idle_notes(
    policies: Sequence[Policy], subjects: Mapping[str, Sequence[Subject]], context: Context
) -> Iterator[tuple[str, str]]:
    """The project's own policies that judged nothing, and the paths in them that met nothing, each with a note."""
    for policy in policies:
        every = [subject for kind in policy.match for subject in subjects[kind]]
        asked = [subject for subject in every if may_apply(policy, subject, context)]
        if not asked:
            yield policy.id, f"{policy.id} judged nothing: {_why(policy, every, context)}"
            continue
        facts = [one.fact for line in policy.expect for one in alternatives_of(line)]
        if all(facts) and not any(_is_judged(policy, subject, context) for subject in asked):
            what = " and ".join(dict.fromkeys(map(str, facts)))
            yield policy.id, f"{policy.id} judged nothing: {what} finds nothing in {_count(asked, policy)}"
            continue
        yield from _misspelt(policy, context)
        for line in policy.lines:
            if _is_silent(line, policy) and not any(_meets_path(line, subject) for subject in asked):
                name = f"{policy.id}: {line.path}"
                yield name, f"{name} is not set in {_count(asked, policy)}"


def _is_judged(policy: Policy, subject: Subject, context: Context) -> bool:
    return judge(policy, subject, context).outcome is not Outcome.NOT_APPLICABLE


def _misspelt(policy: Policy, context: Context) -> Iterator[tuple[str, str]]:
    """Each pattern of `when` that matches no stack or stage of the app, and is nearly the name of one."""
    stacks = context.estate.stacks
    names = {STACK: {stack.id for stack in stacks}, STAGE: {stack.stage for stack in stacks}}
    for line in (one for asked in policy.when for one in alternatives_of(asked)):
        for glob in line.operand.globs if isinstance(line.operand, Globs) else ():
            known = names.get(str(line.fact), set())
            meant = slip(glob, known) if not any(Globs((glob,)).search(name) for name in known) else None
            if meant:
                name = f"{policy.id}: {str(line.fact).partition('.')[2]}: {glob}"
                yield name, f"{name} matches none of the app; did you mean {meant}?"


def _why(policy: Policy, every: Sequence[Subject], context: Context) -> str:
    """Why a policy applies to none of the subjects."""
    kinds = " or ".join(policy.match)
    if not every:
        return f"there is no {kinds} in the app"
    present = sorted({str(subject.body.get("kind")) for subject in every}) if policy.kinds else []
    missing = [kind for kind in policy.kinds if kind not in present]
    if policy.kinds and len(missing) == len(policy.kinds):
        hint = next((found for kind in missing if (found := nearest(kind, present))), "")
        return f"there is no object of kind {' or '.join(missing)} in the app{hint}"
    stacks = [stack.id for stack in context.estate.stacks]
    for line in (one for asked in policy.when for one in alternatives_of(asked)):
        if line.fact == STACK and isinstance(line.operand, Globs) and not any(map(line.operand.search, stacks)):
            return f"no stack matches {line.operand.pattern}; available: {', '.join(stacks)}"
    return f"its `when` does not hold for {_count(every, policy)}"


def _count(subjects: Sequence[Subject], policy: Policy) -> str:
    """How many subjects there are, and of which kinds: `the only cluster`, `any of 3 (nodegroup or addon)`."""
    kinds = " or ".join(policy.match)
    return f"the only {kinds}" if len(subjects) == 1 else f"any of {len(subjects)} ({kinds})"


def _is_silent(line: Expectation, policy: Policy) -> bool:
    """Whether a line passes where its path meets nothing, and no schema says that the path is right."""
    if line.path is None or all(is_proven(line.path, kind, policy.kinds) for kind in policy.match):
        return False
    return line.absent is not Absent.FAIL or holds_unset(line)


def _meets_path(line: Expectation, subject: Subject) -> bool:
    from eks_guard.policy.paths import find  # noqa: PLC0415

    return bool(find(str(line.path), subject.body))
