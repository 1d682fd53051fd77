"""Definitions of custom resources.

https://github.com/kubernetes/apiextensions-apiserver/tree/master/pkg/apis/apiextensions/validation
"""

from __future__ import annotations

import base64
from typing import Any

from eks_guard.kubernetes.formats import DNS_1035_LABEL, violates
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import is_given, is_open, lacks, listed, mapping, text
from eks_guard.kubernetes.rules.structural import judge_root
from eks_guard.kubernetes.rules.webhooks import judge_client

CRD = "crd"
READS_BUNDLES = 31
"""The minor from which on a bundle without certificates counts: the API server creates the definition without serving
it, and refuses to put such a bundle back over a valid one: https://github.com/kubernetes/kubernetes/pull/124061"""
APPROVAL = "api-approved.kubernetes.io"


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
    _judge_conversion(mapping(spec.get("conversion")), "spec.conversion", notes)
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
        if is_given(row.get("deprecationWarning")) and row.get("deprecated") in (None, False):
            says = "can only be set for deprecated versions"
            notes.wrong(f"spec.versions[{index}].deprecationWarning", CRD, says)
        place = f"spec.versions[{index}].schema.openAPIV3Schema"
        schema = mapping(row.get("schema")).get("openAPIV3Schema")
        if schema is None and (lacks(row, "schema") or isinstance(row.get("schema"), dict)):
            notes.wrong(place, CRD, "required: schemas are required")
        elif isinstance(schema, dict):
            judge_root(schema, place, notes)


def _judge_conversion(conversion: dict[Any, Any], path: str, notes: Notes) -> None:
    """A webhook converts where the strategy says so, and only there."""
    hook = conversion.get("webhook")
    if conversion.get("strategy") == "Webhook" and lacks(conversion, "webhook"):
        says = "required: webhook.clientConfig is required when strategy is set to Webhook"
        notes.wrong(f"{path}.webhook", CRD, says)
    elif conversion.get("strategy") in (None, "None") and hook is not None and not is_open(hook):
        notes.wrong(f"{path}.webhook", CRD, "should not be set when strategy is not set to Webhook")
    client = mapping(hook).get("clientConfig")
    if isinstance(client, dict):
        ways = ("url", "service")
        notes.exactly_one(client, f"{path}.webhook.clientConfig", ways, CRD, "client, exactly one of url or service")
        judge_client(client, f"{path}.webhook.clientConfig", notes)
        _judge_bundle(client.get("caBundle"), f"{path}.webhook.clientConfig.caBundle", notes)


def _judge_bundle(bundle: Any, path: str, notes: Notes) -> None:
    """The certificates of the webhook's authority; `Cg==` is what generators write where another tool injects them."""
    if not isinstance(bundle, str) or not bundle or notes.minor < READS_BUNDLES:
        return
    try:
        decoded = base64.b64decode(bundle.replace("\n", ""), validate=True)
    except ValueError:  # which is found wrong as data
        return
    if b"-----BEGIN CERTIFICATE-----" not in decoded:
        says = (
            "it holds no certificate: the kind is served only once another tool injected one, and to apply this over "
            'it fails with "unable to load root certificates"; leave it out'
        )
        notes.doubtful(path, CRD, says)


def scale(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """Where the numbers of replicas are, as simple paths."""
    for name, root in (("specReplicasPath", "spec"), ("statusReplicasPath", "status"), ("labelSelectorPath", "status")):
        found = text(value.get(name))
        if (
            found
            and not found.startswith(f".{root}.")
            and not (name == "labelSelectorPath" and found.startswith(".spec."))
        ):
            notes.wrong(f"{path}.{name}", CRD, f'"{found}" should be a json path under .{root}')


RULES = {
    "apiextensions.v1.CustomResourceDefinition": (definition,),
    "apiextensions.v1.CustomResourceSubresourceScale": (scale,),
}
