"""How a single value is written anew, out of which `single` makes its table.

A value stands in the properties of a resource. A transformation returns None for one that it does not fit; names that
begin with `Tried` are its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from laws import Law, same
from walking import escaped, parsed_json

NOTHING = {"Ref": "AWS::NoValue"}
ALWAYS = {"Fn::Equals": ["one", "one"]}
OPEN = {"Fn::Equals": [{"Ref": "TriedStage"}, "prod"]}
STAGE = {"TriedStage": {"Type": "String"}}
LONGEST_PATTERN = 500
ONE_STAGE = {"TriedStage": {"Type": "String", "AllowedValues": ["prod"]}}
TWO_STAGES = {"TriedStage": {"Type": "String", "AllowedValues": ["prod", "dev"], "Default": "dev"}}
Sections: TypeAlias = dict[str, dict[str, Any]]
Given: TypeAlias = tuple[tuple[str, str], ...]
PROD: Given = (("TriedStage", "prod"),)
DEV: Given = (("TriedStage", "dev"),)
VERSION = re.compile(r"1\.\d+")
TOPIC = {"Type": "AWS::SNS::Topic"}
CUSTOM = {
    "Type": "Custom::Tried",
    "Properties": {"ServiceToken": "arn:aws:lambda:eu-central-1:111122223333:function:tried"},
}
EXTENSIONS = "AWS::LanguageExtensions"

SOUGHT = ("eks:DescribeCluster",)
"""What a handler that nothing uses is found by; a template without this word is not parsed for it (record 0017)."""


@dataclass(frozen=True)
class Written:
    """A value in another spelling, what the template declares for it, and what is given on the command line."""

    value: Any
    sections: Sections = field(default_factory=dict)
    given: Given = ()


@dataclass(frozen=True)
class Spelling:
    """A way to write one value anew."""

    name: str
    write: Callable[[Any], Written | None]
    law: Law = same


def of_text(write: Callable[[str], Any]) -> Callable[[Any], Written | None]:
    """Fit texts that say something, and that no template is searched for."""

    def fitting(value: Any) -> Written | None:
        return Written(write(value)) if isinstance(value, str) and value and value not in SOUGHT else None

    return fitting


def half(text: str) -> tuple[str, str]:
    middle = max(1, len(text) // 2)
    return text[:middle], text[middle:]


def splitter(text: str) -> str:
    return next(c for c in "|~^;!#%@" if c not in text)


def split_at(sign: str) -> Callable[[Any], Written | None]:
    """Join a text by a sign that is in it."""
    return lambda v: Written({"Fn::Join": [sign, v.split(sign)]}) if isinstance(v, str) and sign in v else None


def with_a_given_half(value: Any) -> Written | None:
    """End a text with a parameter that is given."""
    written = with_an_open_half(value)
    return written and replace(written, given=(("TriedValue", half(value)[1]),))


def with_an_open_half(value: Any) -> Written | None:
    """End a text with a parameter."""
    if not isinstance(value, str) or len(value) < 2 or value in SOUGHT:
        return None
    text = escaped(half(value)[0]) + "${TriedValue}"
    return Written({"Fn::Sub": text}, {"Parameters": {"TriedValue": {"Type": "String"}}})


def with_a_dynamic_half(value: Any) -> Written | None:
    """End a text with what SSM keeps."""
    if not isinstance(value, str) or len(value) < 2:
        return None
    return Written({"Fn::Join": ["", [half(value)[0], "{{resolve:ssm:/tried/path}}"]]})


def is_scalar(value: Any) -> bool:
    return isinstance(value, str | int) and value != ""


def as_given(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return f"{value}9" if isinstance(value, str) else value + 1 if isinstance(value, int) else value


def chosen_by(
    condition: dict[str, Any], branches: Callable[[Any], list[Any]], parameters: Any = None, given: Given = ()
) -> Callable[[Any], Written]:
    def chosen(value: Any) -> Written:
        sections = {"Conditions": {"Tried": condition}, **({"Parameters": parameters} if parameters else {})}
        return Written({"Fn::If": ["Tried", *branches(value)]}, sections, given)

    return chosen


def of_three_stages(value: Any) -> Written:
    """Choose by two conditions that exclude each other."""
    dev = {"Fn::Equals": [{"Ref": "TriedStage"}, "dev"]}
    sections: Sections = {"Conditions": {"Tried": OPEN, "TriedDev": dev}, "Parameters": STAGE}
    return Written({"Fn::If": ["Tried", value, {"Fn::If": ["TriedDev", another(value), NOTHING]}]}, sections)


def in_a_map(
    table: Callable[[Any], dict[str, Any]], keys: list[Any], parameters: Any = None, given: Given = ()
) -> Callable[[Any], Written | None]:
    def found(value: Any) -> Written | None:
        if not is_scalar(value):
            return None
        sections = {"Mappings": {"Tried": table(value)}, **({"Parameters": parameters} if parameters else {})}
        return Written({"Fn::FindInMap": ["Tried", *keys]}, sections, given)

    return found


def by_a_chosen_key(value: Any) -> Written | None:
    """Look a value up by a key that a condition chooses, which holds."""
    if not is_scalar(value):
        return None
    key = {"Fn::If": ["Tried", "prod", "dev"]}
    return Written(
        {"Fn::FindInMap": ["Tried", key, "value"]},
        {"Mappings": {"Tried": unlike(value)}, "Conditions": {"Tried": ALWAYS}, "Transform": {EXTENSIONS: {}}},
    )


def by_parameter(declaration: Callable[[Any], dict[str, Any] | None], *, given: bool = False) -> Any:
    def passed(value: Any) -> Written | None:
        declared = declaration(value) if is_scalar(value) else None
        if declared is None:
            return None
        parameters = {"TriedValue": declared}
        return Written(
            {"Ref": "TriedValue"}, {"Parameters": parameters}, (("TriedValue", as_given(value)),) if given else ()
        )

    return passed


def of_pattern(*values: Any) -> dict[str, Any] | None:
    """Declare a parameter by a pattern that lists what it may be; None for what is too long for one, or no line."""
    pattern = "|".join(re.escape(as_given(value)) for value in values)
    if len(pattern) > LONGEST_PATTERN or not all(as_given(value).isprintable() and value != "" for value in values):
        return None
    return {"Type": "String", "AllowedPattern": f"^({pattern})$"}


def list_of_texts(write: Callable[[list[str]], Written | None]) -> Callable[[Any], Written | None]:
    def fitting(value: Any) -> Written | None:
        plain = isinstance(value, list) and value and all(isinstance(i, str) and i and "," not in i for i in value)
        return write(value) if plain else None

    return fitting


def of_scalar(write: Callable[[Any], Any]) -> Callable[[Any], Written | None]:
    return lambda value: Written(write(value)) if is_scalar(value) else None


def named_by(resource: dict[str, Any]) -> Callable[[Any], Written | None]:
    """Read a value from what `Ref` returns of another resource."""
    return lambda v: Written({"Ref": "TriedMade"}, {"Resources": {"TriedMade": resource}}) if is_scalar(v) else None


def by_number(value: Any) -> Written | None:
    """Make a number a parameter that is given."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return Written(
        {"Ref": "TriedValue"}, {"Parameters": {"TriedValue": {"Type": "Number"}}}, (("TriedValue", str(value)),)
    )


