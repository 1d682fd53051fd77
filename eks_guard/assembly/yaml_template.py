"""CloudFormation templates in YAML: short intrinsics become long ones, and scalars stay what CloudFormation reads."""

from __future__ import annotations

import math
from typing import Any

import yaml

from eks_guard.errors import TemplateError
from eks_guard.matching import regex

_MAYBE_ALIAS = regex(r"(?:^|[\s\[{,:?-])\*\S")
MAX_YAML = 2 * 1024 * 1024
"""A longer text is refused: CloudFormation takes templates of 1 MB, and YAML takes long to read."""
_NOT_JSON = ("binary", "omap", "pairs", "set", "timestamp")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TemplateLoader(_Loader):  # type: ignore[misc] # the C loader has no types
    """A safe loader that knows `!Ref` and its kin, leaves dates as text, and makes nothing that JSON cannot hold."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
        """An object, whose keys are the texts that are written, as CloudFormation reads them."""
        found: dict[str, Any] = {}
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="found a key that is not text", problem_mark=key.start_mark)
            if key.tag.startswith("!"):
                problem = f"found {key.tag} in a key: CloudFormation fills in nothing there, and refuses the template"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            if key.value in found:
                problem = f"found the key {key.value[:100]!r} twice, expected it once"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            found[key.value] = self.construct_object(value, deep=deep)
        return found

    def construct_yaml_float(self, node: yaml.ScalarNode) -> float | str:
        """A number; what JSON has none for stays text."""
        number: float = super().construct_yaml_float(node)
        return number if math.isfinite(number) else str(node.value)


def _object(loader: Any, node: yaml.Node) -> Any:
    """An object that is filled later: inner ones may be deep."""
    data: dict[str, Any] = {}
    yield data
    data.update(loader.construct_mapping(node))


_TemplateLoader.yaml_constructors = {
    tag: construct
    for tag, construct in _Loader.yaml_constructors.items()
    if tag not in {f"tag:yaml.org,2002:{name}" for name in _NOT_JSON}
}
_TemplateLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge", "tag:yaml.org,2002:value")
    ]
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
_TemplateLoader.add_constructor("tag:yaml.org,2002:map", _object)
_TemplateLoader.add_constructor("tag:yaml.org,2002:float", _TemplateLoader.construct_yaml_float)


def parse_yaml(name: str, text: str) -> Any:
    """Parse one YAML document. Raises TemplateError with line and column of the first mistake."""
    if len(text) > MAX_YAML:
        raise TemplateError(f"{name}: more than {MAX_YAML} characters, which is the limit for YAML")
    try:
        _refuse_aliases(text)
        return yaml.load(text, Loader=_TemplateLoader)  # noqa: S506 (a safe loader, see above)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise TemplateError(f"{name}{where}: not valid YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, TypeError, KeyError) as error:
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


def compose_yaml(text: str) -> yaml.Node | None:
    """The nodes of a document that was parsed before, with their places."""
    node: yaml.Node | None = yaml.compose(text, Loader=_TemplateLoader)
    return node


def position_in_yaml(root: yaml.Node | None, keys: list[str]) -> tuple[int, int]:
    """The line and column, both from 1, of a key path, or of the nearest place above it."""
    node = root
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
