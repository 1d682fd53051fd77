"""Ways through the JSON of a template: its intrinsics, and the values of its resources."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
VARIABLE = re.compile(r"\$\{(?!!)([^}]+)\}")


def is_template(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("Resources"), dict)


def is_intrinsic(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))


def rebuilt(value: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    """Copy a document, with `change` applied to each intrinsic in it, the inner ones first."""
    if isinstance(value, list):
        return [rebuilt(item, change) for item in value]
    if isinstance(value, dict):
        made = {key: rebuilt(item, change) for key, item in value.items()}
        return change(made) if is_intrinsic(made) else made
    return value


def at(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def replaced(document: Any, path: Path, value: Any) -> Any:
    """Copy a document with another value at a path; all else is shared."""
    if not path:
        return value
    copy: Any = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = replaced(copy[path[0]], path[1:], value)
    return copy


def values_below(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every value below a node and where it is; what intrinsics are made of is left out."""
    if is_intrinsic(value):
        return
    keys = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in keys:
        yield (*path, key), item
        yield from values_below(item, (*path, key))


def property_values(template: Any) -> Iterator[tuple[Path, Any]]:
    """Yield every value inside the properties of the resources of a template."""
    for name, resource in template["Resources"].items():
        if isinstance(resource, dict) and isinstance(resource.get("Properties"), dict):
            yield from values_below(resource["Properties"], ("Resources", name, "Properties"))


def escaped(text: str) -> str:
    """Write a text so that Fn::Sub leaves it as it is."""
    return text.replace("${", "${!")


def parsed_json(value: Any) -> Any:
    """Return what a text of JSON without spaces says, as CloudFormation would write it again; None for anything else."""
    if not (isinstance(value, str) and value.startswith(("[", "{"))):
        return None
    try:
        parsed = json.loads(value)
    except ValueError:
        return None
    return parsed if json.dumps(parsed, separators=(",", ":"), ensure_ascii=False) == value else None
