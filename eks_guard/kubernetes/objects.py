"""Judges one object as kubectl and the API server of a minor will."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import UNKNOWN_FIELD, Mistake, Notes
from eks_guard.kubernetes.parts import closed, has_open_keys, is_open, listed, mapping, text
from eks_guard.kubernetes.rules import RULES
from eks_guard.kubernetes.rules.metadata import MOST_ANNOTATIONS, judge_metadata
from eks_guard.kubernetes.table import is_own_group
from eks_guard.kubernetes.walker import TYPE, Walker
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eks_guard.kubernetes.custom_kinds import CustomKind
    from eks_guard.kubernetes.table import Schemas
    from eks_guard.kubernetes.walker import Rule

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
AT_ONCE = frozenset({UNKNOWN_FIELD, TYPE, "quantity", "restart-policy"})
"""The rules by which a StatefulSet is refused for what is wrong with its pods."""
TOO_DEEP = "it is nested too deeply to be judged"
WORTH_MEASURING = 200_000
"""A manifest whose text is shorter holds no object that is too long."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with an object; `judged` is false where nothing says what its kind looks like.

    `leaves_rules`: whether its schema has rules in CEL, which only the server evaluates.
    """

    mistakes: tuple[Mistake, ...]
    judged: bool = True
    leaves_rules: bool = False


@dataclass(frozen=True, slots=True)
class _Judged:
    """An object with its verdict at a minor; `definition` of its kind and `notes` tell at which others it holds."""

    body: dict[Any, Any]
    verdict: Verdict
    definition: str | None
    notes: Notes


class Judge:
    """Judges objects; `custom` are the kinds that the definitions of the same app bring.

    To most objects all minors are the same: what was found at one is not sought again at another.
    """

    def __init__(self, schemas: Schemas, custom: Mapping[tuple[str, str], CustomKind]) -> None:
        self._schemas = schemas
        self._custom = custom
        self._rules = cache(self._read_rules)
        self._judged: dict[tuple[int, bool, bool], _Judged] = {}

    @property
    def newest(self) -> int:
        """The newest minor whose definitions are known."""
        return self._schemas.minors[-1]

    def judge(
        self,
        body: dict[Any, Any],
        minor: int,
        *,
        skips_validation: bool = False,
        in_list: bool = False,
        size: int = 0,
    ) -> Verdict:
        """Judge an object at a minor such as 34. `size` is the length of the manifest's text, always the same one."""
        api_version, kind = text(body.get("apiVersion")), text(body.get("kind"))
        if not api_version or not kind:
            return Verdict((), judged=False)
        asked = (id(body), skips_validation, in_list)
        definition = self._schemas.definition_of(api_version, kind, minor)
        before = self._judged.get(asked)
        if before is not None and self._holds(before, definition, minor):
            return before.verdict
        notes = Notes(minor, is_pod=kind == "Pod", claims=_claims(body) if kind == "StatefulSet" else ())
        try:
            judged = self._judge_by_kind(body, (api_version, kind), definition, notes, in_list=in_list)
        except RecursionError:  # such as a schema in a schema, two hundred times
            return Verdict((Mistake("", "depth", TOO_DEEP, certain=False),))
        verdict = Verdict((), judged=False)  # of a kind that is not served, another policy tells
        if judged or not is_own_group(api_version):
            found = _with_metadata(body, api_version, kind, notes, size)
            kept = dict.fromkeys(m for m in found if not (skips_validation and m.rule == UNKNOWN_FIELD))
            verdict = Verdict(tuple(kept), judged, notes.leaves_rules)
        self._judged[asked] = _Judged(body, verdict, definition, notes)  # which keeps the id of the object for it
        return verdict

    def is_sound(
        self, body: dict[Any, Any], minors: Iterable[int], *, skips_validation: bool = False, in_list: bool = False
    ) -> bool:
        """Whether an object that was judged is surely accepted at other minors, too, without judging it again."""
        before = self._judged.get((id(body), skips_validation, in_list))
        if before is None or before.verdict.mistakes or before.verdict.leaves_rules or not before.verdict.judged:
            return False
        named = body["apiVersion"], body["kind"]  # which an object has that was judged
        return all(self._holds(before, self._schemas.definition_of(*named, minor), minor) for minor in minors)

    def _holds(self, before: _Judged, definition: str | None, minor: int) -> bool:
        """Whether what was found at a minor would be at another one, where the kind has a definition."""
        notes = before.notes
        if before.definition != definition or (notes.by_minor and notes.at != minor):
            return False
        return notes.at == minor or all(self._schemas.is_alike(name, notes.at, minor) for name in notes.defined_by)

    def _judge_by_kind(
        self, body: dict[Any, Any], named: tuple[str, str], definition: str | None, notes: Notes, *, in_list: bool
    ) -> bool:
        """Judge by what is known of a kind, and tell whether anything is."""
        walker = Walker(self._schemas, self._rules, notes, in_list=in_list)
        if definition is not None:
            walker.walk(self._with_spec(body, definition, notes.at), f"#{definition}", "")
            return True
        if is_own_group(named[0]):
            return False
        walker.walk(body.get("metadata"), "#apis.meta.v1.ObjectMeta", "metadata")
        known = self._custom.get(named)
        if known is None or known.schema is None or not known.served:
            return False
        from eks_guard.kubernetes.custom import judge_custom  # noqa: PLC0415 (few apps define their kinds)

        judge_custom(body, known.schema, notes)
        return True

    def _with_spec(self, body: dict[Any, Any], name: str, minor: int) -> dict[Any, Any]:
        """An object that lacks its spec with an empty one, as which Go decodes it."""
        if body.get("spec") is not None or not self._schemas.definition(name, minor).has_spec or has_open_keys(body):
            return body
        return {**body, "spec": {}}

    def _read_rules(self, name: str) -> tuple[Rule, ...]:
        """All rules of a definition: what the table says of its fields, and what is more than that."""
        fields = self._schemas.fields(name)
        return (*((fields.judge,) if fields else ()), *RULES.get(name, ()))


