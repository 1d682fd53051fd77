"""Schemas inside the schema of a custom resource, and formats: what is refused, what is taken, what stays open."""

from __future__ import annotations

from typing import Any

import pytest

from eks_guard.kubernetes.custom import judge_value
from eks_guard.kubernetes.notes import Notes

EITHER = {
    "type": "object",
    "properties": {
        "wind": {"type": "string"},
        "water": {"type": "string"},
        "spare": {"type": "string", "default": "a"},
    },
}
WIND, WATER, SPARE = ({"required": [name]} for name in ("wind", "water", "spare"))
QUANTITY = {
    "x-kubernetes-int-or-string": True,
    "anyOf": [{"type": "integer"}, {"type": "string"}],
    "pattern": "^[0-9]+m?$",
}
POWER = {"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True}


def mistakes(value: Any, schema: dict[str, Any]) -> list[str]:
    notes = Notes(33)
    judge_value(value, schema, "spec", notes)
    return [str(mistake) for mistake in notes.mistakes]


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ({}, {**EITHER, "oneOf": [WIND, WATER]}),
        ({"wind": "a", "water": "b"}, {**EITHER, "oneOf": [WIND, WATER]}),
        ({}, {**EITHER, "anyOf": [WIND, WATER]}),
        ({"wind": "a"}, {**EITHER, "allOf": [WIND, WATER]}),
        ({"wind": "a"}, {**EITHER, "not": WIND}),
        ({"wind": "a"}, {**EITHER, "anyOf": [{"properties": {"wind": {"enum": ["b"]}}}]}),
        ("1Gi", QUANTITY),
        ("yesterday", {"type": "string", "format": "date-time"}),
        ("ten.0.0.1", {"type": "string", "format": "ipv4"}),
        ({"kind": "Mill"}, POWER),
    ],
)
def test_what_the_server_refuses(value: Any, schema: dict[str, Any]) -> None:
    assert mistakes(value, schema)


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ({"wind": "a"}, {**EITHER, "oneOf": [WIND, WATER]}),
        ({"wind": "a", "water": "b"}, {**EITHER, "anyOf": [WIND, WATER]}),
        ({}, {**EITHER, "oneOf": [WIND, SPARE]}),
        ({"water": "a"}, {**EITHER, "not": WIND}),
        ({}, {**EITHER, "anyOf": [{"x-kubernetes-validations": [{"rule": "true"}]}]}),
        ({"wind": None}, {**EITHER, "anyOf": [WIND]}),
        ("5m", QUANTITY),
        (5, QUANTITY),
        ("2026-11-26T10:00:00Z", {"type": "string", "format": "date-time"}),
        ("anything", {"type": "string", "format": "of-our-own"}),
        ({"apiVersion": "v1", "kind": "Mill"}, POWER),
        ({"kind": "Mill"}, {**POWER, "properties": {"apiVersion": {"type": "string", "default": "v1"}}}),
    ],
)
def test_what_the_server_takes_or_alone_can_judge(value: Any, schema: dict[str, Any]) -> None:
    assert mistakes(value, schema) == []
