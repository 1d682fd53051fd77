"""Definitions of custom resources.

https://github.com/kubernetes/apiextensions-apiserver/tree/master/pkg/apis/apiextensions/validation
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.formats import DNS_1035_LABEL, violates
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import is_given, is_open, lacks, listed, mapping, text

CRD = "crd"
PRESERVES = "x-kubernetes-preserve-unknown-fields"
INT_OR_STRING = "x-kubernetes-int-or-string"
TYPES = ("array", "boolean", "integer", "number", "object", "string")
APPROVAL = "api-approved.kubernetes.io"
DEEPEST = 60


def definition(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """A CustomResourceDefinition."""
    metadata, spec = mapping(value.get("metadata")), mapping(value.get("spec"))
    names = mapping(spec.get("names"))
    plural, group, name = text(names.get("plural")), text(spec.get("group")), text(metadata.get("name"))
    if plural and group and name and name != f"{plural}.{group}":
        says = f'"{name}" must be spec.names.plural+"."+spec.group, "{plural}.{group}"'
        notes.wrong("metadata.name", CRD, says)
    if group and "." not in group:
        notes.wrong("spec.group", CRD, f'"{group}" should be a domain with at least one dot')
    protected = group and (group.endswith((".k8s.io", ".kubernetes.io")) or group in ("k8s.io", "kubernetes.io"))
    if protected and not is_open(metadata.get("annotations")) and APPROVAL not in mapping(metadata.get("annotations")):
        says = f"required: protected groups must have the approval annotation {APPROVAL}"
        notes.wrong("metadata.annotations", CRD, says)
    _judge_names(names, notes)
    if spec.get("preserveUnknownFields") is True:
        notes.wrong(
            "spec.preserveUnknownFields", CRD, "must be false, and the schema may preserve unknown fields instead"
        )
    _judge_versions(spec, notes)


def _judge_names(names: dict[Any, Any], notes: Notes) -> None:
    for field in ("kind", "listKind"):
        found = text(names.get(field))
        if found:
            notes.note(f"spec.names.{field}", CRD, violates(DNS_1035_LABEL, found.lower()))
    for field in ("plural", "singular"):
        if is_given(names.get(field)):
            notes.note(f"spec.names.{field}", CRD, violates(DNS_1035_LABEL, names[field]))
    if text(names.get("kind")) and names.get("kind") == names.get("listKind"):
        notes.wrong("spec.names.listKind", CRD, "kind and listKind may not be the same")


def _judge_versions(spec: dict[Any, Any], notes: Notes) -> None:
    versions = [mapping(row) for row in listed(spec.get("versions"))]
    named = ((f"spec.versions[{index}].name", text(row.get("name"))) for index, row in enumerate(versions))
    notes.unique((pair for pair in named if pair[1]), CRD)
    stored = [row.get("storage") for row in versions]
    if versions and not any(map(is_open, stored)) and stored.count(True) != 1:
        notes.wrong("spec.versions", CRD, "must have exactly one version marked as storage version")
    for index, row in enumerate(versions):
        place = f"spec.versions[{index}].schema.openAPIV3Schema"
        schema = mapping(row.get("schema")).get("openAPIV3Schema")
        if schema is None and (lacks(row, "schema") or isinstance(row.get("schema"), dict)):
            notes.wrong(place, CRD, "required: schemas are required")
        elif isinstance(schema, dict):
            if not is_open(schema.get("type")) and schema.get("type") != "object":
                found = f'"{schema["type"]}" ' if schema.get("type") else ""
                notes.wrong(f"{place}.type", CRD, f"{found}must not be empty at the root, and must be object")
            _judge_structure(schema, place, notes, 0)


def _judge_structure(schema: dict[Any, Any], path: str, notes: Notes, depth: int) -> None:
    """A schema names the type of each part of it."""
    kind = schema.get("type")
    if depth and not is_given(kind) and not schema.get(PRESERVES) and not schema.get(INT_OR_STRING):
        notes.wrong(f"{path}.type", CRD, "required: must not be empty for specified object fields")
    if isinstance(kind, str) and kind and kind not in TYPES:
        notes.wrong(f"{path}.type", CRD, f'unsupported value "{kind}", supported values: {", ".join(TYPES)}')
    if kind == "array" and lacks(schema, "items"):
        notes.wrong(f"{path}.items", CRD, "required: must be specified for an array")
    if schema.get("properties") is not None and schema.get("additionalProperties") not in (None, False):
        notes.wrong(f"{path}.additionalProperties", CRD, "additionalProperties and properties are mutual exclusive")
    if depth > DEEPEST:
        return
    for name, inner in mapping(schema.get("properties")).items():
        if isinstance(inner, dict):
            _judge_structure(inner, f"{path}.properties[{name}]", notes, depth + 1)
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            _judge_structure(schema[name], f"{path}.{name}", notes, depth + 1)


RULES = {"apiextensions.v1.CustomResourceDefinition": (definition,)}
