"""The line to write for a field of a Kubernetes object where only one would be right: a name, or a text in quotes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.walker import TYPE
from eks_guard.matching import regex
from eks_guard.model.fix import Fix, in_comment
from eks_guard.model.value import OPEN_PART

if TYPE_CHECKING:
    from eks_guard.kubernetes.notes import Mistake
    from eks_guard.kubernetes.reading import Written

NAME = "metadata.name"
_PARTS = regex(r"\[([^\]]*)\]|([^.\[\]]+)")
_IDENTIFIER = regex(r"[A-Za-z_]\w*")


def field_fix(item: Written, mistake: Mistake) -> Fix | None:
    """The line for the field that a mistake is about; None where more than one would be right."""
    keys = [bracketed or plain for bracketed, plain in _PARTS.findall(mistake.path)]
    value = _at(item.body, keys)
    written = _name(value) if mistake.path == NAME else _quoted(value) if _wants_text(mistake) else None
    if written is None or not keys:
        return None
    key, comment = keys[-1], in_comment(f"{mistake.path} of {item}")
    quoted = json.dumps(key)
    return Fix.of(
        f"Write {mistake.path} as {written!r}",
        typescript=f"{key if _IDENTIFIER.fullmatch(key) else quoted}: {json.dumps(written)},  // {comment}",
        python=f"{quoted}: {json.dumps(written)},  # {comment}",
        cloudformation=f"# in the Manifest: {quoted}: {json.dumps(written)}, {comment}",
    )


def _wants_text(mistake: Mistake) -> bool:
    return mistake.rule == TYPE and "text" in mistake.says


def _name(value: Any) -> str | None:
    """A name that Kubernetes takes for every kind, made of one that it does not take."""
    if not isinstance(value, str) or OPEN_PART in value:
        return None
    dashed = re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", value).lower()).strip("-")
    return dashed[:63].strip("-") if dashed[:1].isalpha() else None


def _quoted(value: Any) -> str | None:
    """A number or a boolean as the text that YAML would have needed quotes for."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else None


def _at(value: Any, keys: list[str]) -> Any:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
