"""How a single list, or a text out of a list, is written anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spelling import ALWAYS, NOTHING, OPEN, STAGE, Sections, Written, list_of_texts, splitter

NEVER = {"Fn::Not": [ALWAYS]}


def of_list(write: Callable[[list[Any]], Any], **sections: dict[str, Any]) -> Callable[[Any], Written | None]:
    """Fit lists that hold something."""
    return lambda value: Written(write(value), sections) if isinstance(value, list) and value else None


def given_list(write: Callable[[list[str]], str], kind: str) -> Callable[[Any], Written | None]:
    """Make a list of texts a parameter of this type, which is given as one text."""
    declared = {"Parameters": {"TriedValue": {"Type": kind}}}
    return list_of_texts(lambda v: Written({"Ref": "TriedValue"}, declared, (("TriedValue", write(v)),)))


def out_of_a_given_list(value: Any) -> Written | None:
    """Select a text from a parameter that is a list."""
    if not isinstance(value, str) or not value or "," in value or value != value.strip():
        return None
    declared = {"Parameters": {"TriedValue": {"Type": "CommaDelimitedList"}}}
    return Written({"Fn::Select": ["1", {"Ref": "TriedValue"}]}, declared, (("TriedValue", f"another,{value}"),))


def out_of_a_given_text(value: Any) -> Written | None:
    """Select a text from a parameter that is split."""
    if not isinstance(value, str) or not value:
        return None
    sign = splitter(value)
    split = {"Fn::Split": [sign, {"Ref": "TriedValue"}]}
    declared = {"Parameters": {"TriedValue": {"Type": "String"}}}
    return Written({"Fn::Select": [1, split]}, declared, (("TriedValue", f"a{sign}{value}"),))


def split_of_a_given_text(value: list[str]) -> Written:
    """Split a parameter into the whole list."""
    declared = {"Parameters": {"TriedValue": {"Type": "String"}}}
    return Written({"Fn::Split": [",", {"Ref": "TriedValue"}]}, declared, (("TriedValue", ",".join(value)),))


def in_a_table(value: list[str]) -> Written:
    """Keep a list of texts in a mapping."""
    return Written({"Fn::FindInMap": ["Tried", "all", "list"]}, {"Mappings": {"Tried": {"all": {"list": value}}}})


def with_each_chosen(value: list[Any]) -> Any:
    return [{"Fn::If": ["Tried", item, NOTHING]} for item in value]


def with_one_that_is_never_there(value: list[Any]) -> Any:
    return [{"Fn::If": ["TriedNever", value[0], NOTHING]}, *value, NOTHING]


HELD: Sections = {"Conditions": {"Tried": ALWAYS, "TriedNever": NEVER}}
UNDECIDED: Sections = {"Conditions": {"Tried": OPEN}, "Parameters": STAGE}
