"""Patches of objects, as `kubectl patch` reads them.

https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import Mistake, Notes
from eks_guard.kubernetes.parts import OpenText, has_open_keys, is_open
from eks_guard.kubernetes.table import is_own_group
from eks_guard.kubernetes.walker import in_words
from eks_guard.matching import regex
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Collection

PATCH = "patch"
JSON, STRATEGIC = "json", "strategic"
OPERATIONS = ("add", "copy", "move", "remove", "replace", "test")
WITH_SOURCE = ("copy", "move")
_VERSION = regex(r"v\d+(?:(?:alpha|beta)\d+)?")


def mistakes_in(kind: str, parsed: Any, path: str) -> tuple[Mistake, ...]:
    """What is wrong with the JSON of a patch of a kind (`json`, `merge` or `strategic`); `path` names it."""
    notes = Notes(0)
    if isinstance(parsed, Unknown):
        return ()
    if kind != JSON:
        if not isinstance(parsed, dict):
            says = f"is {in_words(parsed)}, but a {kind} patch must be an object; operations take PatchType.JSON"
            notes.wrong(path, PATCH, says)
    elif not isinstance(parsed, list):
        says = (
            f"is {in_words(parsed)}, but a JSON patch must be a list of operations: kubectl will fail with “cannot "
            "unmarshal object into Go value of type jsonpatch.Patch”"
        )
        notes.wrong(path, PATCH, says)
    else:
        for index, operation in enumerate(parsed):
            _judge_operation(operation, f"{path}[{index}]", notes)
    return tuple(notes.mistakes)


def _judge_operation(operation: Any, path: str, notes: Notes) -> None:
    if isinstance(operation, Unknown):
        return
    if not isinstance(operation, dict):
        notes.wrong(path, PATCH, f"is {in_words(operation)}, but must be an operation such as {{op, path, value}}")
        return
    if has_open_keys(operation):
        return
    op, pointer = operation.get("op"), operation.get("path")
    if not is_open(op) and op not in OPERATIONS:
        notes.wrong(path, PATCH, f"op is {in_words(op)}, but must be one of {', '.join(OPERATIONS)}")
    first = pointer.pieces[0] if isinstance(pointer, OpenText) and pointer.pieces else pointer
    if not is_open(pointer) and not isinstance(pointer, str):
        notes.wrong(path, PATCH, "path is missing, but must be a JSON pointer such as /spec/replicas")
    elif isinstance(first, str) and first and not first.startswith("/"):
        notes.wrong(path, PATCH, f'path "{first}" must be a JSON pointer, which begins with /')
    if op in WITH_SOURCE and operation.get("from") is None:
        notes.wrong(path, PATCH, f"{op} takes its value from another path, but has no from")


def is_custom(target: str, custom: Collection[str]) -> bool:
    """Whether a target such as `bakeries.bread.example.org/warm` is no object of Kubernetes' own.

    `custom` are the names, in lower case, by which kubectl knows the kinds that the app defines itself.
    """
    resource = target.partition("/")[0].lower()
    plain, *group = resource.split(".")
    if not group:
        return plain in custom
    if _VERSION.fullmatch(group[0]):
        group = group[1:]
    return bool(group) and not is_own_group(f"{'.'.join(group)}/v1")
