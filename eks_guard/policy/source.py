"""YAML as policy authors write it: plain data with the position of every key, all mistakes collected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from eks_guard.errors import PolicyError
from eks_guard.matching import regex
from eks_guard.reading import read_regular_file
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from pathlib import Path

Keys: TypeAlias = tuple[str | int, ...]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAYBE_ALIAS = regex(r"(?:^|[\s\[{,:?-])\*\S")
_QUOTED = regex(r"""(["'])(?:(?!\1).){2,}\1""")
_TYPES = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str")}
MAX_BYTES = 1 << 20
"""A larger policy, case or configuration file is refused; the longest of our own has 8 KB."""


@dataclass(slots=True)
class Source:
    """A parsed file: its data, where each key stands (line and column from 1), and what is wrong with it so far."""

    file: str
    data: Any = None
    positions: dict[Keys, tuple[int, int]] = field(default_factory=dict)
    mistakes: list[tuple[tuple[int, int], str]] = field(default_factory=list)

    def wrong(self, keys: Keys, message: str) -> None:
        """Note a mistake at a key, or at the nearest one above it that stands in the file."""
        at = keys
        while at and at not in self.positions:
            at = at[:-1]
        name = ".".join(str(key) for key in keys)
        self.mistakes.append((self.positions.get(at, (1, 1)), f"{name}: {message}" if name else message))

    def check(self) -> None:
        """Raise PolicyError with all mistakes, in the order of the file, if there are any."""
        if self.mistakes:
            lines = [f"{self.file}:{line}:{column}: {text}" for (line, column), text in sorted(self.mistakes)]
            raise PolicyError(list(dict.fromkeys(lines)))


def read_source(path: Path) -> Source:
    """Read a YAML file. Raises PolicyError if it cannot be read or is no YAML at all."""
    try:
        return parse_source(str(path), read_regular_file(path, MAX_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        raise PolicyError([f"{path}: no such file"]) from None
    except OSError as error:
        raise PolicyError([f"{path}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise PolicyError([f"{path}: byte {error.start}: found a byte that is not UTF-8"]) from None
    except ValueError as error:
        raise PolicyError([f"{path}: {error}"]) from None


def parse_source(file: str, text: str) -> Source:
    """Parse YAML text; duplicate keys and aliases are mistakes. Raises PolicyError if it is no YAML."""
    source = Source(file)
    try:
        if _MAYBE_ALIAS.search(text):
            _refuse_aliases(source, text)
        node = yaml.compose(text, Loader=_Loader)
        source.data = _build(source, node, ()) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise PolicyError([f"{file}{where}: not valid YAML: {_unquoted(error.problem or error.context)}"]) from None
    except yaml.YAMLError:
        raise PolicyError([f"{file}: not valid YAML"]) from None
    except RecursionError:
        raise PolicyError([f"{file}: nested too deeply"]) from None
    return source


def _unquoted(problem: str | None) -> str:
    """A parser's message without what it quotes of the file, which may be no policy and hold secrets."""
    return _QUOTED.sub("…", problem or "it cannot be read")


def _refuse_aliases(source: Source, text: str) -> None:
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            line, column = _position(event)
            message = "found an alias, expected the value itself: a policy reads from top to bottom"
            raise PolicyError([f"{source.file}:{line}:{column}: {message}"])


def _build(source: Source, node: yaml.Node, keys: Keys) -> Any:
    source.positions.setdefault(keys, _position(node))
    match node:
        case yaml.MappingNode():
            mapping: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = str(key_node.value)
                below = (*keys, key)
                if key in mapping:
                    source.mistakes.append(
                        (_position(key_node), f"{'.'.join(map(str, below))}: found twice, expected once")
                    )
                source.positions[below] = _position(key_node)
                mapping[key] = _build(source, value_node, below)
            return mapping
        case yaml.SequenceNode():
            return [_build(source, item, (*keys, index)) for index, item in enumerate(node.value)]
    return _scalar(source, node, keys)


def _scalar(source: Source, node: yaml.Node, keys: Keys) -> Any:
    """A scalar with YAML 1.1's types, dates left as text. A tag that is no type of JSON's is a mistake."""
    if node.tag == "tag:yaml.org,2002:timestamp":
        return node.value
    if node.tag in _TYPES:
        try:
            return yaml.constructor.SafeConstructor().construct_object(node)
        except (ValueError, KeyError, yaml.YAMLError):
            pass
    source.wrong(keys, "found a value other than text, a number, true, false or null")
    return None


def _position(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
