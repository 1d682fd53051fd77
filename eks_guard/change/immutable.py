"""Fields of Kubernetes objects that change although the API server refuses that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.change.lines import rename_object
from eks_guard.change.wording import old_place
from eks_guard.model.change import Effect, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.value import OPEN_PART, OPEN_PARTS, Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.change.objects import KubernetesObject
    from eks_guard.change.rules import Immutable, Path, Rules


def immutable_fields(rules: Rules, old: KubernetesObject, new: KubernetesObject) -> Iterator[Effect]:
    """What `kubectl apply` would be refused for one object of both assemblies."""
    group, kind, _, _ = old.identity
    for row in rules.immutable:
        if row.group != group or kind not in row.kinds or (row.only_if and old.body.get(row.only_if) is not True):
            continue
        for path in row.paths:
            left, right = (_value(rules, row, body, path) for body in (old.body, new.body))
            if left != right:
                yield _field(old, new, ".".join(path), left, right)


def _value(rules: Rules, row: Immutable, body: Mapping[str, Any], path: Path) -> Any:
    """A field as the API server has it: what is not set, and what is set to its default, are the same."""
    found: Any = body
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    plain = _without_defaults(found, rules.pod_defaults)
    return row.defaults.get(path) if plain is None else plain


def _without_defaults(value: Any, defaults: Mapping[str, Any]) -> Any:
    match value:
        case dict():
            inner = {key: _without_defaults(found, defaults) for key, found in value.items()}
            set_ = {key: found for key, found in inner.items() if found is not None}
            return {key: found for key, found in set_.items() if key not in defaults or defaults[key] != found} or None
        case list():
            return [_without_defaults(found, defaults) for found in value] or None
    return value


def _surely_differ(left: Any, right: Any) -> bool:
    """Whether two values that are not alike differ, whatever a deployment puts into their open parts."""
    match left, right:
        case dict(a), dict(b):
            return any(_surely_differ(a.get(key), b.get(key)) for key in a.keys() | b.keys())
        case list(a), list(b) if len(a) == len(b):
            return any(_surely_differ(one, other) for one, other in zip(a, b, strict=True))
        case str(a), str(b):
            return a != b and OPEN_PARTS.findall(a) == OPEN_PARTS.findall(b)
    return left != right and OPEN_PART not in f"{left} {right}"


def _field(old: KubernetesObject, new: KubernetesObject, path: str, left: Any, right: Any) -> Effect:
    steps = (
        Step(0, "before", f"{path} of {old.words} in PREVIOUS", old_place(old.manifest)),
        Step(1, "after", f"a different {path} of {new.words}", new.manifest.place),
    )
    place = new.manifest.place
    if not _surely_differ(left, right):
        reason = f"whether the immutable {path} of {new.words} changes is decided when the stack is deployed"
        return Effect(Question.IMMUTABLE, Unknown(reason), reason, place, steps)
    says = f"{path} of {new.words} changes, and the API server refuses it: field is immutable"
    fix = rename_object(new.identity[3], new.words) if OPEN_PART not in new.identity[3] else None
    return Effect(Question.IMMUTABLE, Known(says), says, place, steps, fix=fix)
