"""LimitRanges and ResourceQuotas: what a namespace lets its pods have.

https://github.com/kubernetes/kubernetes/tree/master/pkg/apis/core/validation (limit_ranges.go, resource_quotas.go)
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import Notes, of_key
from eks_guard.kubernetes.parts import has_open_keys, is_open, listed, mapping, text
from eks_guard.kubernetes.quantities import amount
from eks_guard.kubernetes.rules.resources import RESOURCES, is_extended, judge_name
from eks_guard.kubernetes.rules.selectors import judge_values
from eks_guard.matching import regex

if TYPE_CHECKING:
    from fractions import Fraction

LIMITED = ("Container", "PersistentVolumeClaim", "Pod")
AMOUNTS = ("min", "defaultRequest", "default", "max")
"""What a row of a LimitRange says of one resource, from the least to the most."""
_COUNTED = "cpu|memory|ephemeral-storage|storage"
OF_QUOTAS = regex(
    rf"{_COUNTED}|(?:requests|limits)\.(?:{_COUNTED})|(?:requests\.)?hugepages-.+|pods|services|replicationcontrollers|"
    r"resourcequotas|secrets|configmaps|persistentvolumeclaims|services\.nodeports|services\.loadbalancers"
)
WHOLE = regex(
    r"pods|services(?:\.\w+)?|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims"
)
OF_PODS = frozenset({"pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
SCOPES = {
    "BestEffort": frozenset({"pods"}),
    **dict.fromkeys(("NotBestEffort", "NotTerminating", "Terminating"), OF_PODS),
    **dict.fromkeys(("CrossNamespacePodAffinity", "PriorityClass"), OF_PODS),
    "VolumeAttributesClass": None,
}
"""The scopes of a quota, and which resources each may count; None for any."""
OPPOSITES = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})
ONLY_EXISTS = ("BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "Terminating")


def limit_range(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The rows of a LimitRange are each about another type."""
    rows = enumerate(mapping(row) for row in listed(value.get("limits")))
    types = ((f"{path}.limits[{index}].type", text(row.get("type"))) for index, row in rows)
    notes.unique((pair for pair in types if pair[1]), RESOURCES)


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
    if kind == "PersistentVolumeClaim":
        _judge_storage(value, path, notes)
    for resource in dict.fromkeys(key for name in AMOUNTS for key in mapping(value.get(name))):
        if kind in ("Container", "Pod"):
            judge_name(resource, of_key(path, resource), notes)
        _judge_order(value, resource, path, notes)


def _judge_storage(value: dict[Any, Any], path: str, notes: Notes) -> None:
    bounds = [value.get(name) for name in ("min", "max")]
    if not any(is_open(bound) or has_open_keys(mapping(bound)) or "storage" in mapping(bound) for bound in bounds):
        notes.wrong(path, RESOURCES, "required: either minimum or maximum storage value, min or max, is missing")


def _judge_order(value: dict[Any, Any], resource: Any, path: str, notes: Notes) -> None:
    found = {name: mapping(value.get(name)).get(resource) for name in AMOUNTS}
    known = {name: size for name, item in found.items() if (size := amount(item)) is not None}
    for low, high in combinations(known, 2):
        if known[low] > known[high]:
            says = f"{low} value {found[low]} must be less than or equal to {high} value {found[high]}"
            notes.wrong(of_key(f"{path}.{low}", resource), RESOURCES, says)
    ratio = mapping(value.get("maxLimitRequestRatio")).get(resource)
    _judge_ratio(ratio, known, of_key(f"{path}.maxLimitRequestRatio", resource), notes)


def _judge_ratio(found: Any, known: dict[str, Fraction], path: str, notes: Notes) -> None:
    ratio = amount(found)
    if ratio is None:
        return
    if ratio < 1:
        notes.wrong(path, RESOURCES, f"ratio {found} is less than 1")
    elif known.get("min") and "max" in known and ratio > known["max"] / known["min"]:
        notes.wrong(path, RESOURCES, f"ratio {found} is greater than max/min")


def quota(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """What a ResourceQuota counts, and of which pods."""
    hard = mapping(value.get("hard"))
    for name, found in hard.items():
        _judge_counted(name, found, of_key(f"{path}.hard", name), notes)
    scopes = [text(scope) for scope in listed(value.get("scopes"))]
    for index, scope in enumerate(scopes):
        if scope is not None:
            _judge_scope(scope, hard, f"{path}.scopes[{index}]", notes)
    for pair in OPPOSITES:
        if pair <= set(scopes):
            notes.wrong(f"{path}.scopes", RESOURCES, f"conflicting scopes: {' and '.join(sorted(pair))}")


def _judge_counted(name: Any, found: Any, path: str, notes: Notes) -> None:
    if not isinstance(name, str):
        return
    if "/" not in name and not OF_QUOTAS.fullmatch(name):
        notes.wrong(path, RESOURCES, f'"{name}" must be a standard resource for quota')
    size = amount(found)
    if size is not None and size < 0:
        notes.wrong(path, RESOURCES, f"{found} must be greater than or equal to 0")
    if size is not None and size.denominator != 1 and (WHOLE.fullmatch(name) or is_extended(name)):
        notes.wrong(path, RESOURCES, f"{found} must be an integer")


def _judge_scope(scope: str, hard: dict[Any, Any], path: str, notes: Notes) -> None:
    if scope not in SCOPES:
        notes.wrong(path, "enum", f'unsupported value "{scope}", supported values: {", ".join(sorted(SCOPES))}')
        return
    countable = SCOPES[scope]
    bad = [
        name for name in hard if isinstance(name, str) and OF_QUOTAS.fullmatch(name) and name not in (countable or hard)
    ]
    if bad:
        says = (
            f"unsupported scope applied to resource: {scope} counts {', '.join(sorted(countable or ()))}, not {bad[0]}"
        )
        notes.wrong(path, RESOURCES, says)


def scope_requirement(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A requirement on the scope of pods."""
    judge_values(value, path, notes, RESOURCES)
    scope, operator = value.get("scopeName"), value.get("operator")
    if scope in ONLY_EXISTS and isinstance(operator, str) and operator and operator != "Exists":
        notes.wrong(f"{path}.operator", RESOURCES, f"must be 'Exists' when scope is {scope}")


RULES = {
    "core.v1.LimitRangeSpec": (limit_range,),
    "core.v1.LimitRangeItem": (limit_range_item,),
    "core.v1.ResourceQuotaSpec": (quota,),
    "core.v1.ScopedResourceSelectorRequirement": (scope_requirement,),
}
