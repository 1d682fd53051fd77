"""User data that is settings: Bottlerocket reads TOML, and nothing else."""

from __future__ import annotations

import re

from eks_guard.matching import regex
from eks_guard.model.value import OPEN_PART

_OTHER_THAN_TOML = regex(r"\s*(?:#!|content-type:|mime-version:|---)", re.IGNORECASE)
"""Begins a script, a MIME message or YAML."""
_OPEN_COMMENT = regex(r"^[ \t]*#[^\n]*\$\{", re.MULTILINE)
"""A comment with an open part, in which any number of lines may follow."""


def is_toml(text: str) -> bool | None:
    """Return whether a text is TOML; None where an open part of it decides."""
    import tomllib  # noqa: PLC0415 (few checks need it)

    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None if OPEN_PART in text and not _OTHER_THAN_TOML.match(text) else False
    return None if _OPEN_COMMENT.search(text) else True
