"""Gives resources, parameters, conditions or mappings of templates other names, wherever they are named."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from walking import VARIABLE

if TYPE_CHECKING:
    from specimens import Specimen

SUFFIX = "Qzx"
SECTIONS = {"resources": ("Resources",), "parameters": ("Parameters",), "tables": ("Conditions", "Mappings")}


def renamed(what: str) -> Callable[[Specimen, random.Random], Specimen | None]:
    """Return a transformation that puts a suffix to each name of some sections."""

    def rename(specimen: Specimen, _: random.Random) -> Specimen | None:
        names = {
            name
            for template in specimen.templates.values()
            for section in SECTIONS[what]
            for name in template.get(section, {})
        }
        if not names or (what == "parameters" and specimen.parameters):
            return None
        files = {n: _file(c, what, names) for n, c in specimen.files.items()}
        return replace(specimen, files=files)

    return rename


def _file(content: Any, what: str, names: set[str]) -> Any:
    if isinstance(content, dict) and isinstance(content.get("Resources"), dict):
        return {
            key: {f"{k}{SUFFIX}" if key in SECTIONS[what] else k: _value(v, what, names) for k, v in section.items()}
            if isinstance(section, dict)
            else section
            for key, section in content.items()
        }
    return _manifest(content, names) if what == "resources" and not isinstance(content, str | bytes) else content


def _manifest(value: Any, names: set[str]) -> Any:
    """Rename in the metadata of a manifest, which names the resource that a construct path became."""
    if isinstance(value, list):
        return [_manifest(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: _manifest(item, names) for key, item in value.items()}
    if made.get("type") == "aws:cdk:logicalId" and made.get("data") in names:
        made["data"] = f"{made['data']}{SUFFIX}"
    return made


def _value(value: Any, what: str, names: set[str]) -> Any:
    if isinstance(value, list):
        return [_value(item, what, names) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _entry(key, item, what, names) for key, item in value.items()}


def _entry(key: str, item: Any, what: str, names: set[str]) -> Any:  # noqa: C901 (a table)
    def new(name: Any) -> Any:
        return f"{name}{SUFFIX}" if isinstance(name, str) and name in names else name

    inner = _value(item, what, names)
    match key, item:
        case "Fn::Sub", str():
            return _sub(item, what, names)
        case "Fn::Sub", [str(text), dict(variables)]:
            return [_sub(text, what, names - set(variables)), _value(variables, what, names)]
        case "Ref", str() if what != "tables":
            return new(item)
        case "Fn::GetAtt", str() if what == "resources":
            first, dot, rest = item.partition(".")
            return f"{new(first)}{dot}{rest}"
        case "Fn::GetAtt", [first, *rest] if what == "resources":
            return [new(first), *_value(rest, what, names)]
        case "DependsOn", str() if what == "resources":
            return new(item)
        case "DependsOn", list() if what == "resources":
            return [new(name) for name in item]
        case "Condition", str() if what == "tables":
            return new(item)
        case (("Fn::If" | "Fn::FindInMap"), [first, *rest]) if what == "tables":
            return [new(first), *_value(rest, what, names)]
        case "Parameters", dict() if what == "parameters":
            return {new(name): value for name, value in inner.items()}
    return inner


def _sub(text: str, what: str, names: set[str]) -> str:
    if what == "tables":
        return text

    def new(found: Any) -> str:
        first, dot, rest = found[1].partition(".")
        fits = first in names and (what == "resources" or not dot)
        return f"${{{first}{SUFFIX if fits else ''}{dot}{rest}}}"

    return VARIABLE.sub(new, text)
