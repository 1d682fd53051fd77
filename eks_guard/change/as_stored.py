"""Values of Kubernetes objects as the API server keeps them: without defaults, each quantity in one spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.quantities import amount

if TYPE_CHECKING:
    from collections.abc import Mapping

RESOURCES = frozenset({"limits", "requests"})
"""Maps of quantities, of which `1Gi` and `1024Mi` are the same."""


def as_stored(value: Any, defaults: Mapping[str, Any]) -> Any:
    """A value in which what is not set, what is empty, and what is set to its default are None."""
    match value:
        case dict():
            inner = {key: _field(key, found, defaults) for key, found in value.items()}
            set_ = {key: found for key, found in inner.items() if found is not None}
            return {key: found for key, found in set_.items() if not _is_default(key, set_, defaults)} or None
        case list():
            return [as_stored(found, defaults) for found in value] or None
    return value


def _field(key: str, value: Any, defaults: Mapping[str, Any]) -> Any:
    if key not in RESOURCES or not isinstance(value, dict):
        return as_stored(value, defaults)
    return {name: _quantity(found) for name, found in value.items()} or None


def _quantity(value: Any) -> Any:
    found = amount(value)
    return value if found is None else str(found)


def _is_default(key: str, fields: Mapping[str, Any], defaults: Mapping[str, Any]) -> bool:
    value = fields[key]
    match key:
        case "imagePullPolicy":
            return bool(value == _pull_policy(str(fields.get("image"))))
        case "requests":
            limits = fields.get("limits")
            return isinstance(limits, dict) and value.items() <= limits.items()
    return key in defaults and bool(defaults[key] == value)


def _pull_policy(image: str) -> str:
    """How an image is pulled where nothing is said: https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting."""
    _, _, tag = image.rpartition("/")[2].partition(":")
    return "Always" if tag in ("", "latest") and "@" not in image else "IfNotPresent"
