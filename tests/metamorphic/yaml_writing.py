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


def in_flow(template: Any) -> str:
    """Return a template as YAML that is written like JSON, on lines of their own."""
    text: str = yaml.dump(template, Dumper=_Dumper, sort_keys=False, default_flow_style=True, width=60)
    return text


def in_quotes(template: Any) -> str:
    """Return a template as YAML with every text in quotes."""
    text: str = yaml.dump(template, Dumper=_Quotes, sort_keys=False, width=10_000)
    return text


def in_blocks(template: Any) -> str:
    """Return a template as YAML with every text a literal block, with remarks, and lines that end as on Windows."""
    text: str = yaml.dump(template, Dumper=_Blocks, sort_keys=False, width=80)
    return "# Tried\r\n---\r\n" + text.replace("\n", "\r\n") + "# the end\r\n"


class _Quotes(_Dumper):
    """Writes every text in quotes."""


_Quotes.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


class _Blocks(_Dumper):
    """Writes texts that are values as literal blocks."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if len(text) > 20 else None)


_Blocks.add_representer(str, _block)
