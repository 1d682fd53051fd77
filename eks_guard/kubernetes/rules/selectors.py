"""Label selectors: well formed, and whether they match the labels of a pod template."""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.formats import label_value, qualified_name
from eks_guard.kubernetes.notes import Notes, below
from eks_guard.kubernetes.parts import OpenText, has_open_keys, is_open, listed, mapping

SELECTOR = "selector"
LABEL = "label"
WITH_VALUES = ("In", "NotIn")
WITHOUT_VALUES = ("Exists", "DoesNotExist")


def judge_labels(value: Any, path: str, notes: Notes) -> None:
    """Note keys and values that are no labels."""
    for key, found in mapping(value).items():
        notes.note_entry(path, key, LABEL, qualified_name(key))
        notes.note_entry(path, key, LABEL, label_value(found))


def label_selector(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A LabelSelector: https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/validation."""
    judge_labels(value.get("matchLabels"), below(path, "matchLabels"), notes)
    for index, row in enumerate(listed(value.get("matchExpressions"))):
        place = f"{below(path, 'matchExpressions')}[{index}]"
        judge_values(mapping(row), place, notes, SELECTOR)
        for number, item in enumerate(listed(mapping(row).get("values"))):
            notes.note(f"{place}.values[{number}]", LABEL, label_value(item))


def judge_values(row: dict[Any, Any], path: str, notes: Notes, rule: str) -> None:
    """Note where the values of a requirement do not fit its operator."""
    operator, values = row.get("operator"), row.get("values")
    if operator in WITH_VALUES and values in (None, []) and not has_open_keys(row):
        notes.wrong(f"{path}.values", rule, "required: must be specified when `operator` is 'In' or 'NotIn'")
    if operator in WITHOUT_VALUES and isinstance(values, list) and values:
        notes.wrong(f"{path}.values", rule, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    if operator in ("Gt", "Lt") and (values is None or (isinstance(values, list) and len(values) != 1)):
        notes.wrong(f"{path}.values", rule, "must be specified single value when `operator` is 'Lt' or 'Gt'")


def node_requirement(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A NodeSelectorRequirement."""
    judge_values(value, path, notes, "pod")


def matches(selector: dict[Any, Any], labels: Any) -> bool | None:
    """Whether a LabelSelector matches labels; None where only the deployment knows."""
    if is_open(labels) or has_open_keys(mapping(labels)) or any(map(is_open, selector.values())):
        return None
    known = mapping(labels)
    wanted = mapping(selector.get("matchLabels"))
    answers = [_equal(known.get(key), value) if key in known else False for key, value in wanted.items()]
    answers += [_meets(mapping(row), known) for row in listed(selector.get("matchExpressions"))]
    if has_open_keys(wanted):
        answers.append(None)
    return False if False in answers else None if None in answers else True


def _equal(found: Any, wanted: Any) -> bool | None:
    if isinstance(found, str) and isinstance(wanted, str):
        return bool(found == wanted)
    if bool(found == wanted):  # the same open text is the same text
        return True
    if isinstance(found, OpenText) and isinstance(wanted, str):
        return None if found.may_be(wanted) else False
    if isinstance(wanted, OpenText) and isinstance(found, str):
        return None if wanted.may_be(found) else False
    return None if is_open(found) or is_open(wanted) else False


def _meets(row: dict[Any, Any], labels: dict[Any, Any]) -> bool | None:
    key, operator, values = row.get("key"), row.get("operator"), listed(row.get("values"))
    if not isinstance(key, str) or is_open(operator) or is_open(row.get("values")):
        return None
    if operator in WITHOUT_VALUES:
        return (key in labels) is (operator == "Exists")
    if operator not in WITH_VALUES:
        return None
    if key not in labels:
        return bool(operator == "NotIn")
    answers = [_equal(labels[key], value) for value in values]
    found = True if True in answers else None if None in answers else False
    return found if operator == "In" or found is None else not found


RULES = {
    "apis.meta.v1.LabelSelector": (label_selector,),
    "core.v1.NodeSelectorRequirement": (node_requirement,),
}