def _with_metadata(body: dict[Any, Any], api_version: str, kind: str, notes: Notes, size: int) -> list[Mistake]:
    """What was noted of an object, and what is to be noted of its metadata and of how long it is."""
    judge_metadata(body, kind, notes, own=is_own_group(api_version))
    if size >= WORTH_MEASURING:
        _judge_size(body, notes)
    return [_of_its_pods(mistake) for mistake in notes.mistakes] if kind == "StatefulSet" else notes.mistakes


def _claims(body: dict[Any, Any]) -> tuple[str, ...] | None:
    """The names of the volumes that a StatefulSet claims; None where some are open."""
    templates = mapping(body.get("spec")).get("volumeClaimTemplates")
    names = [mapping(mapping(row).get("metadata")).get("name") for row in listed(templates)]
    return None if is_open(templates) or any(map(is_open, names)) else tuple(str(name) for name in names if text(name))


def _of_its_pods(mistake: Mistake) -> Mistake:
    """Of a StatefulSet the server validates the pods only when these are created.

    https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go
    (ValidatePodTemplateSpecForStatefulSet)
    """
    if not mistake.path.startswith("spec.template.spec.") or mistake.rule in AT_ONCE:
        return mistake
    return replace(mistake, says=f"{mistake.says}(the server accepts the StatefulSet, but none of its pods)")


def _judge_size(body: dict[Any, Any], notes: Notes) -> None:
    """Kubectl keeps a copy of the object in an annotation, and all annotations together have a limit."""
    copy = len(
        json.dumps(closed(body), separators=(",", ":"), ensure_ascii=False, default=str).encode(errors="surrogatepass")
    )
    annotations = mapping(mapping(body.get("metadata")).get("annotations"))
    size = copy + len(LAST_APPLIED) + sum(len(str(key)) + len(str(value)) for key, value in annotations.items())
    if size > MOST_ANNOTATIONS:
        says = (
            f"Too long: must have at most {MOST_ANNOTATIONS} bytes, but has {size} with the copy of the object that "
            f"kubectl keeps in {LAST_APPLIED}"
        )
        notes.wrong("metadata.annotations", "size", says)
