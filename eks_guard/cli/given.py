"""`--parameters`: KEY=VALUE, STACK:KEY=VALUE, or a file of them. Raises UsageError for anything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.errors import UsageError
from eks_guard.model.given import GivenValue
from eks_guard.reading import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_BYTES = 4 * 1024 * 1024
"""A larger file is refused; CloudFormation takes 200 parameters of 4,096 bytes."""


def given_values(texts: Sequence[str]) -> tuple[GivenValue, ...]:
    """Read what `--parameters` was given, in order."""
    return tuple(value for text in texts for value in _read(text))


def _read(text: str) -> Iterator[GivenValue]:
    name, separator, value = text.partition("=")
    if separator:
        given = GivenValue.parse(name, value, "--parameters")
        if not given.key:
            raise UsageError(f"--parameters: found {text!r}, expected KEY=VALUE, STACK:KEY=VALUE or a file")
        yield given
    else:
        yield from _of_file(Path(text.removeprefix("file://")))


def _of_file(path: Path) -> Iterator[GivenValue]:
    said = f"--parameters: {path}"
    data = _parsed(path, said)
    if isinstance(data, dict) and isinstance(data.get("Parameters"), dict | list):
        data = data["Parameters"]
    match data:
        case dict():
            pairs = list(data.items())
        case list() if all(isinstance(row, dict) and isinstance(row.get("ParameterKey"), str) for row in data):
            pairs = [
                (row["ParameterKey"], row.get("ParameterValue")) for row in data if not row.get("UsePreviousValue")
            ]
        case _:
            expected = "a mapping of keys to values, or a list of ParameterKey and ParameterValue"
            raise UsageError(f"{said}: expected {expected}")
    for key, value in pairs:
        yield GivenValue.parse(str(key), _text(value, key, said), said)


def _parsed(path: Path, said: str) -> Any:
    try:
        text = read_regular_file(path, MAX_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{said}: found neither KEY=VALUE nor a file: {error.strerror or 'not readable'}") from None
    except ValueError as error:
        raise UsageError(f"{said}: {error}") from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _parsed_yaml(text, said)


def _parsed_yaml(text: str, said: str) -> Any:
    from eks_guard.assembly.yaml_template import parse_yaml  # noqa: PLC0415 (rare)
    from eks_guard.errors import TemplateError  # noqa: PLC0415

    try:
        return parse_yaml(said, text)
    except TemplateError as error:
        raise UsageError(str(error)) from None


def _text(value: Any, key: Any, said: str) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value)
        case list() if all(isinstance(item, str | int | float) for item in value):
            return ",".join(str(item) for item in value)
    raise UsageError(f"{said}: {key}: found {value!r}, expected text")
