"""The tables of definitions and of fields fit each other, the rules and the objects of the tests."""

from __future__ import annotations

from importlib import import_module

from sound_objects import OBJECTS, SCHEMAS, SINCE

from eks_guard.data import Tables
from eks_guard.kubernetes import rules
from eks_guard.kubernetes.rules import MODULES, RULES


def test_every_field_of_the_table_of_fields_exists() -> None:
    tables = Tables()
    definitions = tables.kubernetes_schema["definitions"]
    for name, row in tables.kubernetes_fields["definitions"].items():
        known = {field for _, _, body in definitions[name] for field in body["p"]}
        assert row["fields"].keys() <= known, name


def test_every_rule_is_about_a_definition_that_exists() -> None:
    definitions = Tables().kubernetes_schema["definitions"]
    assert [name for name in RULES if name not in definitions] == []


def test_the_objects_of_the_tests_are_served_by_the_last_minor_and_most_by_the_first() -> None:
    for name, body in OBJECTS.items():
        if name != "custom":
            for minor in (SCHEMAS.minors[0], SCHEMAS.minors[-1])[name in SINCE :]:
                assert SCHEMAS.definition_of(body["apiVersion"], body["kind"], minor), name


def test_a_minor_beyond_the_table_is_judged_as_the_newest() -> None:
    newest = SCHEMAS.minors[-1]
    assert SCHEMAS.definition_of("v1", "Pod", newest + 3) == SCHEMAS.definition_of("v1", "Pod", newest)


def test_the_table_of_definitions_has_source_and_date() -> None:
    table = Tables().kubernetes_schema
    assert table["as_of"] <= "2026-12-31"
    assert table["source"].startswith("https://")
    assert table["about"]


def test_the_table_of_rules_names_the_definitions_of_each_module() -> None:
    assert {name: import_module(f"{rules.__name__}.{name}").RULES.keys() for name in MODULES} == {
        name: set(definitions) for name, definitions in MODULES.items()
    }
