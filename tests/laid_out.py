"""The situations of assemblies/situations/ as files."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

SITUATIONS = {path.stem: path for path in sorted((Path(__file__).parent / "assemblies" / "situations").glob("*.yaml"))}


def lay_out(path: Path, content: Any) -> None:
    """Write a file of a situation: JSON, text, a zip of programs, or a program of which only the version is real."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".zip" and isinstance(content, dict):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, member in content.items():
                archive.writestr(name, program(member))
        path.write_bytes(packed.getvalue())
    elif isinstance(content, str):
        path.write_bytes(program(content))
    else:
        path.write_text(json.dumps(content), encoding="utf-8")


def program(text: str) -> bytes:
    """`elf v1.29.7` stands for a large program with that version linked in, as Go does it."""
    if not text.startswith("elf "):
        return text.encode()
    return (
        b"\x7fELF" + b"\x01" * (3 << 20) + b"\x00" + text.removeprefix("elf ").encode() + b"\x00" + b"\x02" * (1 << 20)
    )
