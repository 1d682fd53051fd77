"""The schemas of custom resources: structural ones only, which name the type of each part.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from __future__ import annotations

import re
from typing import Any

from eks_guard.kubernetes.custom import is_for_go_only, judge_value
from eks_guard.kubernetes.extensions import INT_OR_STRING, LIST_KEYS, LIST_TYPE, PRESERVES
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import has_open_keys, is_given, is_open, lacks, listed, mapping, text

CRD = "crd"
TYPES = ("array", "boolean", "integer", "number", "object", "string")
LIST_TYPES = ("atomic", "map", "set")
UNSUPPORTED = ("$ref", "additionalItems", "definitions", "dependencies", "id", "patternProperties")
OUTSIDE_ONLY = ("additionalProperties", "default", "description", "nullable", "title", "type")
"""What may stand in a schema itself, and not in its allOf, anyOf, oneOf and not."""
RESTRICTABLE = ("generateName", "name")
DEEPEST = 60


def judge_root(schema: dict[Any, Any], path: str, notes: Notes) -> None:
    """Note where the schema of a version is not structural; `path` leads to it."""
    if not is_open(schema.get("type")) and schema.get("type") != "object" and not has_open_keys(schema):
        found = f'"{schema["type"]}" ' if schema.get("type") else ""
        notes.wrong(f"{path}.type", CRD, f"{found}must not be empty at the root, but must be object")
    metadata = mapping(mapping(schema.get("properties")).get("metadata"))
    for name, kind in (("metadata", "object"), ("apiVersion", "string"), ("kind", "string")):
        given = mapping(mapping(schema.get("properties")).get(name)).get("type")
        if given in TYPES and given != kind:
            notes.wrong(f"{path}.properties[{name}].type", CRD, f"must be {kind}")
    for name in mapping(metadata.get("properties")):
        if isinstance(name, str) and name not in RESTRICTABLE:
            says = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            notes.wrong(f"{path}.properties[metadata]", CRD, says)
    _judge(schema, path, notes, 0)


def _judge(schema: dict[Any, Any], path: str, notes: Notes, depth: int) -> None:
    if depth and lacks(schema, "type") and not schema.get(PRESERVES) and not schema.get(INT_OR_STRING):
        notes.wrong(f"{path}.type", CRD, "required: must not be empty for specified object fields")
    _judge_words(schema, path, notes)
    _judge_list(schema, path, notes)
    _judge_text(schema, path, notes)
    if schema.get("default") is not None:
        _judge_default(schema, path, notes)
    for name in ("allOf", "anyOf", "oneOf"):
        for index, inner in enumerate(listed(schema.get(name))):
            _judge_junctor(mapping(inner), f"{path}.{name}[{index}]", notes, of_either=bool(schema.get(INT_OR_STRING)))
    _judge_junctor(mapping(schema.get("not")), f"{path}.not", notes, of_either=False)
    for place, inner in _inner(schema, path) if depth < DEEPEST else ():
        _judge(inner, place, notes, depth + 1)


def _inner(schema: dict[Any, Any], path: str) -> list[tuple[str, dict[Any, Any]]]:
    found = [(f"{path}.properties[{name}]", inner) for name, inner in mapping(schema.get("properties")).items()]
    found += [(f"{path}.{name}", schema.get(name)) for name in ("items", "additionalProperties")]
    return [(place, inner) for place, inner in found if isinstance(inner, dict)]


def _judge_words(schema: dict[Any, Any], path: str, notes: Notes) -> None:
    kind = schema.get("type")
    if kind == "null":
        notes.wrong(f"{path}.type", CRD, "cannot be set to null, use nullable as an alternative")
    elif isinstance(kind, str) and kind and kind not in TYPES:
        notes.wrong(f"{path}.type", CRD, f'unsupported value "{kind}", supported values: {", ".join(TYPES)}')
    if schema.get(PRESERVES) is False:
        notes.wrong(f"{path}.{PRESERVES}", CRD, "must be true or undefined")
    for word in UNSUPPORTED:
        if is_given(schema.get(word)):
            notes.wrong(f"{path}.{word}", CRD, f"{word} is not supported")
    if mapping(schema.get("properties")) and schema.get("additionalProperties") not in (None, True):
        says = "additionalProperties and properties are mutual exclusive"
        notes.wrong(f"{path}.additionalProperties", CRD, says)


def _judge_list(schema: dict[Any, Any], path: str, notes: Notes) -> None:
    items = schema.get("items")
    if schema.get("type") == "array" and lacks(schema, "items"):
        notes.wrong(f"{path}.items", CRD, "required: must be specified for an array")
    elif isinstance(items, list) and items:
        notes.wrong(f"{path}.items", CRD, "items must be a schema object and not an array")
    if schema.get("uniqueItems") is True:
        says = f"uniqueItems cannot be set to true since the runtime complexity becomes quadratic; use {LIST_TYPE}: set"
        notes.wrong(f"{path}.uniqueItems", CRD, says)
    kind, keys = text(schema.get(LIST_TYPE)), schema.get(LIST_KEYS)
    if kind and kind not in LIST_TYPES:
        notes.wrong(
            f"{path}.{LIST_TYPE}", CRD, f'unsupported value "{kind}", supported values: {", ".join(LIST_TYPES)}'
        )
    if kind == "map" and lacks(schema, LIST_KEYS):
        notes.wrong(f"{path}.{LIST_KEYS}", CRD, f"required if {LIST_TYPE} is map")
    elif is_given(keys) and kind != "map" and not is_open(schema.get(LIST_TYPE)):
        notes.wrong(f"{path}.{LIST_TYPE}", CRD, f"must be map if {LIST_KEYS} is non-empty")
    for key in listed(keys) if kind == "map" else ():
        _judge_key(key, mapping(items), path, notes)


def _judge_key(key: Any, items: dict[Any, Any], path: str, notes: Notes) -> None:
    properties = mapping(items.get("properties"))
    if not isinstance(key, str) or has_open_keys(properties) or has_open_keys(items):
        return
    if key not in properties:
        notes.wrong(f"{path}.{LIST_KEYS}", CRD, f'"{key}" must be the name of a property of the items')
    elif key not in listed(items.get("required")) and mapping(properties[key]).get("default") is None:
        notes.wrong(
            f"{path}.items.properties[{key}].default",
            CRD,
            f"required: {key} is in {LIST_KEYS}, so it must have a default or be required",
        )


def _judge_text(schema: dict[Any, Any], path: str, notes: Notes) -> None:
    pattern = text(schema.get("pattern"))
    if pattern is None or is_for_go_only(pattern):
        return
    try:
        re.compile(pattern)
    except re.error as error:
        notes.wrong(f"{path}.pattern", CRD, f'"{pattern}" must be a valid regular expression: {error}')


def _judge_default(schema: dict[Any, Any], path: str, notes: Notes) -> None:
    """A default is a value that the schema takes."""
    inner = Notes(notes.minor)
    judge_value(schema["default"], {**schema, "default": None}, f"{path}.default", inner)
    for mistake in inner.mistakes:
        (notes.wrong if mistake.certain else notes.doubtful)(mistake.path, CRD, mistake.says)


def _judge_junctor(schema: dict[Any, Any], path: str, notes: Notes, *, of_either: bool) -> None:
    """Logic on values only: what says how a part looks like stands outside; `of_either` has its own two types."""
    for word in OUTSIDE_ONLY:
        if is_given(schema.get(word)) and schema.get(word) is not False and not (of_either and word == "type"):
            notes.wrong(
                f"{path}.{word}",
                CRD,
                "must be empty to be structural: set it outside of allOf, anyOf, oneOf and not",
            )
    for place, inner in _inner(schema, path):
        _judge_junctor(inner, place, notes, of_either=of_either)
    for name in ("allOf", "anyOf", "oneOf"):
        for index, inner in enumerate(listed(schema.get(name))):
            _judge_junctor(mapping(inner), f"{path}.{name}[{index}]", notes, of_either=of_either)
