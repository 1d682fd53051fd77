"""The table says of unknown fields and types what Kubernetes' own OpenAPI documents say."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator
from sound_objects import OBJECTS, SCHEMAS, SINCE

from eks_guard.data import Tables
from eks_guard.kubernetes.notes import UNKNOWN_FIELD, Notes
from eks_guard.kubernetes.rules import RULES
from eks_guard.kubernetes.walker import TYPE, Walker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.kubernetes.table import Schemas

DEEP = 7
SAMPLES = {"s": "text", "i": 1, "i4": 1, "n": 1.5, "b": True, "B": "cnll", "t": "2026-01-31T12:00:00Z", "q": "1Gi"}
WRONG = {"s": 5, "i": "5", "i4": "5", "n": "5", "b": "true", "q": True, "is": True}
"""A value of another type, for the types that have one in JSON Schema."""


def _validator(minor: int, kind: str) -> Draft7Validator:
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / f"v1.{minor}.0-local-strict"
    definitions = json.loads((folder / "_definitions.json").read_text(encoding="utf-8"))["$defs"]
    name = next(name for name, body in definitions.items() if _is_kind(body, kind))
    return Draft7Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})


def _is_kind(body: dict[str, Any], kind: str) -> bool:
    named = body.get("x-kubernetes-group-version-kind", [])
    return len(named) == 1 and named[0]["kind"] == kind


def _objects(schemas: Schemas, minor: int, name: str) -> Iterator[tuple[str, Any]]:
    """For each field below a kind: it alone with a good value, with a wrong one, and with an unknown one beside it."""
    yield from _values(schemas, minor, f"#{name}", (), "")


def _values(schemas: Schemas, minor: int, kind: Any, above: tuple[str, ...], path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(kind, list):
        yield from ((f"{where}[]", [inner]) for where, inner in _values(schemas, minor, kind[0], above, path))
    elif isinstance(kind, dict):
        yield from ((where, {"key": inner}) for where, inner in _values(schemas, minor, kind[""], above, path))
    elif kind.startswith("#"):
        name = kind[1:]
        yield path, {}
        yield f"{path}.unknown", {"unknownField": 1}
        if name in above or len(above) > DEEP:
            return
        for field, inner in schemas.definition(name, minor).properties.items():
            for where, value in _values(schemas, minor, inner, (*above, name), f"{path}.{field}"):
                yield where, {field: value}
    else:
        yield path, SAMPLES.get(kind, "text" if kind in ("is", "*") else {})
        if kind in WRONG:
            yield f"{path} wrong", WRONG[kind]


def _by_openapi(validator: Draft7Validator, value: Any) -> bool:
    """Whether OpenAPI minds a field or a type; what it calls required is not the server's word."""
    return any(error.validator in ("type", "additionalProperties", "oneOf") for error in validator.iter_errors(value))


def _by_table(schemas: Schemas, minor: int, name: str, value: Any) -> bool:
    notes = Notes(minor)
    Walker(schemas, lambda _: None, {}, notes).walk(value, f"#{name}", "")
    return any(mistake.rule in (UNKNOWN_FIELD, TYPE) for mistake in notes.mistakes)


@pytest.mark.parametrize("minor", [25, 31, 37])
@pytest.mark.parametrize(
    ("api_version", "kind"), [("v1", "Service"), ("networking.k8s.io/v1", "Ingress"), ("apps/v1", "DaemonSet")]
)
def test_the_table_minds_what_openapi_minds(api_version: str, kind: str, minor: int) -> None:
    name = SCHEMAS.definition_of(api_version, kind, minor)
    assert name
    validator = _validator(minor, kind)
    objects = [found for index, found in enumerate(_objects(SCHEMAS, minor, name)) if index % 9 == minor % 9]
    assert len(objects) > 10
    differing = [
        where for where, value in objects if _by_openapi(validator, value) is not _by_table(SCHEMAS, minor, name, value)
    ]
    assert differing == []


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
