"""Reads and writes the tables in eks_guard/data/, one row a line, so that a diff shows what is new."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "eks_guard" / "data"


def fetch(source: str) -> bytes:
    """The content of a file, or of an https address."""
    if source.startswith("https://"):
        with urllib.request.urlopen(source, timeout=60) as answer:  # noqa: S310 (https only)
            content: bytes = answer.read()
            return content
    return Path(source).read_bytes()


def load(name: str, data: Path = DATA) -> dict[str, Any]:
    """A table."""
    table: dict[str, Any] = json.loads((data / f"{name}.json").read_text(encoding="utf-8"))
    return table


def save(name: str, table: dict[str, Any], data: Path = DATA) -> None:
    """Write a table."""
    text = ",\n".join(f" {json.dumps(key)}: {_rows(value, 2)}" for key, value in table.items())
    (data / f"{name}.json").write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


def _rows(value: Any, depth: int) -> str:
    """A list or a mapping of rows with each row on a line of its own."""
    pad, end = " " * depth, " " * (depth - 1)
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        return "[\n" + ",\n".join(pad + json.dumps(row) for row in value) + f"\n{end}]"
    if isinstance(value, dict):
        deeper = all(isinstance(row, dict) and any(isinstance(v, dict) for v in row.values()) for row in value.values())
        rows = (
            f"{pad}{json.dumps(key)}: {_rows(row, depth + 1) if deeper else json.dumps(row)}"
            for key, row in value.items()
        )
        return "{\n" + ",\n".join(rows) + f"\n{end}}}"
    return json.dumps(value)
