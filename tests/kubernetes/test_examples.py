"""Objects as Kubernetes' documentation shows them, and as CDK's own examples do: no alarm at any minor that serves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from sound_objects import JUDGE, SCHEMAS

EXAMPLES = yaml.safe_load((Path(__file__).parent / "examples.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example['kind']}-{example['metadata']['name']}")
def test_an_example_is_taken_by_every_minor_that_serves_it(example: dict[str, Any]) -> None:
    body = {key: value for key, value in example.items() if key != "since"}
    served = 0
    for minor in range(example.get("since", SCHEMAS.minors[0]), SCHEMAS.minors[-1] + 1):
        verdict = JUDGE.judge(body, minor)
        served += verdict.judged
        assert [str(mistake) for mistake in verdict.mistakes] == [], minor
    assert served


def test_the_examples_are_of_many_kinds() -> None:
    assert len({(example["apiVersion"], example["kind"]) for example in EXAMPLES}) > 40
