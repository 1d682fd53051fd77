"""Values of charts: merged as Helm merges them, and judged by the schema that a chart brings."""

from __future__ import annotations

from typing import Any

import pytest

from eks_guard.kubernetes.chart_values import is_on, merged, mistakes_in
from eks_guard.kubernetes.parts import OpenText
from eks_guard.model.value import Unknown

LATER: Unknown[Any] = Unknown("it is known only after deployment")
SCHEMA = {
    "type": "object",
    "required": ["ovens"],
    "additionalProperties": False,
    "properties": {
        "ovens": {"type": "integer", "minimum": 1},
        "name": {"type": "string", "pattern": "^[a-z]+$"},
        "sizes": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "either": {
            "anyOf": [{"type": "object", "required": ["a"]}, {"type": "object", "properties": {"b": {"const": 1}}}]
        },
    },
}


def test_null_takes_a_default_away_and_maps_are_merged() -> None:
    defaults = {"a": {"b": 1, "c": 2}, "d": [1, 2], "e": 3}
    assert merged(defaults, {"a": {"b": None, "f": 4}, "d": [3], "e": None}) == {"a": {"c": 2, "f": 4}, "d": [3]}
    assert defaults == {"a": {"b": 1, "c": 2}, "d": [1, 2], "e": 3}


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({}, ""),
        ({"ovens": "two"}, "ovens"),
        ({"ovens": 0}, "ovens"),
        ({"ovens": 1, "name": "A"}, "name"),
        ({"ovens": 1, "oven": 2}, ""),
        ({"ovens": 1, "sizes": ["s", 2]}, "sizes.1"),
        ({"ovens": 1, "sizes": []}, "sizes"),
        ({"ovens": LATER, "oven": 2}, ""),
    ],
)
def test_values_break_a_schema(values: dict, path: str) -> None:
    (mistake,) = mistakes_in(values, SCHEMA)
    assert (mistake.path, mistake.certain) == (path, True)


@pytest.mark.parametrize(
    "values",
    [
        {"ovens": 1},
        {"ovens": LATER},
        {"ovens": 1, "name": OpenText(("a", None))},
        {"ovens": 1, "sizes": LATER},
        {"ovens": 1, "sizes": [LATER]},
    ],
)
def test_open_parts_fit_the_schema_of_their_place(values: dict) -> None:
    assert mistakes_in(values, SCHEMA) == ()


def test_what_an_open_part_decides_is_not_certain() -> None:
    assert [m.certain for m in mistakes_in({"ovens": 1, "either": {"b": LATER}}, SCHEMA)] in ([], [False])
    assert [m.certain for m in mistakes_in({"ovens": 1, OpenText((None,)): 1}, SCHEMA)] == [False]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"properties": {"ovens": {"$ref": "https://example.org/other.json"}}},
        {"properties": {"ovens": {"$ref": "#/missing"}}},
    ],
)
def test_a_schema_that_cannot_be_followed_leaves_it_open(schema: dict) -> None:
    assert [m.certain for m in mistakes_in({"ovens": 1}, schema)] == [False]


@pytest.mark.parametrize(
    ("condition", "on"),
    [(None, True), ("a.on", True), ("a.off", False), ("a.none", True), ("a.none,a.off", False), ("a.open", None)],
)
def test_a_condition_turns_a_subchart_off(condition: str | None, on: bool | None) -> None:
    assert is_on({"a": {"on": True, "off": False, "open": LATER}}, condition) is on
