"""What all handlers that may run make of a changed cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model import asked
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.value import Known, Unknown
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.change.cluster.judgement import Judgement
    from eks_guard.change.rules import Behaviour


def agreement(found: Sequence[tuple[Behaviour, Judgement]]) -> Judgement:
    """What they agree on; what they do not is unknown."""
    last = found[-1][1]
    if len(found) == 1:
        return last
    fates = {judgement.fate for _, judgement in found}
    merged = replace(last, effects=[])
    if len(fates) > 1:
        merged.fate, merged.because = Fate.UNKNOWN, asked.HANDLER
    for question in Question:
        answers = [
            (behaviour, [e for e in judgement.effects if e.question is question]) for behaviour, judgement in found
        ]
        texts = {_answer(effects) for _, effects in answers}
        if len(texts) == 1:
            merged.effects += answers[-1][1]
            continue
        behaviour, effects = next(pair for pair in answers if pair[1])
        _, others = next(pair for pair in answers if _answer(pair[1]) != _answer(effects))
        what = others[0].says if others else "not so"
        reason = (
            f"{asked.HANDLER}, which matters: {effects[0].says} "
            f"(aws-cdk-lib {behaviour.releases}); with another release: {what}"
        )
        merged.effects.append(replace(effects[0], value=Unknown(reason), says=reason, fix=None))
    return merged


def _answer(effects: list[Effect]) -> str:
    return (
        repr([effect.value.value if isinstance(effect.value, Known) else "unknown" for effect in effects])
        if not _same_kind(effects)
        else str(len(effects))
    )


def _same_kind(effects: list[Effect]) -> bool:
    """Whether the answer is that something happens, whatever it is called."""
    texts = (Question.REFUSED, Question.COMBINED, Question.IGNORED, Question.IGNORED_TAGS)
    return bool(effects) and all(e.question in texts and isinstance(e.value, Known) for e in effects)
