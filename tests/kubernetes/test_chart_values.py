"""Values of charts: merged as Helm merges them, and judged by the schema that a chart brings."""

from __future__ import annotations

from typing import Any

import pytest

from eks_guard.kubernetes.chart_values import is_on, merged, mistakes_in
from eks_guard.kubernetes.charts import allows_eks
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


DOUBLED = {
    "definitions": {
        f"d{n}": {"anyOf": [{"$ref": f"#/definitions/d{n + 1}"}, {"$ref": f"#/definitions/d{n + 1}"}]}
        for n in range(40)
    }
    | {"d40": {"type": "string"}},
    "$ref": "#/definitions/d0",
}


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        (DOUBLED, "takes more than"),
        ({"properties": {"many": {"uniqueItems": True}}}, "takes more than"),
        ({"properties": {"many": {"items": {"not": {"enum": [{"a": n} for n in range(1000)]}}}}}, "takes more than"),
        ({"properties": {"text": {"pattern": "(?=a)(a|b)+c"}}}, "repeats"),
        ({"unevaluatedProperties": False, "patternProperties": {"a": {}}}, "unevaluatedProperties beside"),
        ({"$ref": "http://charts.example/other.json"}, "charts.example"),
        ({"$ref": "file:///etc/hostname"}, "hostname"),
        ({"properties": {"text": {"multipleOf": 0}}}, "0 is less than or equal to the minimum"),
        (5, "no schema"),
        ({"$schema": []}, "no schema"),
        ([{}], "no schema"),
    ],
)
def test_a_schema_that_cannot_be_followed_leaves_the_values_open(schema: Any, says: str) -> None:
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema = draft | schema if "unevaluatedProperties" in str(schema) else schema
    values = {"many": [{"a": -n} for n in range(1, 2000)], "text": "a" * 40 + "!"}
    (mistake,) = mistakes_in(values, schema)
    assert says in mistake.says
    assert not mistake.certain


def test_a_schema_is_judged_without_a_look_at_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        pytest.fail("opened something")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)
    for target in ("http://169.254.169.254/latest", "file:///etc/hostname", "other.json"):
        assert not mistakes_in({"a": 1}, {"$id": "http://charts.example/", "$ref": target})[0].certain


@pytest.mark.parametrize(
    ("schema", "broken"),
    [
        ({"properties": {"name": {"pattern": "^(a|a)*$"}}}, True),
        ({"properties": {"name": {"pattern": "^(a|a)*!$"}}}, False),
        ({"patternProperties": {"^(n|n)*ame$": {"type": "integer"}}}, True),
        ({"patternProperties": {"^(n|n)*ame$": {}}, "additionalProperties": False}, False),
        ({"patternProperties": {"^(x|x)*$": {}}, "additionalProperties": False}, True),
        ({"patternProperties": {"^(x|x)*$": {}}, "additionalProperties": {"type": "string"}}, False),
        ({"uniqueItems": True, "properties": {"name": {"uniqueItems": True}}}, False),
    ],
)
def test_patterns_are_searched_in_linear_time(schema: Any, broken: bool) -> None:
    found = mistakes_in({"name": "a" * 2000 + "!"}, schema)
    assert [one.certain for one in found] == [True] * broken


def test_levels_and_numbers_without_end_are_no_bug() -> None:
    assert allows_eks(f">={'9' * 5000}.0.0-0", 33) is False
    assert allows_eks(f">=1.{'0' * 19}-0", 33) is True
