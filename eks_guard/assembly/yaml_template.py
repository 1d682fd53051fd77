"""CloudFormation templates in YAML: short intrinsics become long ones, and scalars stay what CloudFormation reads."""

from __future__ import annotations

import re
from typing import Any

import yaml

from eks_guard.errors import TemplateError

_MAYBE_ALIAS = re.compile(r"(?:^|[\s\[{,:?-])\*\S")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TemplateLoader(_Loader):  # type: ignore[misc] # the C loader has no types
    """A safe loader that knows `!Ref` and its kin, and leaves dates as text."""


_TemplateLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def _intrinsic(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    match node:
        case yaml.ScalarNode():
            value: Any = loader.construct_scalar(node)
            if name == "Fn::GetAtt":
                value = value.split(".", 1)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case _:
            value = loader.construct_mapping(node, deep=True)
    return {name: value}


_TemplateLoader.add_multi_constructor("!", _intrinsic)


def parse_yaml(name: str, text: str) -> Any:
    """Parse one YAML document. Raises TemplateError with line and column of the first mistake."""
    try:
        _refuse_aliases(text)
        return yaml.load(text, Loader=_TemplateLoader)  # noqa: S506 (a safe loader, see above)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise TemplateError(f"{name}{where}: not valid YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise TemplateError(f"{name}: not valid YAML: {error}") from None
    except RecursionError:
        raise TemplateError(f"{name}: nested deeper than any template that CDK writes") from None


def _refuse_aliases(text: str) -> None:
    """CloudFormation takes no aliases, and a few nested ones unfold into gigabytes."""
    if not _MAYBE_ALIAS.search(text):
        return
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(
                problem="found an alias, which CloudFormation does not accept", problem_mark=mark
            )


def position_in_yaml(text: str, keys: list[str]) -> tuple[int, int]:
    """The line and column, both from 1, of a key path, or of the nearest place above it."""
    node: yaml.Node | None = yaml.compose(text, Loader=_TemplateLoader)
    line, column = 0, 0
    for key in keys:
        found = _below(node, key)
        if found is None:
            break
        mark, node = found
        line, column = mark.line, mark.column
    return line + 1, column + 1


def _below(node: yaml.Node | None, key: str) -> tuple[Any, yaml.Node] | None:
    match node:
        case yaml.MappingNode():
            for name, value in node.value:
                if name.value == key:
                    return name.start_mark, value
        case yaml.SequenceNode() if key.isdecimal() and int(key) < len(node.value):
            item = node.value[int(key)]
            return item.start_mark, item
    return None
