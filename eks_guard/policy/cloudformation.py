"""What CloudFormation has: resource types and their properties, by the schemas that cfn-lint brings, where it is there.

A policy on a property that no resource has would judge nothing. Without cfn-lint, a table of our own names all types,
and the properties of those that policies have kinds for; of CDK's custom resources it is the only one.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.data.reading import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator

CUSTOM = "Custom::"
"""Begins the types of resources that no schema of AWS is about."""
REGION = "us-east-1"
"""The region that has every type."""
SECTIONS = (
    "Type",
    "Properties",
    "Metadata",
    "Condition",
    "DependsOn",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "CreationPolicy",
    "UpdatePolicy",
)
"""What a resource has besides. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html"""


@cache
def known_types() -> frozenset[str]:
    """The names of all resource types of AWS."""
    return frozenset(_index()) or frozenset(_bundled("properties")["names"].split())


@cache
def properties_of(resource_type: str) -> dict[str, Any] | None:
    """The schema of a type, or what is kept of it here; None where it is not known."""
    kept: Any = _bundled("custom" if resource_type.startswith(CUSTOM) else "properties")["types"].get(resource_type)
    return published(resource_type) or kept


def published(resource_type: str) -> dict[str, Any] | None:
    """The schema of a type as cfn-lint brings it; None where it is not at hand."""
    name = _index().get(resource_type)
    return _read(f"resources/{name}.json") if isinstance(name, str) else None


def unknown_property(resource_type: str, names: tuple[str, ...]) -> tuple[str, list[str]] | None:
    """The first of some nested property names that a type does not have, with those that stand at its place."""
    schema = properties_of(resource_type)
    node: Any = schema
    for name in names:
        node = _resolved(node, schema)
        known = node.get("properties") if isinstance(node, dict) else None
        if not isinstance(known, dict) or not known or node.get("patternProperties"):
            return None
        if name not in known:
            return name, sorted(known)
        node = known[name]
    return None


def schema_at(resource_type: str, names: tuple[str, ...], *, entry: bool = False) -> dict[str, Any] | None:
    """The schema of a nested property as it is written there, or of one entry of that list; None where unknown."""
    schema = properties_of(resource_type)
    node: Any = schema
    for name in names:
        node = _resolved(node, schema)
        known = node.get("properties") if isinstance(node, dict) else None
        node = known.get(name) if isinstance(known, dict) else None
    if entry:
        node = _resolved(node, schema)
    elif isinstance(node, dict) and isinstance(node.get("$ref"), str):
        node = (schema or {}).get("definitions", {}).get(node["$ref"].rpartition("/")[2])
    return node if isinstance(node, dict) else None


def names_anywhere(resource_type: str) -> frozenset[str]:
    """The names of all properties of a type, at any depth."""
    return frozenset(_names_in(properties_of(resource_type)))


def _names_in(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _names_in(item)
    elif isinstance(node, dict):
        properties = node.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        for inner in node.values():
            yield from _names_in(inner)


@cache
def known_regions() -> frozenset[str]:
    """The regions of AWS."""
    folder = _folder()
    found = folder.joinpath("providers").glob("*-*-*.json") if folder else ()
    return frozenset(file.stem for file in found) or frozenset(_bundled("properties")["regions"].split())


def _resolved(node: Any, schema: Any) -> Any:
    """A definition behind a `$ref`; the items of a list are those that an index or a wildcard would take."""
    for _ in range(8):
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            node = (schema or {}).get("definitions", {}).get(node["$ref"].rpartition("/")[2])
        elif isinstance(node, dict) and isinstance(node.get("items"), dict):
            node = node["items"]
        else:
            return node
    return None


@cache
def _index() -> dict[str, Any]:
    found = _read(f"providers/{REGION}.json")
    return found if isinstance(found, dict) else {}


@cache
def _bundled(name: str) -> dict[str, Any]:
    """One of our own tables."""
    table: dict[str, Any] = json.loads((HERE / "cloudformation" / f"{name}.json").read_text(encoding="utf-8"))
    return table


def _read(name: str) -> Any:
    """A file of cfn-lint's; None where cfn-lint, or this layout of it, is not there."""
    folder = _folder()
    path = folder / name if folder else None
    return json.loads(path.read_text(encoding="utf-8")) if path and path.is_file() else None


def _folder() -> Path | None:
    """Where cfn-lint keeps its schemas. It is not imported."""
    spec = find_spec("cfnlint")
    return Path(spec.origin).parent / "data" / "schemas" if spec and spec.origin else None
