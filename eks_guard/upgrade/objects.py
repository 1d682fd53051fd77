"""Looks for what a minor changes in a Kubernetes object: fields, annotations, addresses."""

from __future__ import annotations

from fnmatch import fnmatchcase
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex
from eks_guard.model.value import OPEN_PART

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.model.workloads import ManifestObject

TEMPLATES: dict[str, tuple[str, ...]] = {
    "Pod": (),
    "PodTemplate": ("template",),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"), ("spec", "template")
    ),
}
"""Where a kind has its pods."""
CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_ADDRESS = regex(r"(\d{1,12})\.(\d{1,12})\.(\d{1,12})\.(\d{1,12})")
_MAPPED = "::ffff:"


def find_in_object(found: ManifestObject, place: Mapping[str, Any]) -> Iterator[str]:
    """In words what a row of the table looks for, where the object has it."""
    kinds = place.get("kinds")
    if (kinds and found.kind not in kinds) or place.get("name", found.name) != found.name:
        return
    if "annotations" in place:
        yield from _annotations(found, place["annotations"])
        return
    start = _pod_spec(found) if place.get("pods") else found.body
    if start is None:
        return
    values = list(_at(start, place["path"].split(".")))
    if place.get("absent"):
        if not values:
            yield f"no {place['path']}"
        return
    for value in values:
        shown = _matched(value, place)
        if shown is not None:
            yield f"{place['path'].replace('[]', '')} {shown}".rstrip()


def _matched(value: Any, place: Mapping[str, Any]) -> str | None:
    """A value in words if it is one that the row looks for."""
    if "equals" in place:
        return str(value) if value in place["equals"] else None
    if "begins" in place:
        return "" if isinstance(value, str) and value.startswith(tuple(place["begins"])) else None
    if place.get("not_canonical"):
        canonical = canonical_address(value) if isinstance(value, str) else None
        return f"{value} (canonical: {canonical})" if canonical not in (None, value) else None
    return str(value) if isinstance(value, str | int) else ""


def canonical_address(text: str) -> str | None:
    """An address or network as the API server wants it from 1.36 on; None for what is neither.

    KEP-4858: no leading zeros, no host bits, no IPv4 address in IPv6.
    """
    address, slash, length = text.partition("/")
    if OPEN_PART in text:
        return None
    if address.lower().startswith(_MAPPED) and "." in address:
        address = address[len(_MAPPED) :]
    match = _ADDRESS.fullmatch(address)
    if match:
        address = ".".join(str(int(part)) for part in match.groups())
    elif ":" not in address:
        return None
    if not slash:
        return address
    try:
        network = ip_network(f"{address}/{int(length)}", strict=False)
    except ValueError:
        return None
    return text if str(network) == text.lower() else str(network)


def _annotations(found: ManifestObject, patterns: list[str]) -> Iterator[str]:
    holders = [found.body]
    steps = TEMPLATES.get(found.kind)
    if steps:
        holders.extend(template for template in _at(found.body, steps) if isinstance(template, dict))
    for holder in holders:
        for name in next(iter(_at(holder, ("metadata", "annotations"))), None) or ():
            if any(fnmatchcase(str(name), pattern) for pattern in patterns):
                yield f"annotation {name}"


def _pod_spec(found: ManifestObject) -> Any:
    steps = TEMPLATES.get(found.kind)
    return None if steps is None else next(iter(_at(found.body, (*steps, "spec"))), None)


def _at(value: Any, steps: tuple[str, ...] | list[str]) -> Iterator[Any]:
    """What stands at a path; `name[]` is any entry of a list, `*` any value. Absent and null are left out."""
    if value is None:
        return
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    name = step.removesuffix("[]")
    if not isinstance(value, dict):
        return
    names = CONTAINERS if name == "containers" else (name,)
    values = list(value.values()) if name == "*" else [value.get(key) for key in names]
    for inner in values:
        entries = inner if isinstance(inner, list) and step.endswith("[]") else () if step.endswith("[]") else (inner,)
        for entry in entries:
            yield from _at(entry, rest)
