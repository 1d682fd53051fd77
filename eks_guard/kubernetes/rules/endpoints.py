"""The addresses behind a Service.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/discovery/validation/validation.go
"""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.addresses import FAMILIES, address_in, public_ip
from eks_guard.kubernetes.formats import subdomain
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import lacks, listed, mapping, text

MOST_ADDRESSES = 100
RULE = "service"


def slice_(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """An EndpointSlice: its addresses are of its type, and its ports have names of their own."""
    kind = text(value.get("addressType"))
    for index, row in enumerate(listed(value.get("endpoints"))):
        place = f"endpoints[{index}].addresses"
        addresses = listed(mapping(row).get("addresses"))
        if len(addresses) > MOST_ADDRESSES:
            notes.wrong(place, RULE, f"too many: must have at most {MOST_ADDRESSES} items")
        for number, address in enumerate(addresses):
            notes.note(f"{place}[{number}]", RULE, _mistake(address, kind, notes.minor))
    rows = enumerate(mapping(row) for row in listed(value.get("ports")))
    names = ((f"ports[{index}].name", text(row.get("name")) or "") for index, row in rows)
    notes.unique(names, "port")


def _mistake(address: Any, kind: str | None, minor: int) -> str | None:
    if not isinstance(address, str):
        return None
    if kind == "FQDN":
        return subdomain(address)
    found = address_in(address)
    if kind in FAMILIES and (found is None or found.version != FAMILIES[kind]):
        return f'"{address}" must be a valid {kind} address'
    return public_ip(address, minor) if kind in FAMILIES else None


def subset(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A subset of Endpoints has addresses, ready or not."""
    if lacks(value, "addresses") and lacks(value, "notReadyAddresses"):
        notes.wrong(path, RULE, "required: must specify `addresses` or `notReadyAddresses`")


RULES = {"core.v1.EndpointSubset": (subset,), "discovery.v1.EndpointSlice": (slice_,)}
