"""Webhooks, admission policies and APIs that another server answers.

https://github.com/kubernetes/kubernetes/tree/master/pkg/apis/admissionregistration/validation
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from eks_guard.kubernetes.formats import subdomain
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import OpenText, is_given, is_open, lacks, listed, mapping, text
from eks_guard.matching import regex

WEBHOOK = "webhook"
POLICY = "admission-policy"
SEGMENTS = 3
REVIEWS = frozenset({"v1", "v1beta1"})
_IDENTIFIER = regex("[A-Za-z_][A-Za-z0-9_]*")


def webhook(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """One webhook, and the names of its conditions."""
    name = value.get("name")
    if isinstance(name, str) and name and (subdomain(name) or name.count(".") < SEGMENTS - 1):
        says = f'"{name}" should be a domain with at least three segments separated by dots'
        notes.wrong(f"{path}.name", WEBHOOK, says)
    client = value.get("clientConfig")
    if isinstance(client, dict):
        notes.exactly_one(
            client, f"{path}.clientConfig", ("url", "service"), WEBHOOK, "client, exactly one of url or service"
        )
        judge_client(client, f"{path}.clientConfig", notes)
    versions = listed(value.get("admissionReviewVersions"))
    if versions and not any(is_open(item) for item in versions) and not REVIEWS & {text(item) for item in versions}:
        says = "must include at least one of v1, v1beta1"
        notes.wrong(f"{path}.admissionReviewVersions", WEBHOOK, says)
    conditions = enumerate(mapping(row) for row in listed(value.get("matchConditions")))
    names = ((f"{path}.matchConditions[{index}].name", text(row.get("name"))) for index, row in conditions)
    notes.unique((pair for pair in names if pair[1]), WEBHOOK)


def requests(value: dict[Any, Any], path: str, notes: Notes, *, rule: str) -> None:
    """The requests that a webhook or a policy is asked about: what a wildcard takes in is not listed beside it."""
    for field in ("operations", "apiGroups", "apiVersions"):
        items = listed(value.get(field))
        if "*" in items and len(items) > 1:
            notes.wrong(f"{path}.{field}", rule, f"if '*' is present, must not specify other {field}")
    resources = [text(item) or "" for item in listed(value.get("resources"))]
    if "*/*" in resources and len(resources) > 1:
        notes.wrong(f"{path}.resources", rule, "if '*/*' is present, must not specify other resources")
    elif "*" in resources and any(name not in ("", "*") and "/" not in name for name in resources):
        says = "if '*' is present, must not specify other resources without subresources"
        notes.wrong(f"{path}.resources", rule, says)
    for index, name in enumerate(resources):
        resource, _, part = name.partition("/")
        wider = next((all_ for all_ in (f"{resource}/*", f"*/{part}") if part and all_ in resources[:index]), None)
        if wider:
            notes.wrong(f"{path}.resources[{index}]", rule, f"if '{wider}' is present, must not specify {name}")


def judge_client(client: dict[Any, Any], path: str, notes: Notes) -> None:
    """Note what is wrong with the address of a webhook: a URL, or a Service and a path of it."""
    _judge_url(client.get("url"), f"{path}.url", notes)
    where = text(mapping(client.get("service")).get("path"))
    if where and not where.startswith("/"):
        notes.wrong(f"{path}.service.path", WEBHOOK, f"\"{where}\" must start with a '/'")
    elif where and "//" in where:
        notes.wrong(f"{path}.service.path", WEBHOOK, f'"{where}" must not have an empty segment')


def _judge_url(url: Any, path: str, notes: Notes) -> None:
    if isinstance(url, str) and url.startswith("https://"):
        parts = urlsplit(url)
        bad = (
            ("user", "@" in parts.netloc),
            ("fragments", bool(parts.fragment)),
            ("query parameters", bool(parts.query)),
        )
        found = next((what for what, there in bad if there), None)
        wrong = f'"{url}": {found} are not permitted in the URL' if found else None
        notes.note(path, WEBHOOK, wrong if parts.hostname else f'"{url}": host must be specified in the URL')
    first = url.pieces[0] if isinstance(url, OpenText) and url.pieces else url
    if isinstance(first, str) and is_given(first) and not first.startswith("https://"):
        notes.wrong(path, WEBHOOK, f"\"{first}\": 'https' is the only allowed URL scheme")


def configuration(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """The webhooks of a configuration have names of their own."""
    rows = enumerate(mapping(row) for row in listed(value.get("webhooks")))
    names = ((f"webhooks[{index}].name", text(row.get("name"))) for index, row in rows)
    notes.unique((pair for pair in names if pair[1]), WEBHOOK)


def aggregated_api(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """An APIService is named by the version and group that it serves."""
    metadata, spec = mapping(value.get("metadata")), mapping(value.get("spec"))
    name, group, version = text(metadata.get("name")), text(spec.get("group")), text(spec.get("version"))
    if name and version and group is not None and name != f"{version}.{group}":
        says = f'"{name}" must be `spec.version+"."+spec.group`, "{version}.{group}"'
        notes.wrong("metadata.name", "api-service", says)
    if spec.get("insecureSkipTLSVerify") is True and is_given(spec.get("caBundle")):
        notes.wrong("spec.insecureSkipTLSVerify", "api-service", "may not be true if caBundle is present")


def admission_policy(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A policy in CEL has something to ask, and names for what it asks with."""
    if lacks(value, "validations") and lacks(value, "auditAnnotations"):
        says = "required: validations or auditAnnotations must be specified, at least one item"
        notes.wrong(f"{path}.validations", POLICY, says)
    parameters = value.get("paramKind")
    if isinstance(parameters, dict):
        notes.require(parameters, f"{path}.paramKind", ("apiVersion", "kind"), POLICY)
    for field, key in (("matchConditions", "name"), ("auditAnnotations", "key")):
        rows = enumerate(mapping(row) for row in listed(value.get(field)))
        names = ((f"{path}.{field}[{index}].{key}", text(row.get(key))) for index, row in rows)
        notes.unique((pair for pair in names if pair[1]), POLICY)
    for index, row in enumerate(mapping(row) for row in listed(value.get("variables"))):
        name = text(row.get("name"))
        if name and not _IDENTIFIER.fullmatch(name):
            says = f'"{name}" must be an identifier of CEL: letters, digits and underscores, and no digit first'
            notes.wrong(f"{path}.variables[{index}].name", POLICY, says)


def policy_binding(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """What a binding does with what is found: deny it or warn, not both."""
    actions = listed(value.get("validationActions"))
    if {"Deny", "Warn"} <= {text(action) for action in actions}:
        notes.wrong(f"{path}.validationActions", POLICY, "must not contain both Deny and Warn")
    items = enumerate(actions)
    notes.unique(((f"{path}.validationActions[{i}]", text(item)) for i, item in items if text(item)), POLICY)


RULES = {
    "apiregistration.v1.APIService": (aggregated_api,),
    "admissionregistration.v1.ValidatingAdmissionPolicySpec": (admission_policy,),
    "admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec": (policy_binding,),
    "admissionregistration.v1.RuleWithOperations": (partial(requests, rule=WEBHOOK),),
    "admissionregistration.v1.NamedRuleWithOperations": (partial(requests, rule=POLICY),),
    "admissionregistration.v1.ValidatingWebhook": (webhook,),
    "admissionregistration.v1.MutatingWebhook": (webhook,),
    "admissionregistration.v1.ValidatingWebhookConfiguration": (configuration,),
    "admissionregistration.v1.MutatingWebhookConfiguration": (configuration,),
}
