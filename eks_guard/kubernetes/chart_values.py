"""The values of a chart, merged as Helm does, and judged by the chart's own schema.

https://helm.sh/docs/topics/charts/#schema-files
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import Mistake
from eks_guard.kubernetes.parts import OpenText, is_open

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RULE = "values"
MOST_SHOWN = 10
OF_WHOLES = frozenset(
    {"additionalProperties", "dependentRequired", "maxItems", "maxProperties", "minItems", "minProperties", "required"}
)
"""Words of a schema that ask nothing of the parts inside, so that open ones do not matter."""


class NoValidatorError(Exception):
    """No validator of JSON Schema is installed."""


def merged(defaults: Mapping[Any, Any], given: Mapping[Any, Any]) -> dict[Any, Any]:
    """Values over defaults: maps are merged, null takes a default away, all else replaces it."""
    found = dict(defaults)
    for key, value in given.items():
        below = found.get(key)
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict) and isinstance(below, dict):
            found[key] = merged(below, value)
        else:
            found[key] = value
    return found


def mistakes_in(values: Mapping[Any, Any], schema: Any) -> tuple[Mistake, ...]:
    """Where values break a schema. Raises NoValidatorError where the extra `charts` is not installed.

    A part that only the deployment knows fits any schema of its place; where it decides otherwise, it is not certain.
    """
    try:
        from eks_guard.kubernetes import chart_schema  # noqa: PLC0415 (few apps bring a chart with a schema)
    except ImportError as error:
        raise NoValidatorError from error
    found: list[Mistake] = []
    try:
        for broken in chart_schema.errors_of(_with_text_keys(dict(values)), schema):
            found.extend(_mistakes(broken))
            if len(found) >= MOST_SHOWN:
                break
    except chart_schema.NotFollowedError as error:
        found.append(Mistake("", RULE, f"values.schema.json cannot be followed: {error}", certain=False))
    return tuple(dict.fromkeys(found))


class _OpenKey(str):
    """A key of which the deployment decides a part."""

    __slots__ = ()


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        keys = ((_OpenKey(key) if isinstance(key, OpenText) else key, inner) for key, inner in value.items())
        return {key: _with_text_keys(inner) for key, inner in keys}
    return [_with_text_keys(inner) for inner in value] if isinstance(value, list) else value


def _mistakes(error: Any) -> Iterator[Mistake]:
    found = error.instance
    if is_open(found):
        return
    path = ".".join(str(part) for part in error.absolute_path)
    has_open_key = isinstance(found, dict) and any(isinstance(key, _OpenKey) for key in found)
    certain = error.validator == "type" or (error.validator in OF_WHOLES and not has_open_key) or not _holds_open(found)
    yield Mistake(path, RULE, str(error.message)[:300], certain=certain)


def _holds_open(value: Any) -> bool:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if is_open(found):
            return True
        if isinstance(found, dict):
            waiting.extend(found.values())
            if any(isinstance(key, _OpenKey) for key in found):
                return True
        elif isinstance(found, list):
            waiting.extend(found)
    return False


def is_on(values: Mapping[Any, Any], condition: str | None) -> bool | None:
    """Whether values turn a subchart on; the first path of its condition that leads to a truth decides."""
    for path in (condition or "").split(","):
        found: Any = values
        for key in path.strip().split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if is_open(found):
            return None
        if isinstance(found, bool):
            return found
    return True
