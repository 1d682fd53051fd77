"""The table minds of unknown fields and types what Kubernetes' own OpenAPI documents mind, and asks for no less.

`kubernetes-validate` brings the documents of each minor. A draw of some thousands of objects is compared, and all of
them, at every minor, with EKS_GUARD_ALL_OBJECTS=1.
"""

from __future__ import annotations

import json
import os
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft7Validator
from sound_objects import SCHEMAS

from eks_guard.data import Tables
from eks_guard.kubernetes.notes import UNKNOWN_FIELD, Notes
from eks_guard.kubernetes.walker import TYPE, Walker

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = os.environ.get("EKS_GUARD_ALL_OBJECTS") == "1"
MINORS = list(SCHEMAS.minors) if ALL else [25, 31, 37]
STEP = 1 if ALL else 31
"""Of so many objects of a kind one is compared."""
DEEP = 7
TABLES = Tables()
EXPLAINED = yaml.safe_load((Path(__file__).parent / "required_by_openapi_alone.yaml").read_text(encoding="utf-8"))
SAMPLES = {"s": "text", "i": 1, "i4": 1, "n": 1.5, "b": True, "B": "cnll", "t": "2026-01-31T12:00:00Z", "q": "1Gi"}
WRONG = {"s": 5, "i": "5", "i4": "5", "n": "5", "b": "true", "q": True, "is": True}
"""A value of another type, for the types that have one in JSON Schema."""


@cache
def definitions(minor: int) -> dict[str, Any]:
    """What the OpenAPI documents of a minor define, by name."""
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / f"v1.{minor}.0-local-strict"
    found: dict[str, Any] = json.loads((folder / "_definitions.json").read_text(encoding="utf-8"))["$defs"]
    return found


def validator(minor: int, api_version: str, kind: str) -> Draft7Validator:
    """What judges a kind by these documents."""
    group, _, version = api_version.rpartition("/")
    wanted = [{"group": group, "version": version, "kind": kind}]
    known = definitions(minor)
    name = next(name for name, body in known.items() if body.get("x-kubernetes-group-version-kind") == wanted)
    return Draft7Validator({"$ref": f"#/$defs/{name}", "$defs": known})


def objects(minor: int, name: str) -> Iterator[tuple[str, Any]]:
    """For each field below a kind: it alone with a good value, with a wrong one, and with an unknown one beside it."""
    yield from _values(minor, f"#{name}", (), "")


def _values(minor: int, kind: Any, above: tuple[str, ...], path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(kind, list):
        yield from ((f"{where}[]", [inner]) for where, inner in _values(minor, kind[0], above, path))
    elif isinstance(kind, dict):
        yield from ((where, {"key": inner}) for where, inner in _values(minor, kind[""], above, path))
    elif kind.startswith("#"):
        name = kind[1:]
        yield path, {}
        yield f"{path}.unknown", {"unknownField": 1}
        if name in above or len(above) > DEEP:
            return
        for field, inner in SCHEMAS.definition(name, minor).properties.items():
            for where, value in _values(minor, inner, (*above, name), f"{path}.{field}"):
                yield where, {field: value}
    else:
        yield path, SAMPLES.get(kind, "text" if kind in ("is", "*") else {})
        if kind in WRONG:
            yield f"{path} wrong", WRONG[kind]


def minded_by_openapi(judge: Draft7Validator, value: Any) -> bool:
    """Whether OpenAPI minds a field or a type; what it calls required is not the server's word."""
    return any(error.validator in ("type", "additionalProperties", "oneOf") for error in judge.iter_errors(value))


def minded_by_the_table(minor: int, name: str, value: Any) -> bool:
    notes = Notes(minor)
    Walker(SCHEMAS, lambda _: (), notes).walk(value, f"#{name}", "")
    return any(mistake.rule in (UNKNOWN_FIELD, TYPE) for mistake in notes.mistakes)


def kinds(minor: int) -> list[tuple[str, str, str]]:
    """The stable kinds of a minor: API version, kind, name of the definition."""
    rows = TABLES.kubernetes_schema["kinds"].items()
    served = [(key, row[0]) for key, row in rows if row[1] <= minor <= row[2]]
    stable = [(key.rpartition("/"), name) for key, name in served if "alpha" not in key and "beta" not in key]
    return [(version, kind, name) for (version, _, kind), name in stable if kind not in ("Status", "Eviction")]


def drawn(minor: int, name: str) -> list[tuple[str, Any]]:
    return [found for index, found in enumerate(objects(minor, name)) if index % STEP == minor % STEP]


@pytest.mark.parametrize("minor", MINORS)
def test_the_table_minds_what_openapi_minds(minor: int) -> None:
    compared, differing = 0, []
    for api_version, kind, name in kinds(minor):
        judge = validator(minor, api_version, kind)
        for where, value in drawn(minor, name):
            compared += 1
            if minded_by_openapi(judge, value) is not minded_by_the_table(minor, name, value):
                differing.append(f"{kind}{where}")
    assert differing == []
    assert compared > 700, "the three minors together are more than 2,000 objects"


def required_by_openapi(minor: int) -> set[str]:
    """The fields of the stable kinds of a minor, down to each definition below them, that OpenAPI calls required."""
    waiting, seen, found = [name for _, _, name in kinds(minor)], set(), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        definition = SCHEMAS.definition(name, minor)
        found |= {f"{name}.{field}" for field in definition.required}
        inner = [kind for field, kind in definition.properties.items() if field != "status"]
        while inner:
            kind = inner.pop()
            if isinstance(kind, str):
                waiting += [kind[1:]] if kind.startswith("#") else []
            else:
                inner += kind.values() if isinstance(kind, dict) else kind
    return found


def test_what_openapi_requires_is_required_by_a_rule_or_explained() -> None:
    ours = {
        f"{name}.{field}"
        for name, row in TABLES.kubernetes_fields["definitions"].items()
        for field, asks in row["fields"].items()
        if asks.get("required")
    }
    explained = [field for fields in EXPLAINED.values() for field in fields]
    assert len(explained) == len(set(explained))
    newest = SCHEMAS.minors[-1]
    assert sorted(required_by_openapi(newest) - ours - set(explained)) == []
    every = set().union(*(required_by_openapi(minor) for minor in SCHEMAS.minors))
    assert sorted(set(explained) - every) == [], "explains what is not required"
    assert sorted(set(explained) & ours) == [], "explains what a rule requires"
