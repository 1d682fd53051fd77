"""JSON Schema as anybody may write it, judged by jsonschema in a bounded number of steps and from this file alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jsonschema import exceptions, validators
from jsonschema_specifications import REGISTRY as DRAFTS
from referencing.exceptions import Unresolvable

from eks_guard.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from eks_guard.patterns import Pattern

    Keyword = Callable[[Any, Any, Any, Any], "Iterator[exceptions.ValidationError] | None"]

MAX_STEPS = 1_000_000
"""Words of a schema that are asked of values, with the parts that are compared and the errors that come of it."""
STEPS_OF_ERROR = 20
"""An error holds its place, and a text with the value."""
TEXT = 32
"""Characters of a text that count as one part."""


class NotFollowedError(Exception):
    """A schema that cannot be followed, or not as far as its answer. The message says why."""


def errors_of(values: Any, schema: Any) -> Iterator[Any]:
    """Yield what in values breaks a schema, as jsonschema's errors. Raises NotFollowedError.

    A reference out of the schema leads nowhere: nothing is read or fetched for it.
    """
    draft = schema.get("$schema") if isinstance(schema, dict) else None
    if not isinstance(schema, dict | bool) or not isinstance(draft, str | None):
        raise NotFollowedError("it is no schema")
    counted = _Counted(has_patterns="patternProperties" in set(_keys(schema)))
    kind: Any = validators.validator_for(schema, default=validators.Draft7Validator)
    extend: Any = validators.extend
    judge = extend(kind, {name: counted.keyword(name, ask) for name, ask in kind.VALIDATORS.items()})
    try:
        for wrong in judge(kind.META_SCHEMA, registry=DRAFTS).iter_errors(schema):
            raise NotFollowedError(_first_line(wrong))
        yield from judge(schema, registry=DRAFTS).iter_errors(values)
    except RecursionError as error:
        raise NotFollowedError("it leads to itself, or deeper than is followed") from error
    except (Unresolvable, re.error, ValueError, ArithmeticError) as error:
        raise NotFollowedError(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]


class _Counted:
    """The words of a draft, each counted when it is asked, with patterns that are searched in linear time."""

    def __init__(self, *, has_patterns: bool) -> None:
        self._steps = 0
        self._has_patterns = has_patterns
        self._compiled: dict[str, Pattern] = {}
        self._own: dict[str, Keyword] = {
            "pattern": self._pattern,
            "patternProperties": self._pattern_properties,
        }

    def keyword(self, name: str, ask: Keyword) -> Keyword:
        """Return a word of a schema that counts what it costs."""
        meant = self._own.get(name, ask)

        def counted(judge: Any, asked: Any, instance: Any, schema: Any) -> Iterator[Any]:
            self._count(_cost(name, asked, instance))
            if name == "additionalProperties":
                instance, schema = self._without_patterns(instance, schema)
            if name == "unevaluatedProperties" and self._has_patterns:
                raise NotFollowedError("it has unevaluatedProperties beside patternProperties")
            for error in meant(judge, asked, instance, schema) or ():
                self._count(STEPS_OF_ERROR + _parts(instance))
                yield error

        return counted

    def _count(self, steps: int) -> None:
        self._steps += steps
        if self._steps > MAX_STEPS:
            raise NotFollowedError(f"it takes more than {MAX_STEPS} steps")

    def _matches(self, pattern: str, text: str) -> bool:
        if pattern not in self._compiled:
            self._compiled[pattern] = compile_pattern(pattern)
        self._count(len(text))
        return bool(self._compiled[pattern].search(text))

    def _pattern(self, judge: Any, pattern: Any, instance: Any, _: Any) -> Iterator[Any]:
        if judge.is_type(instance, "string") and not self._matches(pattern, instance):
            yield exceptions.ValidationError(f"{instance!r} does not match {pattern!r}")

    def _pattern_properties(self, judge: Any, patterns: Any, instance: Any, _: Any) -> Iterator[Any]:
        if judge.is_type(instance, "object"):
            for pattern, inner in patterns.items():
                for name in [name for name in instance if self._matches(pattern, name)]:
                    yield from judge.descend(instance[name], inner, path=name, schema_path=pattern)

    def _without_patterns(self, instance: Any, schema: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return an object and its schema without the properties that `patternProperties` are about."""
        if "patternProperties" not in schema or not isinstance(instance, dict):
            return instance, schema
        patterns = schema["patternProperties"]
        rest = {
            name: value for name, value in instance.items() if not any(self._matches(one, name) for one in patterns)
        }
        return rest, {word: asked for word, asked in schema.items() if word != "patternProperties"}


def _cost(name: str, asked: Any, instance: Any) -> int:
    """Steps that a word takes beside those of the words inside it."""
    if name == "uniqueItems" and isinstance(instance, list):
        alike = all(isinstance(item, str) for item in instance)
        return _parts(instance) * (1 if alike else len(instance))
    if name in ("enum", "const"):
        return _parts(asked)
    return len(instance) if isinstance(instance, dict | list) else 1


def _parts(value: Any) -> int:
    """How many values there are in one, long texts by their length."""
    found, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        found += 1 + len(one) // TEXT if isinstance(one, str) else 1
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return found


def _keys(schema: Any) -> Iterator[str]:
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
