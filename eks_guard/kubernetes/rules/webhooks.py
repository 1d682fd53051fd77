"""Admission webhooks.

https://github.com/kubernetes/kubernetes/tree/master/pkg/apis/admissionregistration/validation
"""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.formats import subdomain
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import OpenText, is_given, is_open, listed, mapping, text

WEBHOOK = "webhook"
SEGMENTS = 3
REVIEWS = frozenset({"v1", "v1beta1"})


def webhook(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """One webhook."""
    name = value.get("name")
    if isinstance(name, str) and name and (subdomain(name) or name.count(".") < SEGMENTS - 1):
        says = f'"{name}" should be a domain with at least three segments separated by dots'
        notes.wrong(f"{path}.name", WEBHOOK, says)
    client = value.get("clientConfig")
    if isinstance(client, dict):
        notes.exactly_one(
            client, f"{path}.clientConfig", ("url", "service"), WEBHOOK, "client, exactly one of url or service"
        )
        _judge_url(client.get("url"), f"{path}.clientConfig.url", notes)
    versions = listed(value.get("admissionReviewVersions"))
    if versions and not any(is_open(item) for item in versions) and not REVIEWS & {text(item) for item in versions}:
        says = "must include at least one of v1, v1beta1"
        notes.wrong(f"{path}.admissionReviewVersions", WEBHOOK, says)
    for index, row in enumerate(listed(value.get("rules"))):
        for field in ("operations", "apiGroups", "apiVersions"):
            items = listed(mapping(row).get(field))
            if "*" in items and len(items) > 1:
                says = f"if '*' is present, must not specify other {field}"
                notes.wrong(f"{path}.rules[{index}].{field}", WEBHOOK, says)


def _judge_url(url: Any, path: str, notes: Notes) -> None:
    first = url.pieces[0] if isinstance(url, OpenText) and url.pieces else url
    if isinstance(first, str) and is_given(first) and not first.startswith("https://"):
        notes.wrong(path, WEBHOOK, f"\"{first}\": 'https' is the only allowed URL scheme")


def configuration(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """The webhooks of a configuration have names of their own."""
    rows = enumerate(mapping(row) for row in listed(value.get("webhooks")))
    names = ((f"webhooks[{index}].name", text(row.get("name"))) for index, row in rows)
    notes.unique((pair for pair in names if pair[1]), WEBHOOK)


RULES = {
    "admissionregistration.v1.ValidatingWebhook": (webhook,),
    "admissionregistration.v1.MutatingWebhook": (webhook,),
    "admissionregistration.v1.ValidatingWebhookConfiguration": (configuration,),
    "admissionregistration.v1.MutatingWebhookConfiguration": (configuration,),
}
