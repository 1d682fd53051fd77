"""Reads a saved JSON report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from eks_guard.errors import AssemblyError

if TYPE_CHECKING:
    from eks_guard.report.saved import SavedReport

FAMILY = "eks-guard.report/"
HEAD = 200
"""Bytes of a file in which a report that was written here names its format."""


def is_report(content: bytes) -> bool:
    """Whether a file is a JSON report, of this format or a later one; whoever reformats it may sort its keys."""
    if FAMILY.encode() in content[:HEAD]:
        return True
    if FAMILY.encode() not in content:
        return False
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and str(document.get("schema")).startswith(FAMILY)


def read_report(content: bytes, name: str) -> SavedReport:
    """The report in a file that `check --format json` wrote. Raises AssemblyError naming the file and the place."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 (slow, and most runs read no report)

    from eks_guard.report.saved import SCHEMA, SavedReport  # noqa: PLC0415 (as above)

    try:
        document = json.loads(content)
        if isinstance(document, dict) and document.get("schema") != SCHEMA:
            raise AssemblyError(f"{name}: found a report of the format {document.get('schema')}, expected {SCHEMA}")
        text = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")  # half a character is no character
        return TypeAdapter(SavedReport).validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(map(str, first["loc"]))
        raise AssemblyError(f"{name}: /{place}: not what `check --format json` writes: {first['msg']}") from None
    except (ValueError, RecursionError) as error:
        raise AssemblyError(f"{name}: not what `check --format json` writes: {error}") from None
