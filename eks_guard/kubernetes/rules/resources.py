"""Requests, limits, quotas: amounts, and the names of what is counted.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation (ValidateResourceRequirements)
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from eks_guard.kubernetes.formats import qualified_name
from eks_guard.kubernetes.notes import Notes, of_key
from eks_guard.kubernetes.parts import has_open_keys, is_open, listed, mapping, text
from eks_guard.kubernetes.quantities import amount

RESOURCES = "resources"
OF_CONTAINERS = re.compile(r"cpu|memory|ephemeral-storage|hugepages-.+")
_COUNTED = "cpu|memory|ephemeral-storage|storage"
LIMITED = ("Container", "PersistentVolumeClaim", "Pod")
OF_QUOTAS = re.compile(
    rf"{_COUNTED}|(?:requests|limits)\.(?:{_COUNTED})|(?:requests\.)?hugepages-.+|pods|services|replicationcontrollers|"
    r"resourcequotas|secrets|configmaps|persistentvolumeclaims|services\.nodeports|services\.loadbalancers"
)


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
        if _is_extended(name) and limits_known and limits.get(name) is None:
            notes.wrong(place, RESOURCES, f"a limit must be set for {name}, which cannot be overcommitted")
        elif wanted is None or most is None:
            continue
        elif _is_extended(name) and wanted != most:
            notes.wrong(place, RESOURCES, f"{found} must be equal to {name} limit of {limits[name]}")
        elif wanted > most:
            notes.wrong(place, RESOURCES, f"{found} must be less than or equal to {name} limit of {limits[name]}")


def _judge_amount(name: Any, found: Any, path: str, notes: Notes) -> None:
    if isinstance(name, str) and "/" not in name and not OF_CONTAINERS.fullmatch(name):
        notes.wrong(path, RESOURCES, f'"{name}" must be a standard resource for containers, such as cpu or memory')
    else:
        notes.note(path, RESOURCES, qualified_name(name))
    value = amount(found)
    if value is not None and value < 0:
        notes.wrong(path, RESOURCES, f"{found} must be greater than or equal to 0")
    if value is not None and value.denominator != 1 and _is_extended(name):
        notes.wrong(path, RESOURCES, f"{found} must be an integer")


def _is_extended(name: Any) -> bool:
    """Whether a resource is a device, of which each is given to one container: `nvidia.com/gpu`."""
    return isinstance(name, str) and (("/" in name and "kubernetes.io/" not in name) or name.startswith("hugepages-"))


def limit_range_item(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """One row of a LimitRange: min, defaultRequest, default and max are in this order."""
    kind = text(value.get("type"))
    if kind and "/" not in kind and kind not in LIMITED:
        says = f'unsupported value "{kind}": must be a standard limit type, one of {", ".join(LIMITED)}'
        notes.wrong(f"{path}.type", RESOURCES, says)
    if kind == "Pod":
        for name in ("default", "defaultRequest"):
            if mapping(value.get(name)):
                notes.wrong(f"{path}.{name}", RESOURCES, "may not be specified when `type` is 'Pod'")
    for resource in {key for name in _ORDER for key in mapping(value.get(name))}:
        known = [(name, mapping(value.get(name)).get(resource)) for name in _ORDER]
        for (low, less), (high, more) in pairwise(
            [(name, found) for name, found in known if amount(found) is not None]
        ):
            if (amount(less) or 0) > (amount(more) or 0):
                says = f"{low} value {less} must be less than or equal to {high} value {more}"
                notes.wrong(of_key(f"{path}.{low}", resource), RESOURCES, says)


_ORDER = ("min", "defaultRequest", "default", "max")


def quota(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """What a ResourceQuota counts."""
    for name, found in mapping(value.get("hard")).items():
        place = of_key(f"{path}.hard", name)
        if isinstance(name, str) and "/" not in name and not OF_QUOTAS.fullmatch(name):
            notes.wrong(place, RESOURCES, f'"{name}" must be a standard resource for quota')
        value_ = amount(found)
        if value_ is not None and value_ < 0:
            notes.wrong(place, RESOURCES, f"{found} must be greater than or equal to 0")
    for index, scope in enumerate(listed(value.get("scopes"))):
        known = text(scope)
        if known and known not in QUOTA_SCOPES:
            says = f'unsupported value "{known}", supported values: {", ".join(QUOTA_SCOPES)}'
            notes.wrong(f"{path}.scopes[{index}]", "enum", says)


QUOTA_SCOPES = (
    *("BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating"),
    "VolumeAttributesClass",
)

RULES = {"core.v1.LimitRangeItem": (limit_range_item,), "core.v1.ResourceQuotaSpec": (quota,)}
