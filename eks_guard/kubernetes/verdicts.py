"""What becomes of a manifest at each Kubernetes version that its cluster may run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.kubernetes.notes import UNKNOWN_FIELD, Mistake
from eks_guard.model.value import Known
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from eks_guard.kubernetes.objects import Judge
    from eks_guard.kubernetes.reading import Written
    from eks_guard.model.value import Value


@dataclass(frozen=True, slots=True)
class Judgement:
    """The mistakes of one object, whether anything says what its kind looks like, and whether some of that is left."""

    item: Written
    mistakes: tuple[Mistake, ...]
    judged: bool
    leaves_rules: bool

    @property
    def is_sound(self) -> bool:
        """Whether all of it was judged, and nothing is wrong."""
        return self.judged and not self.mistakes and not self.leaves_rules


def judge_all(
    judge: Judge, items: Iterable[Written], minors: Sequence[int], *, skips_validation: Value[bool], size: int
) -> tuple[Judgement, ...]:
    """Judge objects at each minor: certain is only what is wrong in all of them."""
    return tuple(_judge(judge, item, minors, skips_validation, size) for item in items)


def _judge(judge: Judge, item: Written, minors: Sequence[int], skips_validation: Value[bool], size: int) -> Judgement:
    skips = isinstance(skips_validation, Known) and skips_validation.value
    verdicts = [
        judge.judge(item.body, minor, skips_validation=skips, in_list=item.in_list, size=size) for minor in minors
    ]
    leaves_rules = any(verdict.leaves_rules for verdict in verdicts)
    if not any(verdict.mistakes for verdict in verdicts):  # as of most
        return Judgement(item, (), any(verdict.judged for verdict in verdicts), leaves_rules)
    judged = [minor for minor, verdict in zip(minors, verdicts, strict=True) if verdict.judged or verdict.mistakes]
    where: dict[tuple[str, str], dict[int, Mistake]] = {}
    for minor, verdict in zip(minors, verdicts, strict=True):
        for mistake in verdict.mistakes:
            where.setdefault((mistake.path, mistake.rule), {}).setdefault(minor, mistake)
    found = (_said(mistakes, judged) for mistakes in where.values())
    known, newest = isinstance(skips_validation, Known), judge.newest
    mistakes = tuple(_doubted(mistake, known=known, newest=newest, minors=minors) for mistake in found)
    return Judgement(item, mistakes, judged=bool(judged), leaves_rules=leaves_rules)


def _said(found: Mapping[int, Mistake], judged: Sequence[int]) -> Mistake:
    """One mistake, with the versions that have it where others do not."""
    first, *_ = found.values()
    if len(found) == len(judged):
        return replace(first, certain=all(mistake.certain for mistake in found.values()))
    minors = sorted(found)
    span = f"1.{minors[0]}" if len(minors) == 1 else f"1.{minors[0]} to 1.{minors[-1]}"
    return replace(first, says=f"{first.says} (in Kubernetes {span})", certain=False)


def _doubted(mistake: Mistake, *, known: bool, newest: int, minors: Sequence[int]) -> Mistake:
    """An unknown field may be dropped where validation may be skipped, and known to a version newer than the table."""
    if mistake.rule != UNKNOWN_FIELD or (known and minors[0] <= newest):
        return mistake
    return replace(mistake, certain=False)
