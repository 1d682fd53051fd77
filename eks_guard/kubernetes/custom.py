"""Custom resources, judged by the definition that the same app brings.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.extensions import EMBEDDED, INT_OR_STRING, LIST_KEYS, LIST_TYPE, PRESERVES, VALIDATIONS
from eks_guard.kubernetes.formats import OF_SCHEMAS
from eks_guard.kubernetes.notes import UNKNOWN_FIELD, Notes, below, of_key
from eks_guard.kubernetes.parts import OpenText, has_open_keys, is_open, lacks, listed, mapping, text
from eks_guard.kubernetes.schema_choices import broken_choices
from eks_guard.matching import regex
from eks_guard.model.value import Unknown
from eks_guard.patterns import MAX_PATTERN, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Sized

RULE = "custom-resource"
OF_EVERY_OBJECT = ("apiVersion", "kind", "metadata")
_DIFFERENT = regex(r"\(\?[^:P]|\\[1-9ZAzpPQ]|\[:|\[[^]]*(?:--|&&|~~|\|\||\[)")
"""What Go's patterns and Python's read differently, or only one of them can."""


def judge_custom(body: dict[Any, Any], schema: dict[Any, Any], notes: Notes) -> None:
    """Note where a custom resource breaks its schema; its metadata is judged as that of every object."""
    judge_value({key: value for key, value in body.items() if key != "metadata"}, schema, "", notes, at_root=True)


def judge_value(value: Any, schema: dict[Any, Any], path: str, notes: Notes, *, at_root: bool = False) -> None:
    """Note where a value breaks the schema of its place."""
    if value is None or isinstance(value, Unknown):
        return
    notes.leaves_rules |= any(_is_of_creation(row) for row in listed(schema.get(VALIDATIONS)))
    kind = schema.get("type")
    if schema.get(INT_OR_STRING):
        if isinstance(value, bool) or not isinstance(value, int | str | OpenText):
            notes.wrong(path, RULE, "must be of type integer or string")
        elif not is_open(value):
            _judge_value(value, schema, path, notes)
        return
    if not isinstance(kind, str) or not kind:
        return
    if not _has_type(value, kind):
        notes.wrong(path, RULE, f"invalid type {_type_of(value)}: must be of type {kind}")
        return
    if not is_open(value):
        _judge_value(value, schema, path, notes)
    if isinstance(value, list):
        _judge_items(value, schema, path, notes)
    elif isinstance(value, dict):
        _judge_properties(value, schema, path, notes, at_root=at_root)


def _is_of_creation(rule: Any) -> bool:
    """Whether a rule in CEL is asked of an object that is new; one about the old value is not."""
    return "oldSelf" not in str(mapping(rule).get("rule"))


def _judge_properties(value: dict[Any, Any], schema: dict[Any, Any], path: str, notes: Notes, *, at_root: bool) -> None:
    properties, more = mapping(schema.get("properties")), schema.get("additionalProperties")
    at_root = at_root or schema.get(EMBEDDED) is True
    closed = not schema.get(PRESERVES) and more in (None, False) and not is_open(schema.get("properties"))
    for key, item in value.items():
        inner = properties.get(key)
        if isinstance(inner, dict):
            judge_value(item, inner, below(path, key), notes)
        elif isinstance(more, dict):
            judge_value(item, more, of_key(path, key), notes)
        elif closed and isinstance(key, str) and not (at_root and key in OF_EVERY_OBJECT):
            notes.wrong(below(path, key), UNKNOWN_FIELD, "unknown field: the definition of this kind does not have it")
    if has_open_keys(value):
        return
    for key in OF_EVERY_OBJECT[:2] if schema.get(EMBEDDED) is True else ():
        if lacks(value, key) and mapping(properties.get(key)).get("default") is None:
            notes.wrong(below(path, key), RULE, "required, and missing: the value is an object of Kubernetes")
    for key in listed(schema.get("required")):
        default = mapping(properties.get(key)).get("default")
        nullable = mapping(properties.get(key)).get("nullable") is True and key in value
        if isinstance(key, str) and value.get(key) is None and default is None and not nullable and key != "metadata":
            notes.wrong(below(path, key), RULE, "required, and missing")


def _judge_items(value: list[Any], schema: dict[Any, Any], path: str, notes: Notes) -> None:
    items = schema.get("items")
    for index, item in enumerate(value):
        if isinstance(items, dict):
            judge_value(item, items, f"{path}[{index}]", notes)
    keys = listed(schema.get(LIST_KEYS))
    kind = schema.get(LIST_TYPE)
    if kind == "set":
        notes.unique(((f"{path}[{i}]", _plain(item)) for i, item in enumerate(value) if not is_open(item)), RULE)
    elif kind == "map" and keys:
        rows = [(f"{path}[{i}]", [mapping(item).get(key) for key in keys]) for i, item in enumerate(value)]
        notes.unique(((place, _plain(found)) for place, found in rows if not any(map(is_open, found))), RULE)


def _judge_value(value: Any, schema: dict[Any, Any], path: str, notes: Notes) -> None:
    """What is asked of a value that is all known: choices, bounds, lengths, patterns."""
    choices = listed(schema.get("enum"))
    if choices and value not in choices and not any(map(is_open, choices)):
        known = ", ".join(json.dumps(item) for item in choices)
        notes.wrong(path, RULE, f"unsupported value {json.dumps(value)}, supported values: {known}")
    for name, size, says in _MEASURES:
        bound, measured = _number(schema.get(name)), size(value)
        if bound is not None and measured is not None:
            broken = measured < bound if name.startswith("min") else measured > bound
            notes.note(path, RULE, f"{says.format(bound)}, found {measured}" if broken else None)
    _judge_exclusive(value, schema, path, notes)
    form = OF_SCHEMAS.get(text(schema.get("format")) or "")
    if form and isinstance(value, str) and not form.fullmatch(value):
        notes.wrong(path, RULE, f'"{value}" must be of the format {schema["format"]}')
    for says in broken_choices(value, schema, _judge_value):
        notes.wrong(path, RULE, says)
    pattern = text(schema.get("pattern"))
    if pattern and isinstance(value, str):
        _judge_pattern(value, pattern, path, notes)


def _judge_exclusive(value: Any, schema: dict[Any, Any], path: str, notes: Notes) -> None:
    for name, flag in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.get(flag) is True and _number(value) is not None and value == schema.get(name):
            notes.wrong(path, RULE, f"must be {'greater' if name == 'minimum' else 'less'} than {value}")
    step = schema.get("multipleOf")
    if isinstance(step, int) and step > 0 and isinstance(value, int) and not isinstance(value, bool) and value % step:
        notes.wrong(path, RULE, f"{value} must be a multiple of {step}")


def _judge_pattern(value: str, pattern: str, path: str, notes: Notes) -> None:
    says = f"must match the pattern {pattern[:200]}"
    try:
        found = None if _is_for_the_server(pattern, value) else bool(compile_pattern(pattern).search(value))
    except ValueError:
        found = None
    if found is None:
        notes.doubtful(path, RULE, f"{says}, which only the API server can check")
    elif not found:
        notes.wrong(path, RULE, says)


def _is_for_the_server(pattern: str, value: str) -> bool:
    """Whether Go may answer otherwise: of letters beyond ASCII its classes hold none, and `$` is the very end."""
    return is_for_go_only(pattern) or value.endswith("\n") or not (value.isascii() or "\\" not in pattern)


def is_for_go_only(pattern: str) -> bool:
    """Whether Python may read a pattern in another way than Go, or not at all."""
    return len(pattern) > MAX_PATTERN or _DIFFERENT.search(pattern) is not None


def _number(value: Any) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _length_of(kind: type[Sized]) -> Callable[[Any], int | None]:
    return lambda value: len(value) if isinstance(value, kind) else None


_MEASURES: tuple[tuple[str, Callable[[Any], float | None], str], ...] = (
    ("minimum", _number, "must be greater than or equal to the minimum {}"),
    ("maximum", _number, "must be less than or equal to the maximum {}"),
    ("minLength", _length_of(str), "too short: the length must be at least {}"),
    ("maxLength", _length_of(str), "too long: the length must be no more than {}"),
    ("minItems", _length_of(list), "too few: must have at least {} items"),
    ("maxItems", _length_of(list), "too many: must have at most {} items"),
    ("minProperties", _length_of(dict), "too few: must have at least {} properties"),
    ("maxProperties", _length_of(dict), "too many: must have at most {} properties"),
)


def _has_type(value: Any, kind: str) -> bool:
    match kind:
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str | OpenText)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return not isinstance(value, bool) and (
                isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            )
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
    return True


def _type_of(value: Any) -> str:
    names = {
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        OpenText: "string",
        list: "array",
        dict: "object",
    }
    return names.get(type(value), "null")


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
