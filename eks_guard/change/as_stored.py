"""Values of Kubernetes objects as the API server keeps them: without defaults, each quantity in one spelling."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.quantities import amount
from eks_guard.model.value import OPEN_PART

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = ("", "Secret")
EMPTIED = f"{OPEN_PART}emptied}}"
"""The value of a key that `kubectl apply` may have emptied."""
RESOURCES = frozenset({"limits", "requests"})
"""Maps of quantities, of which `1Gi` and `1024Mi` are the same."""


def both_stored(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two bodies of a Secret as the API server keeps the one, and the other once it is applied.

    What `stringData` says becomes `data`. A key that it no longer has is emptied by `kubectl apply`; where `data` has
    it from then on, that is open: https://github.com/kubernetes/kubernetes/issues/89938
    """
    before, after = _data_of(old), _data_of(new)
    gone = _mapping(old.get("stringData")).keys() - _mapping(new.get("stringData")).keys()
    moved = dict.fromkeys(gone & after.keys(), EMPTIED)
    return {**old, "data": before, "stringData": None}, {**new, "data": {**after, **moved}, "stringData": None}


def _data_of(body: Mapping[str, Any]) -> dict[str, Any]:
    encoded = {key: _spelled_once(value) for key, value in _mapping(body.get("data")).items()}
    return encoded | {key: _encoded(value) for key, value in _mapping(body.get("stringData")).items()}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _encoded(value: Any) -> Any:
    """A text in base64; one with open parts as it is, which nothing that is encoded surely differs from."""
    return value if not isinstance(value, str) or OPEN_PART in value else b64encode(value.encode()).decode()


def _spelled_once(value: Any) -> Any:
    """Text in base64 without the line breaks that it may have; what is none, or open, as it is."""
    try:
        return value if OPEN_PART in value else b64encode(b64decode(value)).decode()
    except (TypeError, ValueError):
        return value


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
