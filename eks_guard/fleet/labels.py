"""Which team, repository or commit an archive belongs to: from a table, from a list of archives, or from its URL."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.errors import UsageError
from eks_guard.fleet.storage import canonical
from eks_guard.matching import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Labels: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values, sorted by name."""
URL = "url"
_PART = regex(r"\{([A-Za-z_]\w*)\}|(\*\*/?)|(\*)|(\?)")


def read_table(text: str, name: str) -> dict[str, Labels]:
    """Labels by URL, of a CSV file with a column `url` or of JSON Lines. Raises UsageError for anything else."""
    rows = _json_lines(text, name) if text.lstrip().startswith("{") else _csv(text, name)
    return {canonical(url): labels for url, labels in rows}


def read_lines(text: str, name: str) -> Iterator[tuple[str, str | None, Labels]]:
    """URL, version and labels of each archive in a list of JSON Lines. Raises UsageError naming the line."""
    for number, row in _objects(text, name):
        version = row.pop("version", None)
        if version is not None and not isinstance(version, str):
            raise UsageError(f"{name}:{number}: version: found {version!r}, expected the text that the bucket gave it")
        yield _url(row, f"{name}:{number}"), version, _labels(row, f"{name}:{number}")


def merged(*several: Labels) -> Labels:
    """All labels; what comes later wins."""
    return tuple(sorted(dict(pair for labels in several for pair in labels).items()))


class UrlPattern:
    """A URL in which `{name}` stands for a label: `s3://ci-artifacts/{team}/{app}/*.zip`."""

    def __init__(self, text: str) -> None:
        """Raises UsageError for a pattern that names no label, or one twice."""
        names = re.findall(r"\{([A-Za-z_]\w*)\}", text)
        if not names or len(set(names)) != len(names):
            raise UsageError(f"--labels-from: found {text!r}, expected a URL with each label once, such as {{team}}")
        self._expression = re.compile(_expression(canonical(text)))

    def labels(self, url: str) -> Labels | None:
        """What a URL says; None where it does not match."""
        match = self._expression.fullmatch(url)
        return tuple(sorted(match.groupdict().items())) if match else None


def _expression(pattern: str) -> str:
    """The pattern as a regular expression: a label and `*` stay in one part of the path, `**` does not."""
    parts, at = [], 0
    for match in _PART.finditer(pattern):
        parts.append(re.escape(pattern[at : match.start()]))
        label, several, one, _ = match.groups()
        parts.append(f"(?P<{label}>[^/]+)" if label else ".*" if several else "[^/]*" if one else "[^/]")
        at = match.end()
    return "".join([*parts, re.escape(pattern[at:])])


def _csv(text: str, name: str) -> Iterator[tuple[str, Labels]]:
    rows = csv.DictReader(io.StringIO(text), restkey="", strict=True)
    try:
        if URL not in (rows.fieldnames or ()):
            raise UsageError(f"{name}: found no column `url`, expected CSV with one, or JSON Lines")
        for row in rows:
            where = f"{name}:{rows.line_num}"
            if "" in row:
                raise UsageError(f"{where}: found more values than the header has columns")
            yield _url(row, where), _labels({key: value for key, value in row.items() if value}, where)
    except csv.Error as error:
        raise UsageError(f"{name}:{rows.line_num}: not valid CSV: {error}") from None


def _json_lines(text: str, name: str) -> Iterator[tuple[str, Labels]]:
    for number, row in _objects(text, name):
        yield _url(row, f"{name}:{number}"), _labels(row, f"{name}:{number}")


def _objects(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise UsageError(f'{name}:{number}: expected an object such as {{"url": "s3://bucket/app.zip"}}')
        yield number, row


def _url(row: dict[str, Any], where: str) -> str:
    url = row.pop(URL, None)
    if not isinstance(url, str) or not url:
        raise UsageError(f"{where}: found no `url`, expected one on each line")
    return url


def _labels(row: Mapping[str, Any], where: str) -> Labels:
    for key, value in row.items():
        if not isinstance(value, str | int | float) and value is not None:
            raise UsageError(f"{where}: {key}: found {type(value).__name__}, expected text or a number")
    return tuple(sorted((key, _text(value)) for key, value in row.items() if value is not None))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
