"""The files of a chart in an asset, read as data: YAML and JSON, each within a limit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.assets import UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.assets import Asset

MAX_FILES = 2000
"""Files of a chart that are looked at; large ones have some hundreds."""
MAX_BYTES = 2 * 1024 * 1024
"""Bytes of one file that are read; the largest definitions of custom resources have about one million."""
MAX_VALUES = 200_000
"""Values in one file, each alias counted as what it stands for."""
MAX_LEVELS = 100
"""Levels of values inside each other; what is deeper is not judged."""


class ChartFiles:
    """The files of one chart, by their paths; `unread` names those that are too long, or no YAML or JSON."""

    def __init__(self, asset: Asset) -> None:
        """Raises UnreadableAssetError if the asset cannot be looked into."""
        self._asset = asset
        self.names = asset.names(MAX_FILES)
        self.unread: list[str] = []

    def below(self, folder: str, *endings: str) -> Iterator[str]:
        """The files in a folder, also in folders of it, with one of some endings."""
        return (name for name in self.names if name.startswith(f"{folder}/") and name.endswith(endings))

    def documents(self, name: str) -> tuple[Any, ...]:
        """The documents of a YAML or JSON file, none where it is not there or cannot be read."""
        content = self._content(name)
        if content is None:
            return ()
        try:
            found = tuple(_parsed(content, is_json=name.endswith(".json")))
        except (ValueError, UnicodeError, RecursionError):
            self.unread.append(name)
            return ()
        return found

    def document(self, name: str) -> Any:
        """The first document of a file, None where there is none."""
        return next(iter(self.documents(name)), None)

    def _content(self, name: str) -> bytes | None:
        if name not in self.names:
            return None
        try:
            member = self._asset.member(name)
            if member is None:
                return None
            with member.open() as stream:
                content = stream.read(MAX_BYTES + 1)
        except (UnreadableAssetError, OSError):
            content = b" " * (MAX_BYTES + 1)
        if len(content) <= MAX_BYTES:
            return content
        self.unread.append(name)
        return None


def _parsed(content: bytes, *, is_json: bool) -> Iterator[Any]:
    """The documents of a text. Raises ValueError for one that is neither YAML nor JSON, or holds too much."""
    if is_json:
        document = json.loads(content)
        _check_size(document)
        yield document
        return
    import yaml  # noqa: PLC0415 (most apps bring no chart of their own)

    try:
        for document in yaml.load_all(content, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            _check_size(document)
            yield document
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _check_size(document: Any) -> None:
    """Raises ValueError for a document of which aliases make too much, or that is nested too deeply."""
    left, waiting = MAX_VALUES, [(document, 1)]
    while waiting:
        value, level = waiting.pop()
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        left -= 1 + len(inner)
        if left < 0:
            raise ValueError(f"holds more than {MAX_VALUES} values")
        if inner and level > MAX_LEVELS:
            raise ValueError(f"is nested deeper than {MAX_LEVELS} levels")
        waiting.extend((one, level + 1) for one in inner)
