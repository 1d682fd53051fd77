"""Refresh the table of Kubernetes' OpenAPI definitions: python tools/refresh_kubernetes_schema.py.

Reads the schemas of the PyPI package `kubernetes-validate`, which the `dev` extra installs, of all minors that it
holds, and writes each distinct definition once. Prints the fields that a later minor no longer requires: the server
never did, so no rule may.
"""

from __future__ import annotations

import datetime
import gzip
import json
import re
from collections import defaultdict
from importlib.metadata import version
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from table import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "kubernetes_schema.json.gz"
SHORT = (
    ("io.k8s.apimachinery.pkg.apis.", "apis."),
    ("io.k8s.apiextensions-apiserver.pkg.apis.", ""),
    ("io.k8s.kube-aggregator.pkg.apis.", ""),
    ("io.k8s.api.", ""),
)
FORMATS = {"int32": "i4", "int64": "i", "byte": "B", "date-time": "t"}
TYPES = {"string": "s", "integer": "i", "number": "n", "boolean": "b"}
REF = "#/$defs/"


def main() -> None:
    """Write the table, and print what is no requirement."""
    minors = read_minors()
    table = build(minors)
    table = {
        "about": "The properties of Kubernetes' objects by OpenAPI definition, with the minors that have them.",
        "as_of": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "source": f"https://pypi.org/project/kubernetes-validate/{version('kubernetes-validate')}/",
        **table,
    }
    write(table, DATA / NAME)
    for line in dropped_requirements(table["definitions"]):
        print(line)


def read_minors() -> dict[int, dict[str, Any]]:
    """The definitions of each minor, by its number."""
    root = files("kubernetes_validate") / "kubernetes-json-schema"
    found = {}
    for folder in root.iterdir():
        match = re.fullmatch(r"v1\.(\d+)\.0-local-strict", folder.name)
        if match:
            text = (folder / "_definitions.json").read_text(encoding="utf-8")
            found[int(match[1])] = json.loads(text)["$defs"]
    return dict(sorted(found.items()))


def build(minors: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """The kinds, and the definitions that they reach, each with the minors in which it holds."""
    kinds: dict[str, list[Any]] = {}
    bodies: dict[str, dict[int, Any]] = defaultdict(dict)
    for minor, definitions in minors.items():
        wanted = []
        for name, schema in definitions.items():
            for key in _kinds_of(schema):
                row = kinds.setdefault(key, [short(name), minor, minor])
                assert row[0] == short(name), f"{key} changed its definition"
                row[2] = minor  # nothing is served, gone, and served again
                wanted.append(name)
        for name in _reached(definitions, wanted):
            bodies[short(name)][minor] = compact(definitions[name], definitions)
    return {
        "minors": [min(minors), max(minors)],
        "kinds": dict(sorted(kinds.items())),
        "definitions": {name: _ranges(rows) for name, rows in sorted(bodies.items())},
    }


def _kinds_of(schema: dict[str, Any]) -> Iterator[str]:
    """What a definition is the schema of: `apps/v1/Deployment`. Options and lists are no objects of their own."""
    named = schema.get("x-kubernetes-group-version-kind", ())
    if len(named) == 1 and "metadata" in schema.get("properties", {}) and "items" not in schema["properties"]:
        group, kind = named[0]["group"], named[0]["kind"]
        yield f"{group}/{named[0]['version']}/{kind}" if group else f"{named[0]['version']}/{kind}"


def _reached(definitions: dict[str, Any], names: list[str]) -> Iterator[str]:
    """The definitions with properties that some lead to, themselves included."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        text = json.dumps(definitions[name])
        waiting.extend(re.findall(r'"#/\$defs/([^"]+)"', text))
        if "properties" in definitions[name]:
            yield name


def compact(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """A definition without words: the type of each property, and what is required."""
    properties = {key: type_of(inner, definitions) for key, inner in sorted(schema["properties"].items())}
    required = sorted(schema.get("required", ()))
    return {"p": properties, "r": required} if required else {"p": properties}


def type_of(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """A type: a letter, `#Name`, `[type]` for a list or `{"": type}` for a map."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REF)
        return f"#{short(name)}" if "properties" in definitions[name] else _leaf(name, definitions)
    kind = next((kind for kind in _as_list(schema.get("type")) if kind != "null"), None)
    if kind == "array":
        return [type_of(schema["items"], definitions)]
    if kind == "object":
        inner = schema.get("additionalProperties")
        return {"": type_of(inner, definitions)} if isinstance(inner, dict) else "o"
    if kind is None:
        return "is" if schema.get("format") == "int-or-string" else "*"
    return FORMATS.get(schema.get("format", ""), TYPES[kind])


def _leaf(name: str, definitions: dict[str, Any]) -> Any:
    """The type of a definition without properties, which its users stand for themselves."""
    last = name.rpartition(".")[2]
    known = {"Quantity": "q", "IntOrString": "is", "FieldsV1": "o", "RawExtension": "o"}
    return known.get(last) or type_of(definitions[name], definitions)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def short(name: str) -> str:
    """The name of a definition without what all have in common."""
    for prefix, instead in SHORT:
        if name.startswith(prefix):
            return instead + name.removeprefix(prefix)
    return name


def _ranges(rows: dict[int, Any]) -> list[list[Any]]:
    """The bodies of a definition, each with the first and the last of the minors in a row that have it."""
    found: list[list[Any]] = []
    for minor, body in sorted(rows.items()):
        if found and found[-1][1] == minor - 1 and found[-1][2] == body:
            found[-1][1] = minor
        else:
            found.append([minor, minor, body])
    return found


def dropped_requirements(definitions: dict[str, Any]) -> Iterator[str]:
    """Fields that a minor requires and a later one has, but does not require."""
    for name, rows in definitions.items():
        for older, newer in pairwise(rows):
            for field in sorted(set(older[2].get("r", ())) - set(newer[2].get("r", ()))):
                if field in newer[2]["p"]:
                    yield f"{name}.{field} is not required from 1.{newer[0]} on"


def write(table: dict[str, Any], path: Path) -> None:
    """Write a table compressed, the same bytes for the same table."""
    text = json.dumps(table, separators=(",", ":"), ensure_ascii=False)
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main()
