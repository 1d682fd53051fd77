"""What of a manifest CDK's handler and kubectl can read at all: a list of objects, each with its version and kind.

The handler parses the text and writes each element of the list for kubectl to read:
https://github.com/aws/aws-cdk/blob/main/packages/%40aws-cdk/custom-resource-handlers/lib/aws-eks/kubectl-handler/apply/__init__.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import Mistake, Notes
from eks_guard.kubernetes.parts import OpenText, has_open_keys, is_given, listed, mapping, text
from eks_guard.kubernetes.walker import in_words
from eks_guard.model.value import Unknown
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = "unreadable"
MISSPELT = {"apiVersion": ("api_version", "apiversion", "ApiVersion", "version"), "kind": ("Kind", "type")}


@dataclass(frozen=True, slots=True)
class Written:
    """An object of a manifest; `place` is where in the list it is, such as `[0]` or `[0].items[2]` in a List."""

    place: str
    body: dict[Any, Any]
    in_list: bool = False

    def __str__(self) -> str:
        name = mapping(self.body.get("metadata")).get("name")
        kind = text(self.body.get("kind")) or "object"
        return f"{kind} {name}" if isinstance(name, str | OpenText) and is_given(name) else f"{kind} {self.place}"


def objects_in(parsed: Any) -> Iterator[Written]:
    """The objects of a manifest, also those inside of lists such as `kind: List`."""
    for index, item in enumerate(listed(parsed)):
        if isinstance(item, dict):
            yield from _flat(item, f"[{index}]") if "items" in item else (Written(f"[{index}]", item),)


def _flat(body: dict[Any, Any], place: str, *, in_list: bool = False) -> Iterator[Written]:
    items = body.get("items")
    if str(body.get("kind")).endswith("List") and isinstance(items, list):
        for index, item in enumerate(items):
            if isinstance(item, dict):
                yield from _flat(item, f"{place}.items[{index}]", in_list=True)
    else:
        yield Written(place, body, in_list)


def unreadable(parsed: Any) -> tuple[Mistake, ...]:
    """Why the handler or kubectl cannot read a manifest, whose text is JSON."""
    if parsed and isinstance(parsed, list) and all(map(_is_single, parsed)):  # as most are
        return ()
    notes = Notes(0)
    if isinstance(parsed, Unknown):
        return ()
    if not isinstance(parsed, list):
        notes.wrong("", RULE, f"the manifest is {in_words(parsed)}, but must be a list of objects")
    elif all(map(_is_empty, parsed)):
        what = "holds only empty lists" if parsed else "is an empty list"
        notes.wrong("", RULE, f"the manifest {what}: kubectl will fail with “no objects passed to create”")
    for index, item in enumerate(listed(parsed)):
        _judge_item(item, f"[{index}]", notes)
        for number, inner in enumerate(_items_of(item)):
            _judge_item(inner, f"[{index}].items[{number}]", notes)
    return tuple(notes.mistakes)


def _is_single(item: Any) -> bool:
    """Whether an element is an object with its version and kind, and no list of more."""
    version, kind = mapping(item).get("apiVersion"), mapping(item).get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        return False
    return bool(version and kind) and not kind.endswith("List")


def _is_empty(item: Any) -> bool:
    return str(mapping(item).get("kind")).endswith("List") and mapping(item).get("items") == []


def _items_of(item: Any) -> list[Any]:
    return listed(mapping(item).get("items")) if str(mapping(item).get("kind")).endswith("List") else []


def _judge_item(item: Any, place: str, notes: Notes) -> None:
    if isinstance(item, Unknown):
        return
    if not isinstance(item, dict):
        spread = "; spread the list into the arguments of addManifest" if isinstance(item, list) else ""
        parsed = "; parse the text first" if isinstance(item, str | OpenText) else ""
        says = f"invalid object: is {in_words(item)}, but must be an object{spread}{parsed}"
        notes.wrong(place, RULE, says)
        return
    for key in ("apiVersion", "kind"):
        found = item.get(key)
        if is_given(found):
            _judge_text(found, key, place, notes)
        elif not has_open_keys(item):
            misspelt = next((name for name in MISSPELT[key] if name in item), None)
            hint = f"; it has {misspelt}, which kubectl does not know" if misspelt else ""
            notes.wrong(place, RULE, f"{key} not set{hint}: kubectl will fail with “error validating data”")


def _judge_text(found: Any, key: str, place: str, notes: Notes) -> None:
    if isinstance(found, Unknown):
        notes.doubtful(place, RULE, f"{key} is not in quotes, and whether it is text is known only after deployment")
    elif not isinstance(found, str | OpenText):
        notes.wrong(place, RULE, f"{key} isn't string type: it is {in_words(found)}, but must be in quotes")
