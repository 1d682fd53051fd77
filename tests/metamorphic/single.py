"""Transformations of single values, each with the law that it obeys.

A value stands in the properties of a resource. A transformation returns None for one that it does not fit; names that
begin with `Tried` are its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from laws import Law, only_towards_unknown, only_towards_unknown_or_apart, same
from walking import escaped

NOTHING = {"Ref": "AWS::NoValue"}
ALWAYS = {"Fn::Equals": ["one", "one"]}
OPEN = {"Fn::Equals": [{"Ref": "TriedStage"}, "prod"]}
STAGE = {"TriedStage": {"Type": "String"}}
VERSION = re.compile(r"1\.\d+")
EXTENSIONS = "AWS::LanguageExtensions"

SOUGHT = ("eks:DescribeCluster",)
"""What a handler that nothing uses is found by; a template without this word is not parsed for it (record 0017)."""


@dataclass(frozen=True)
class Written:
    """A value in another spelling, what the template declares for it, and what is given on the command line."""

    value: Any
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Spelling:
    """A way to write one value anew."""

    name: str
    write: Callable[[Any], Written | None]
    law: Law = same


def _of_text(write: Callable[[str], Any]) -> Callable[[Any], Written | None]:
    """Fit texts that say something, and that no template is searched for."""

    def fitting(value: Any) -> Written | None:
        return Written(write(value)) if isinstance(value, str) and value and value not in SOUGHT else None

    return fitting


def _half(text: str) -> tuple[str, str]:
    middle = max(1, len(text) // 2)
    return text[:middle], text[middle:]


def _splitter(text: str) -> str:
    return next(c for c in "|~^;!#%@" if c not in text)


def _by_slash(value: Any) -> Written | None:
    if not isinstance(value, str) or "/" not in value:
        return None
    return Written({"Fn::Join": ["/", value.split("/")]})


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int) and value != ""


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return f"{value}9" if isinstance(value, str) else value + 1 if isinstance(value, int) else value


def _if(condition: dict[str, Any], branches: Callable[[Any], list[Any]], parameters: Any = None) -> Any:
    def chosen(value: Any) -> Written:
        sections = {"Conditions": {"Tried": condition}, **({"Parameters": parameters} if parameters else {})}
        return Written({"Fn::If": ["Tried", *branches(value)]}, sections)

    return chosen


def _in_map(table: Callable[[Any], dict[str, Any]], keys: list[Any], parameters: Any = None) -> Any:
    def found(value: Any) -> Written | None:
        if not _is_scalar(value):
            return None
        sections = {"Mappings": {"Tried": table(value)}, **({"Parameters": parameters} if parameters else {})}
        return Written({"Fn::FindInMap": ["Tried", *keys]}, sections)

    return found


def _parameter(declaration: Callable[[Any], dict[str, Any]], *, given: bool = False) -> Any:
    def passed(value: Any) -> Written | None:
        if not _is_scalar(value):
            return None
        parameters = {"TriedValue": declaration(value)}
        return Written(
            {"Ref": "TriedValue"}, {"Parameters": parameters}, (("TriedValue", _text(value)),) if given else ()
        )

    return passed


def _list_of_texts(write: Callable[[list[str]], Written | None]) -> Callable[[Any], Written | None]:
    def fitting(value: Any) -> Written | None:
        plain = isinstance(value, list) and value and all(isinstance(i, str) and i and "," not in i for i in value)
        return write(value) if plain else None

    return fitting


def _scalar(write: Callable[[Any], Any]) -> Callable[[Any], Written | None]:
    return lambda value: Written(write(value)) if _is_scalar(value) else None


def _resource(value: Any) -> Written | None:
    if not _is_scalar(value):
        return None
    topic = {"TriedTopic": {"Type": "AWS::SNS::Topic"}}
    return Written({"Fn::GetAtt": ["TriedTopic", "TopicName"]}, {"Resources": topic})


def _as_number(value: Any) -> Written | None:
    return Written(int(value)) if isinstance(value, str) and value.isdecimal() and str(int(value)) == value else None


def _as_fraction(value: Any) -> Written | None:
    """A version as YAML reads it without quotes; one that ends in a zero would lose it."""
    fits = isinstance(value, str) and VERSION.fullmatch(value) and str(float(value)) == value
    return Written(float(value)) if fits else None


def _as_text(value: Any) -> Written | None:
    return Written(_text(value)) if isinstance(value, int) else None


def _json_text(value: Any) -> Written | None:
    """Write JSON text as what Fn::ToJsonString makes of its object."""
    if not (isinstance(value, str) and value.startswith(("[", "{"))):
        return None
    try:
        parsed = json.loads(value)
    except ValueError:
        return None
    if json.dumps(parsed, separators=(",", ":"), ensure_ascii=False) != value:
        return None
    return Written({"Fn::ToJsonString": parsed}, {"Transform": {EXTENSIONS: {}}})


def _extended(write: Callable[[Any], Any]) -> Callable[[Any], Written | None]:
    return lambda v: (
        Written(write(v), {"Mappings": {"Tried": {"a": {"b": "c"}}}, "Transform": {EXTENSIONS: {}}})
        if _is_scalar(v)
        else None
    )


def _ssm(kind: str, *, default: bool = True) -> Callable[[Any], dict[str, Any]]:
    return lambda _: {"Type": kind, **({"Default": "/tried/path"} if default else {})}


def _pair(value: Any) -> dict[str, Any]:
    return {"prod": {"value": value}, "dev": {"value": value}}


def _unlike(value: Any) -> dict[str, Any]:
    return {"prod": {"value": value}, "dev": {"value": _another(value)}}


def _by_region(value: Any) -> dict[str, Any]:
    """A table with a row for each region that stacks of the specimens name."""
    return {region: {"value": value} for region in ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2")}


SPELLINGS = (
    # Texts that are put together.
    Spelling("Sub of the text", _of_text(lambda t: {"Fn::Sub": escaped(t)})),
    Spelling("Sub with a variable", _of_text(lambda t: {"Fn::Sub": ["${Tried}", {"Tried": t}]})),
    Spelling(
        "Sub with two variables", _of_text(lambda t: {"Fn::Sub": ["${A}${B}", dict(zip("AB", _half(t), strict=True))]})
    ),
    Spelling(
        "Sub of half the text", _of_text(lambda t: {"Fn::Sub": [escaped(_half(t)[0]) + "${B}", {"B": _half(t)[1]}]})
    ),
    Spelling("Join of one piece", _of_text(lambda t: {"Fn::Join": ["", [t]]})),
    Spelling("Join of two pieces", _of_text(lambda t: {"Fn::Join": ["", list(_half(t))]})),
    Spelling("Join of letters", _of_text(lambda t: {"Fn::Join": ["", list(t)]})),
    Spelling("Join by slashes", _by_slash),
    Spelling(
        "Join inside Sub inside Join",
        _of_text(
            lambda t: {"Fn::Join": ["", [{"Fn::Sub": ["${A}", {"A": {"Fn::Join": ["", [_half(t)[0]]]}}]}, _half(t)[1]]]}
        ),
    ),
    Spelling("Select of one", _scalar(lambda v: {"Fn::Select": [0, [v]]})),
    Spelling("Select by a text", _scalar(lambda v: {"Fn::Select": ["1", ["another", v]]})),
    Spelling(
        "Select of Split",
        _of_text(lambda t: {"Fn::Select": [1, {"Fn::Split": [_splitter(t), f"a{_splitter(t)}{t}{_splitter(t)}b"]}]}),
    ),
    Spelling("Split of one text", _list_of_texts(lambda v: Written({"Fn::Split": [",", ",".join(v)]}))),
    # Conditions.
    Spelling("If that holds", _if(ALWAYS, lambda v: [v, _another(v)])),
    Spelling("If that does not hold", _if({"Fn::Not": [ALWAYS]}, lambda v: [_another(v), v])),
    Spelling("If inside If", _if(ALWAYS, lambda v: [{"Fn::If": ["Tried", v, NOTHING]}, NOTHING])),
    Spelling("If with the same twice", _if(OPEN, lambda v: [v, v], STAGE)),
    Spelling("If that is open", _if(OPEN, lambda v: [v, _another(v)], STAGE), only_towards_unknown),
    Spelling("If that leaves it out", _if(OPEN, lambda v: [v, NOTHING], STAGE), only_towards_unknown),
    Spelling("If that leaves it out otherwise", _if(OPEN, lambda v: [NOTHING, v], STAGE), only_towards_unknown),
    # Mappings.
    Spelling("FindInMap", _in_map(lambda v: {"prod": {"value": v}}, ["prod", "value"])),
    Spelling(
        "FindInMap by keys that are put together",
        _in_map(lambda v: {"prod": {"value": v}}, [{"Fn::Sub": "prod"}, {"Fn::Join": ["", ["val", "ue"]]}]),
    ),
    Spelling("FindInMap with the same twice", _in_map(_pair, [{"Ref": "TriedStage"}, "value"], STAGE)),
    Spelling("FindInMap that is open", _in_map(_unlike, [{"Ref": "TriedStage"}, "value"], STAGE), only_towards_unknown),
    Spelling(
        "FindInMap with a default",
        _extended(lambda v: {"Fn::FindInMap": ["Tried", "a", "missing", {"DefaultValue": v}]}),
    ),
    Spelling("FindInMap by region", _in_map(_by_region, [{"Ref": "AWS::Region"}, "value"])),
    Spelling(
        "FindInMap by region that differ",
        _in_map(lambda v: {**_by_region(v), "ap-south-2": {"value": _another(v)}}, [{"Ref": "AWS::Region"}, "value"]),
        only_towards_unknown,
    ),
    # Parameters.
    Spelling("parameter without a default", _parameter(lambda _: {"Type": "String"}), only_towards_unknown),
    Spelling(
        "parameter with this default", _parameter(lambda v: {"Type": "String", "Default": v}), only_towards_unknown
    ),
    Spelling(
        "parameter with another default",
        _parameter(lambda v: {"Type": "String", "Default": _another(v)}),
        only_towards_unknown,
    ),
    Spelling("parameter that is given", _parameter(lambda _: {"Type": "String"}, given=True)),
    Spelling("parameter with one allowed value", _parameter(lambda v: {"Type": "String", "AllowedValues": [v]})),
    Spelling(
        "parameter with two allowed values",
        _parameter(lambda v: {"Type": "String", "AllowedValues": [_another(v), v]}),
        only_towards_unknown,
    ),
    Spelling("parameter of SSM", _parameter(_ssm("AWS::SSM::Parameter::Value<String>")), only_towards_unknown),
    Spelling(
        "list as a parameter that is given",
        _list_of_texts(
            lambda v: Written(
                {"Ref": "TriedValue"},
                {"Parameters": {"TriedValue": {"Type": "CommaDelimitedList"}}},
                (("TriedValue", ",".join(v)),),
            )
        ),
    ),
    Spelling(
        "list as a parameter",
        _list_of_texts(
            lambda v: Written(
                {"Ref": "TriedValue"},
                {"Parameters": {"TriedValue": {"Type": "CommaDelimitedList", "Default": ",".join(v)}}},
            )
        ),
        only_towards_unknown,
    ),
    # What only a deployment knows.
    Spelling("dynamic reference", _scalar(lambda _: "{{resolve:ssm:/tried/path}}"), only_towards_unknown),
    Spelling(
        "dynamic reference to a secret",
        _scalar(lambda _: "{{resolve:secretsmanager:tried:SecretString:x}}"),
        only_towards_unknown,
    ),
    Spelling("import from elsewhere", _scalar(lambda _: {"Fn::ImportValue": "tried-export"}), only_towards_unknown),
    Spelling("attribute of a resource", _resource, only_towards_unknown_or_apart),
    Spelling("macro", _scalar(lambda _: {"Fn::Transform": {"Name": "Tried", "Parameters": {}}}), only_towards_unknown),
    # Types that CloudFormation takes for each other, and its language extensions.
    Spelling("text as a number", _as_number),
    Spelling("text as a fraction", _as_fraction),
    Spelling("number or truth as text", _as_text),
    Spelling("text of an object", _json_text),
    Spelling(
        "Select of a list with extensions", _extended(lambda v: {"Fn::Select": [{"Fn::Length": ["a"]}, ["a", v]]})
    ),
)
