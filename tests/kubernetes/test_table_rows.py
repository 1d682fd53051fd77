"""The tables of mistakes and of odd objects, at every minor that serves the object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from sound_objects import JUDGE, OBJECTS, SCHEMAS, changed, edits_in

HERE = Path(__file__).parent
REFUSED = yaml.safe_load((HERE / "refused.yaml").read_text(encoding="utf-8"))
TAKEN = yaml.safe_load((HERE / "taken.yaml").read_text(encoding="utf-8"))


def minors(name: str, span: list[int]) -> list[int]:
    """The minors of a row at which its object is served."""
    first, last = span or (SCHEMAS.minors[0], SCHEMAS.minors[-1])
    return [minor for minor in range(first, last + 1) if JUDGE.judge(OBJECTS[name], minor).judged]


@pytest.mark.parametrize(("rule", "row"), [(rule, row) for rule, rows in REFUSED.items() for row in rows])
def test_one_mistake_is_found_by_its_rule_where_it_is(rule: str, row: list[Any]) -> None:
    name, edits, path, *span = row
    body = changed(name, edits_in(edits))
    judged = minors(name, span)
    assert judged
    for minor in judged:
        found = JUDGE.judge(body, minor).mistakes
        assert (rule, path) in {(m.rule, m.path) for m in found if m.certain}, (minor, list(map(str, found)))


@pytest.mark.parametrize("row", TAKEN)
def test_what_every_server_takes_is_no_mistake(row: list[Any]) -> None:
    name, edits, *span = row
    body = changed(name, edits_in(edits))
    for minor in minors(name, span):
        assert [str(mistake) for mistake in JUDGE.judge(body, minor).mistakes] == [], minor