def of_a_made_parameter(value: Any) -> Written | None:
    """Read a value back from a parameter of SSM that the template makes of it."""
    if not is_scalar(value):
        return None
    made = {"TriedStored": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}}
    return Written({"Fn::GetAtt": ["TriedStored", "Value"]}, {"Resources": made})


def made_by(attribute: str, resource: dict[str, Any]) -> Callable[[Any], Written | None]:
    """Read a value from an attribute of another resource."""

    def read(value: Any) -> Written | None:
        made = {"TriedMade": resource}
        return Written({"Fn::GetAtt": ["TriedMade", attribute]}, {"Resources": made}) if is_scalar(value) else None

    return read


def as_number(value: Any) -> Written | None:
    return Written(int(value)) if isinstance(value, str) and value.isdecimal() and str(int(value)) == value else None


def as_fraction(value: Any) -> Written | None:
    """A version as YAML reads it without quotes; one that ends in a zero would lose it."""
    fits = isinstance(value, str) and VERSION.fullmatch(value) and str(float(value)) == value
    return Written(float(value)) if fits else None


def as_text(value: Any) -> Written | None:
    return Written(as_given(value)) if isinstance(value, int) else None


def json_text(value: Any) -> Written | None:
    """Write JSON text as what Fn::ToJsonString makes of its object."""
    parsed = parsed_json(value)
    return None if parsed is None else Written({"Fn::ToJsonString": parsed}, {"Transform": {EXTENSIONS: {}}})


def extended(write: Callable[[Any], Any]) -> Callable[[Any], Written | None]:
    return lambda v: (
        Written(write(v), {"Mappings": {"Tried": {"a": {"b": "c"}}}, "Transform": {EXTENSIONS: {}}})
        if is_scalar(v)
        else None
    )


def of_ssm(kind: str, *, default: bool = True) -> Callable[[Any], dict[str, Any]]:
    return lambda _: {"Type": kind, **({"Default": "/tried/path"} if default else {})}


def alike(value: Any) -> dict[str, Any]:
    return {"prod": {"value": value}, "dev": {"value": value}}


def unlike(value: Any) -> dict[str, Any]:
    return {"prod": {"value": value}, "dev": {"value": another(value)}}


def by_region(value: Any) -> dict[str, Any]:
    """A table with a row for each region that stacks of the specimens name."""
    return {region: {"value": value} for region in ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2")}
