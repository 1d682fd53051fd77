"""What a storage is opened with, as users write it: `--storage-option KEY=VALUE`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def parse_options(texts: Sequence[str]) -> dict[str, Any]:
    """Read the options; objects, lists, true and false are JSON, everything else is text."""
    options: dict[str, Any] = {}
    for text in texts:
        key, separator, value = text.partition("=")
        if not separator or not key:
            raise UsageError(f"--storage-option: found {text!r}, expected KEY=VALUE")
        options[key] = _parsed(text, value)
    return options


def _parsed(text: str, value: str) -> Any:
    if not value.startswith(("{", "[")) and value not in ("true", "false"):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise UsageError(f"--storage-option: {text!r}: not valid JSON: {error}") from None
