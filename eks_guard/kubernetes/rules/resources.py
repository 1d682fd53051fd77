"""Requests and limits of containers: amounts, and the names of what is counted.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation (ValidateResourceRequirements)
"""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.formats import qualified_name
from eks_guard.kubernetes.notes import Notes, of_key
from eks_guard.kubernetes.parts import has_open_keys, is_open, mapping
from eks_guard.kubernetes.quantities import amount
from eks_guard.matching import regex

RESOURCES = "resources"
HUGE = "hugepages-"
OF_CONTAINERS = regex(r"cpu|memory|ephemeral-storage|hugepages-.+")


def judge_requirements(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The requests and limits of a container."""
    limits, requests = mapping(value.get("limits")), mapping(value.get("requests"))
    for field, amounts in (("limits", limits), ("requests", requests)):
        for name, found in amounts.items():
            _judge_amount(name, found, of_key(f"{path}.{field}", name), notes)
    limits_known = not is_open(value.get("limits")) and not has_open_keys(limits)
    for name, found in requests.items():
        place = of_key(f"{path}.requests", name)
        wanted, most = amount(found), amount(limits.get(name))
        if is_extended(name) and limits_known and limits.get(name) is None:
            notes.wrong(place, RESOURCES, f"a limit must be set for {name}, which cannot be overcommitted")
        elif wanted is None or most is None:
            continue
        elif is_extended(name) and wanted != most:
            notes.wrong(place, RESOURCES, f"{found} must be equal to {name} limit of {limits[name]}")
        elif wanted > most:
            notes.wrong(place, RESOURCES, f"{found} must be less than or equal to {name} limit of {limits[name]}")

    named = [name for amounts in (limits, requests) for name in amounts if isinstance(name, str)]
    known = limits_known and not is_open(value.get("requests")) and not has_open_keys(requests)
    if known and any(name.startswith(HUGE) for name in named) and not {"cpu", "memory"} & set(named):
        notes.wrong(path, RESOURCES, "HugePages (hugepages-…) require cpu or memory")


def _judge_amount(name: Any, found: Any, path: str, notes: Notes) -> None:
    judge_name(name, path, notes)
    value = amount(found)
    if value is not None and value < 0:
        notes.wrong(path, RESOURCES, f"{found} must be greater than or equal to 0")
    if value is not None and value.denominator != 1 and is_extended(name):
        notes.wrong(path, RESOURCES, f"{found} must be an integer")


def judge_name(name: Any, path: str, notes: Notes) -> None:
    """Note a name that is none of a resource which containers take."""
    if isinstance(name, str) and "/" not in name and not OF_CONTAINERS.fullmatch(name):
        notes.wrong(path, RESOURCES, f'"{name}" must be a standard resource for containers, such as cpu or memory')
    else:
        notes.note(path, RESOURCES, qualified_name(name))


def is_extended(name: Any) -> bool:
    """Whether a resource is a device, of which each is given to one container: `nvidia.com/gpu`."""
    return isinstance(name, str) and (("/" in name and "kubernetes.io/" not in name) or name.startswith(HUGE))
