"""The order and the form of the text in which a file is written."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml
from specimens import ALONE, Specimen

if TYPE_CHECKING:
    from transformation import Change


def by_writer(write: Callable[[Any], str]) -> Change:
    """Write the JSON files with another writer."""

    def all_files(specimen: Specimen, _: random.Random) -> Specimen:
        files = {n: write(c) if not isinstance(c, str | bytes) else c for n, c in specimen.files.items()}
        return replace(specimen, files=files)

    return all_files


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(key, shuffled(inner, chance)) for key, inner in value.items()]
        chance.shuffle(items)
        return dict(items)
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


def with_keys_in_another_order(specimen: Specimen, chance: random.Random) -> Specimen:
    files = {n: c if isinstance(c, str | bytes) else shuffled(c, chance) for n, c in specimen.files.items()}
    return replace(specimen, files=files)


def with_escapes(value: Any) -> str:
    """Write JSON with every letter inside its texts as an escape."""
    return "".join(
        f"\\u{ord(c):04x}" if inside and c.isalnum() and not escape else c
        for c, inside, escape in _told_apart(json.dumps(value))
    )


def _told_apart(text: str) -> list[tuple[str, bool, bool]]:
    """Each character of JSON, whether it stands inside a text, and whether it belongs to an escape."""
    found: list[tuple[str, bool, bool]] = []
    inside, left = False, 0
    for index, c in enumerate(text):
        if left:
            left -= 1
            found.append((c, True, True))
            continue
        if c == "\\":
            left = 5 if text[index + 1] == "u" else 1
        elif c == '"':
            inside = not inside
        found.append((c, inside, False))
    return found


def by_yaml(write: Callable[[Any], str], name: str = "template.yaml") -> Change:
    """Write a single template as YAML in a file of this name."""

    def one_file(specimen: Specimen, _: random.Random) -> Specimen | None:
        return replace(specimen, files={name: write(specimen.files[ALONE])}) if ALONE in specimen.files else None

    return one_file


def in_plain_yaml(template: Any) -> str:
    text: str = yaml.safe_dump(template, sort_keys=False, width=100)
    return text
