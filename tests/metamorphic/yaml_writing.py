"""Writes a template as YAML with the short forms of CloudFormation's functions."""

from __future__ import annotations

from typing import Any

import yaml


class _Short:
    """A function that is written as a tag."""

    def __init__(self, tag: str, value: Any) -> None:
        self.tag = tag
        self.value = value


class _Dumper(yaml.SafeDumper):
    """Writes tags, and no anchors: CloudFormation reads none in the short forms."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent(dumper: yaml.SafeDumper, short: _Short) -> yaml.Node:
    if isinstance(short.value, dict):
        return dumper.represent_mapping(short.tag, short.value)
    if isinstance(short.value, list):
        return dumper.represent_sequence(short.tag, short.value)
    return dumper.represent_scalar(short.tag, str(short.value))


_Dumper.add_representer(_Short, _represent)


def with_short_forms(template: Any) -> str:
    """Return a template as YAML, each function in its short form where that can be nested."""
    text: str = yaml.dump(_shortened(template), Dumper=_Dumper, sort_keys=False, width=120)
    return text


def _shortened(value: Any) -> Any:
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: _shortened(item) for key, item in value.items()}
    if len(made) != 1:
        return made
    name, argument = next(iter(made.items()))
    if name in ("Ref", "Condition") and isinstance(argument, str):
        return _Short(f"!{name}", argument)
    if name == "Fn::GetAtt" and isinstance(value[name], list):
        return _Short("!GetAtt", ".".join(map(str, value[name])))
    if isinstance(argument, _Short):
        return made  # a tag cannot be written on a tag
    if name.startswith("Fn::") and name not in ("Fn::Transform", "Fn::Contains") and not name.startswith("Fn::ForEach"):
        return _Short(f"!{name.removeprefix('Fn::')}", argument)
    return made
