"""What a JSONPath finds on a subject, as observations with their sentences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.model.finding import Observation
from eks_guard.model.policy import NO_DEFAULT, Operator
from eks_guard.model.value import Known, Place, Unknown, Value, lift
from eks_guard.policy.operators import meets_as_written
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.model.finding import Subject
    from eks_guard.model.policy import Expectation
    from eks_guard.policy.paths import Found

OBJECT = "object"
LONGEST_VALUE = 80
"""Of a value that a path finds, no more characters than this are shown."""

GUARDED = "Secret"
"""The kind whose values no report shows."""
OPENLY = ("$.metadata", "$.type", "$.kind", "$.apiVersion", "$.immutable")
"""What is shown of it."""
EACH_CONTAINER = "$.containers[*]"
POD = ("$.pod", "$.containers")
"""Begin the paths into what every workload has under one name."""


def observe_path(expectation: Expectation, subject: Subject) -> list[Observation]:
    """What stands at a JSONPath of the resource; `exists` is asked once, everything else of each match.

    A path into all containers of a workload is asked of each of them, so that one which lacks the field is found.
    """
    containers = subject.body.get("containers") if subject.kind == OBJECT else None
    if not str(expectation.path).startswith(EACH_CONTAINER) or not isinstance(containers, list):
        return _observe(expectation, subject)
    tail = str(expectation.path).removeprefix(EACH_CONTAINER)
    lines = [replace(expectation, path=f"$.containers[{index}]{tail}") for index in range(len(containers))]
    return [found for line in lines for found in _observe(line, subject) or [observe_absence(line, subject)]]


def _observe(expectation: Expectation, subject: Subject) -> list[Observation]:
    from eks_guard.policy.paths import find  # noqa: PLC0415 (most policies have no path)

    assert expectation.path, "an expectation has a fact or a path"
    found = find(expectation.path, subject.body)
    if expectation.operator is Operator.EXISTS:
        return [_existence(expectation, subject, found)]
    if not found and expectation.default is not NO_DEFAULT:
        says = f"{expectation.path} is not set, which means {expectation.default!r}"
        return [Observation(Known(expectation.default), says, subject.place)]
    return [
        Observation(_value(item), _says(expectation, item.value, subject), _place(subject, item.pointer))
        for item in found
    ]


def met_at_path(line: Expectation, value: Value[Any]) -> Value[bool]:
    """Whether what a path found meets its line, compared as CloudFormation coerces it.

    A list or an object with an unknown inside is decided by what is known, where that is enough.
    """
    met = lift(lambda found: meets_as_written(line.operator, line.operand, found), value)
    inside = _unknown_inside(value.value) if isinstance(value, Known) else None
    if inside is None or line.operator is Operator.EXISTS:
        return met
    enough = {Operator.CONTAINS: Known(value=True), Operator.EXCLUDES: Known(value=False)}
    return met if met == enough.get(line.operator) else Unknown(inside.reason, inside.place)


def holds_unset(line: Expectation) -> bool:
    """Whether a line holds where its path finds nothing, by its default or because it asks for just that."""
    if line.operator is Operator.EXISTS:
        return not line.operand
    return line.default is not NO_DEFAULT and meets_as_written(line.operator, line.operand, line.default)


def _unknown_inside(raw: Any) -> Unknown[Any] | None:
    """The first unknown in a list or an object, however deep."""
    items = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ()
    found = (item if isinstance(item, Unknown) else _unknown_inside(item) for item in items)
    return next((item for item in found if item is not None), None)


def runs_no_pod(path: str | None, subject: Subject) -> bool:
    """Whether a path into the pod of an object is asked of one that runs none, such as a Service."""
    return subject.kind == "object" and str(path).startswith(POD) and "pod" not in subject.body


def observe_absence(expectation: Expectation, subject: Subject) -> Observation:
    """What is said of a property that is not there."""
    says = f"{expectation.path} is not set, which is expected to {expected(expectation)}"
    return Observation(Known(None), says, subject.place)


def expected(expectation: Expectation) -> str:
    """Operator and operand as a sentence ends with them."""
    operand = expectation.operand
    shown = getattr(operand, "pattern", list(operand) if isinstance(operand, tuple) else operand)
    words = {
        Operator.EQUALS: "be",
        Operator.ONE_OF: "be one of",
        Operator.CONTAINS: "contain",
        Operator.EXCLUDES: "contain none of",
        Operator.AT_LEAST: "be at least",
        Operator.AT_MOST: "be at most",
        Operator.BETWEEN: "be within",
        Operator.MATCHES: "match",
        Operator.EXISTS: "exist:",
    }
    return f"{words[expectation.operator]} {json.dumps(shown, default=str, ensure_ascii=False)}"


def _existence(expectation: Expectation, subject: Subject, found: list[Any]) -> Observation:
    """A reference that only a deployment resolves exists all the same, unless a condition may remove it."""
    if not found:
        return Observation(Known(None), f"{expectation.path} is not set", subject.place)
    first = found[0]
    place = _place(subject, first.pointer)
    if isinstance(first.value, Unknown) and (first.hidden or first.value.candidates):
        return Observation(first.value, f"whether {expectation.path} is set is unknown: {first.value.reason}", place)
    return Observation(Known(value=True), f"{expectation.path} is set", place)


def _value(found: Found) -> Value[Any]:
    """A value; of what hides it, no candidates are compared, for they are others."""
    if not isinstance(found.value, Unknown):
        return Known(found.value)
    return Unknown(found.value.reason, found.value.place) if found.hidden else found.value


def _says(expectation: Expectation, raw: Any, subject: Subject) -> str:
    if isinstance(raw, Unknown):
        return f"{expectation.path} is unknown: {raw.reason}"
    shown = "not shown, for it is of a Secret" if _is_secret(expectation, raw, subject) else _excerpt(raw)
    return f"{expectation.path} is {shown}, which is expected to {expected(expectation)}"


def _is_secret(expectation: Expectation, raw: Any, subject: Subject) -> bool:
    """Whether a value is what a Secret holds, or a whole manifest with one: reports are read by many."""
    if subject.kind == OBJECT:
        return subject.body.get("kind") == GUARDED and not str(expectation.path).startswith(OPENLY)
    return isinstance(raw, str) and f'"{GUARDED}"' in raw


def _excerpt(raw: Any) -> str:
    """A value as the template has it; a long one, such as a whole manifest with its secrets, only in part."""
    text = json.dumps(raw, default=str, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _place(subject: Subject, pointer: str) -> Place:
    if subject.kind == OBJECT:  # it is text in the template, into which no pointer leads
        return subject.place
    return Place(subject.place.template, f"{subject.place.pointer}{pointer}")
