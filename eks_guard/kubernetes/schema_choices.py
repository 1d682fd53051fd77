"""Schemas inside a schema of a custom resource, of which all, one or none must fit.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import Notes, below
from eks_guard.kubernetes.parts import OpenText, listed, mapping
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Judge = Callable[[Any, dict[Any, Any], str, Notes], None]

UNDERSTOOD = frozenset(
    {"required", "properties", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems"}
    | {"maxItems", "minProperties", "maxProperties", "description"}
)
"""What is judged of such a schema; one that asks for anything else is left to the server."""


def broken_choices(value: Any, schema: dict[Any, Any], judge: Judge) -> Iterator[str]:
    """What is wrong with a value by `allOf`, `anyOf`, `oneOf` and `not`; nothing where a part of it is open.

    `judge` notes where a known value breaks what a schema asks of it, but for its fields.
    """
    asked = {name: listed(schema.get(name)) for name in ("allOf", "anyOf", "oneOf")}
    denied = schema.get("not")
    if not (any(asked.values()) or isinstance(denied, dict)) or _has_open(value):
        return
    full = with_defaults(value, schema)
    fits = {name: [_fits(full, inner, judge) for inner in schemas] for name, schemas in asked.items()}
    if False in fits["allOf"]:
        yield "must validate all the schemas (allOf)"
    if fits["anyOf"] and all(fit is False for fit in fits["anyOf"]):
        yield "must validate at least one schema (anyOf)"
    if fits["oneOf"] and (all(fit is False for fit in fits["oneOf"]) or fits["oneOf"].count(True) > 1):
        yield f"must validate one and only one schema (oneOf), but {fits['oneOf'].count(True)} are valid"
    if isinstance(denied, dict) and _fits(full, denied, judge):
        yield "must not validate the schema (not)"


def _fits(value: Any, schema: Any, judge: Judge) -> bool | None:
    """Whether a value fits, None where that is for the server to say."""
    if not isinstance(schema, dict) or not _is_understood(schema):
        return None
    notes = Notes(0)
    _judge(value, schema, "", notes, judge)
    if not notes.mistakes:
        return True
    return False if any(mistake.certain for mistake in notes.mistakes) else None


def _judge(value: Any, schema: dict[Any, Any], path: str, notes: Notes, judge: Judge) -> None:
    """Note where a value breaks a schema inside another, which has neither a type nor fields of its own."""
    judge(value, schema, path, notes)
    if not isinstance(value, dict):
        return
    for key in listed(schema.get("required")):
        if isinstance(key, str) and key not in value:
            notes.wrong(below(path, key), "required", "required, and missing")
    for key, inner in mapping(schema.get("properties")).items():
        if key in value:
            _judge(value[key], mapping(inner), below(path, key), notes, judge)


def _is_understood(schema: dict[Any, Any]) -> bool:
    inner = mapping(schema.get("properties")).values()
    return set(schema) <= UNDERSTOOD and all(isinstance(each, dict) and _is_understood(each) for each in inner)


def with_defaults(value: Any, schema: dict[Any, Any]) -> Any:
    """A value as the server judges it, with the defaults of its schema."""
    if isinstance(value, list):
        return [with_defaults(item, mapping(schema.get("items"))) for item in value]
    if not isinstance(value, dict):
        return value
    fields, more = mapping(schema.get("properties")), mapping(schema.get("additionalProperties"))
    given = {key: field["default"] for key, field in fields.items() if mapping(field).get("default") is not None}
    return {key: with_defaults(item, mapping(fields.get(key, more))) for key, item in {**given, **value}.items()}


def _has_open(value: Any) -> bool:
    if isinstance(value, dict):
        return any(not isinstance(key, str) or _has_open(item) for key, item in value.items())
    return (
        any(map(_has_open, value))
        if isinstance(value, list)
        else value is None or isinstance(value, Unknown | OpenText)
    )
