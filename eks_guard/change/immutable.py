"""Fields of Kubernetes objects that change although the API server refuses that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.change.as_stored import EMPTIED, SECRET, as_stored, both_stored
from eks_guard.change.lines import rename_object
from eks_guard.change.wording import old_place
from eks_guard.kubernetes.quantities import amount
from eks_guard.model.change import Effect, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.value import OPEN_PART, OPEN_PARTS, Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.change.objects import KubernetesObject
    from eks_guard.change.rules import Immutable, Path, Rules
    from eks_guard.model.value import Value
    from eks_guard.model.version import Version


def immutable_fields(
    rules: Rules, old: KubernetesObject, new: KubernetesObject, server: Value[Version]
) -> Iterator[Effect]:
    """What `kubectl apply` would be refused for one object of both assemblies by a server of some version."""
    bodies = both_stored(old.body, new.body) if old.identity[:2] == SECRET else (old.body, new.body)
    for row in rules.immutable:
        refuses = _refuses(row, server)
        if not _is_about(row, old, new) or refuses == Known(value=False):
            continue
        for path in row.paths:
            left, right = (_value(rules, row, body, path) for body in bodies)
            if left != right and _counts(row, left, right):
                yield _field(row, (old, new), ".".join(path), left, right, refuses)


def _refuses(row: Immutable, server: Value[Version]) -> Value[bool]:
    """Whether a server refuses what a row is about; a later one may let it change."""
    if row.free_from is None or row.fixed_before is None:
        return Known(value=True)
    if isinstance(server, Unknown):
        return Unknown(server.reason)
    if server.value < row.fixed_before:
        return Known(value=True)
    reason = f"Kubernetes lets it change from {row.fixed_before} or from {row.free_from} on"
    return Unknown(reason) if server.value < row.free_from else Known(value=False)


def _is_about(row: Immutable, old: KubernetesObject, new: KubernetesObject) -> bool:
    group, kind, _, _ = old.identity
    if row.group != group or kind not in row.kinds or (row.only_if and old.body.get(row.only_if) is not True):
        return False
    bodies = (old.body, new.body)
    is_free = any(_at(body, path) == free for body in bodies for path, free in row.unless.items())
    return not is_free and all(_at(body, path) == asked for body in bodies for path, asked in row.both.items())


def _counts(row: Immutable, left: Any, right: Any) -> bool:
    """Whether a change is the one that a row is about; the server allocates some fields that nobody writes."""
    match row.only:
        case "shrinks":
            before, after = amount(left), amount(right)
            return before is not None and after is not None and after < before
        case "rewritten":
            return left is not None and right is not None
        case "becomes None":
            return left is None and right == "None"
    return True


def _at(body: Mapping[str, Any], path: Path) -> Any:
    found: Any = body
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _value(rules: Rules, row: Immutable, body: Mapping[str, Any], path: Path) -> Any:
    """A field as the API server has it: what is not set, and what is set to its default, are the same."""
    found = _at(body, path)
    for inner in row.apart:
        found = _without(found, inner)
    plain = as_stored(found, rules.pod_defaults)
    return row.defaults.get(path) if plain is None else plain


def _without(value: Any, path: Path) -> Any:
    """A value but for one of its fields, in each item of the lists on the way."""
    match value:
        case list():
            return [_without(item, path) for item in value]
        case dict():
            key, *rest = path
            kept = {name: inner for name, inner in value.items() if name != key}
            return {**kept, key: _without(value[key], tuple(rest))} if rest and key in value else kept
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


def _field(  # noqa: PLR0913 (both sides of a change)
    row: Immutable,
    objects: tuple[KubernetesObject, KubernetesObject],
    path: str,
    left: Any,
    right: Any,
    refuses: Value[bool],
) -> Effect:
    old, new = objects
    steps = (
        Step(0, "before", f"{path} of {old.words} in PREVIOUS", old_place(old.manifest)),
        Step(1, "after", f"a different {path} of {new.words}", new.manifest.place),
    )
    place = new.manifest.place
    reason = _doubt(row, objects, path, left, right)
    if isinstance(refuses, Unknown):
        reason = reason or f"whether the API server refuses the changed {path} of {new.words}: {refuses.reason}"
    if reason:
        return Effect(Question.IMMUTABLE, Unknown(reason), reason, place, steps)
    verb = "shrinks" if row.only == "shrinks" else "changes"
    says = f"{path} of {new.words} {verb}, and the API server refuses it: {row.refusal}"
    remedy = KEEP_SIZE if row.only == "shrinks" else KEEP_FIELD if row.has_fixed_name else None
    can_rename = remedy is None and OPEN_PART not in new.identity[3]
    fix = rename_object(new.identity[3], new.words) if can_rename else None
    return Effect(Question.IMMUTABLE, Known(says), says, place, steps, remedy, fix=fix)


def _doubt(
    row: Immutable, objects: tuple[KubernetesObject, KubernetesObject], path: str, left: Any, right: Any
) -> str | None:
    """Why it is unknown whether the server refuses a change; None where it surely does."""
    old, new = objects
    if EMPTIED in str(right):
        what = "kubectl apply may empty a key that moves from stringData to data"
        return f"whether {path} of {new.words} changes is unknown: {what}"
    if not _surely_differ(left, right):
        return f"whether the immutable {path} of {new.words} changes is decided when the stack is deployed"
    if left is None and row.set_by and right in (row.set_to or (right,)):
        return f"whether {path} of {new.words} changes is unknown: {row.set_by} may have set it to the same value"
    after = _at(old.body, row.gone_after) if row.gone_after else None
    if after is not None:
        return (
            f"whether the API server refuses the changed {path} of {new.words} is unknown: the object is deleted "
            f"{after} s after it ends, and a new one may have any"
        )
    return None


KEEP_SIZE = (
    "Keep the deployed size: a volume can only grow. For a smaller one, declare a second claim and copy the data."
)
KEEP_FIELD = "Undo the change. Otherwise remove the object in an earlier deploy, with everything that rests on it."
