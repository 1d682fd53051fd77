"""What was found of an object at one minor is found of it at another only where the other finds it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sound_objects import OBJECTS, SCHEMAS, changed
from test_examples import EXAMPLES
from test_objects import REFUSED

from eks_guard.kubernetes.objects import Judge
from eks_guard.kubernetes.walker import Walker

if TYPE_CHECKING:
    from eks_guard.kubernetes.objects import Verdict

OF_ONE_RULE = [changed(str(name), edits) for _, name, edits, _ in REFUSED if isinstance(edits, dict)]
BODIES = [*EXAMPLES, *OBJECTS.values(), *OF_ONE_RULE]
EVERY_ORDER = (*SCHEMAS.minors, *reversed(SCHEMAS.minors), 25, 37, 30, 26, 36)


def test_a_judge_that_was_asked_before_answers_as_one_that_was_not() -> None:
    fresh: dict[tuple[int, int], Verdict] = {}
    asked = Judge(SCHEMAS, {})
    for number, body in enumerate(BODIES):
        for minor in EVERY_ORDER:
            expected = fresh.setdefault((number, minor), Judge(SCHEMAS, {}).judge(body, minor))
            assert asked.judge(body, minor) == expected, (body, minor)


def test_validation_that_is_skipped_is_another_question() -> None:
    judge, body = Judge(SCHEMAS, {}), changed("config", {"more": 1})
    assert judge.judge(body, 34).mistakes
    assert not judge.judge(body, 34, skips_validation=True).mistakes
    assert judge.judge(body, 35).mistakes


@pytest.mark.parametrize("name", ["config", "namespace"])
def test_an_object_that_is_the_same_to_all_servers_is_walked_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[int] = []

    def counted(*given: Any, **more: Any) -> Any:
        walked.append(1)
        return Walker(*given, **more)

    monkeypatch.setattr("eks_guard.kubernetes.objects.Walker", counted)
    judge, body = Judge(SCHEMAS, {}), changed(name, {})
    for minor in SCHEMAS.minors:
        judge.judge(body, minor)
    assert len(walked) == {"config": 1, "namespace": len(SCHEMAS.minors)}[name]  # a rule of namespaces asks the minor
