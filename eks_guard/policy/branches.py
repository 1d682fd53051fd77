"""What a fact says of a manifest whose content a deployment chooses: what fails in each branch fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.model.value import Candidate, Known, Unknown, describe
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.finding import Observation
    from eks_guard.model.value import Value, When
    from eks_guard.model.workloads import Manifest, ManifestContent
    from eks_guard.policy.facts.fact import AnyFact, Context

Branch: TypeAlias = "tuple[When, tuple[Observation, ...]]"
RIGHT, WRONG = Known(value=True), Known(value=False)


def over_branches(
    fact: AnyFact, manifest: Manifest, content: Value[ManifestContent], context: Context
) -> tuple[Observation, ...]:
    """Return what a fact observes of a manifest in all branches of its content."""
    contents = context.once_here(_contents, manifest)
    if isinstance(content, Known):
        return fact.observe(contents[0][1], context)
    branches = [(when, fact.observe(branch, context.where((when,)))) for when, branch in contents]
    values = [observation.value for _, found in branches for observation in found]
    if not all(isinstance(value, Unknown) or value in (RIGHT, WRONG) for value in values):
        return fact.observe(manifest, context)
    return _merged(branches, content)


def _contents(manifest: Manifest, context: Context) -> list[tuple[When, Manifest]]:
    """The manifest as it is in each branch, the same for all facts."""
    content = manifest.branches
    if isinstance(content, Known):
        return [((), _with(content.value, manifest))]
    found = content.candidates if content else ()
    return [(one.when, context.where((one.when,)).within(_with(one.value, manifest))) for one in found]


def _with(content: ManifestContent, manifest: Manifest) -> Manifest:
    return replace(manifest, objects=content.objects, text=content.text, branches=None)


def _merged(branches: Sequence[Branch], content: Unknown[Any]) -> tuple[Observation, ...]:
    wrong = [(when, [one for one in found if one.value == WRONG]) for when, found in branches]
    says = dict.fromkeys(one.says for _, found in branches for one in found if one.value != RIGHT)
    if not says:
        return tuple({one.says: one for _, found in branches for one in found}.values())
    merged = [_over_branches(text, branches, content) for text in says]
    if all(found for _, found in wrong) and not any(one.value == WRONG for one in merged):
        return (_wrong_in_each(wrong),)
    return tuple(merged)


def _over_branches(says: str, branches: Sequence[Branch], content: Unknown[Any]) -> Observation:
    """One sentence with its value in each branch: where a branch does not say it, nothing is wrong there."""
    saying = [(when, next((one for one in found if one.says == says), None)) for when, found in branches]
    first = next(one for _, one in saying if one is not None)
    values = [(when, one.value if one else RIGHT) for when, one in saying]
    if all(value == first.value for _, value in values):
        return first
    known = tuple(Candidate(value.value, when) for when, value in values if isinstance(value, Known))
    value: Unknown[bool] = Unknown(content.reason, first.place, known if len(known) == len(values) else ())
    named = " or ".join(describe(when) for when, one in saying if one is not None)
    what = says if first.value == WRONG else first.if_unknown or says
    return replace(first, value=value, if_unknown=f"{content.reason}; where {named}: {what}")


def _wrong_in_each(wrong: Sequence[tuple[When, list[Observation]]]) -> Observation:
    """What is wrong in each branch, as one failure."""
    first = wrong[0][1][0]
    says = "; ".join(f"where {describe(when)}: {found[0].says}" for when, found in wrong)
    titles = {found[0].fix.title if found[0].fix else None for _, found in wrong}
    return replace(first, says=says, fix=first.fix if len(titles) == 1 else None)
