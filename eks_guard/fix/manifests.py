"""Dependency files as lines that can be replaced, removed or added to, with everything else left as it is."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from eks_guard.fix.edits import Edit
from eks_guard.matching import regex
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTIONS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_VERSION = regex(r"\d+(?:\.\d+)*")
_CLAUSE = r"[=<>~!]+\s*[^#;,\s]+"
_REQUIREMENT = regex(
    rf"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\s*(?P<spec>{_CLAUSE}(?:\s*,\s*{_CLAUSE})*))?(?=\s*(?:[#;]|$))"
)
"""One requirement of PEP 508, without extras: name and versions; behind it only a marker or a comment."""


@dataclass(frozen=True, slots=True)
class Line:
    """One dependency: its name, how its version is written, and the bytes that say both."""

    name: str
    spec: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A dependency file. `template` writes a dependency, `between` separates two, `layers` matches layer packages."""

    path: str
    content: bytes
    lines: tuple[Line, ...]
    template: str
    between: str
    layers: re.Pattern[str]

    def is_layer(self, name: str) -> bool:
        """Return whether a package holds a kubectl layer."""
        return bool(self.layers.fullmatch(name))

    def replacing(self, line: Line, name: str, release: str) -> Edit:
        """Return the edit that puts a package in the place of another."""
        return Edit(self.path, line.start, line.end, self._written(line, name, release))

    def adding(self, line: Line, name: str, release: str) -> Edit:
        """Return the edit that adds a package behind another."""
        begin = self.content.rfind(b"\n", 0, line.start) + 1
        indent = self.content[begin : line.start].decode()
        newline = "\r\n" if b"\r\n" in self.content else "\n"
        gap = f"{newline}{indent}" if not indent.strip() else " "
        end = line.end if self.between else self._end_of_line(line)
        return Edit(self.path, end, end, self.between + gap + self._written(line, name, release))

    def removing(self, line: Line) -> Edit:
        """Return the edit that removes a package with its line."""
        begin = self.content.rfind(b"\n", 0, line.start) + 1
        end = self.content.find(b"\n", line.end) + 1 or len(self.content)
        rest = self.content[line.end : end].strip()
        if rest == b"," or not self.between:
            return Edit(self.path, begin, end, "")
        comma = self.content.rfind(b",", 0, line.start)
        return Edit(self.path, comma, line.end, "")

    def _end_of_line(self, line: Line) -> int:
        end = self.content.find(b"\n", line.end)
        end = len(self.content) if end < 0 else end
        return end - 1 if self.content[end - 1 : end] == b"\r" else end

    def _written(self, line: Line, name: str, release: str) -> str:
        return self.template.format(name=name, spec=_like(line.spec, release, python=not self.path.endswith(".json")))


def package_json(path: str, content: bytes, layers: re.Pattern[str]) -> Manifest | None:
    """Return the dependencies of a package.json; None if it cannot be read as one."""
    try:
        text = content.decode("utf-8")
        data = json.loads(text.removeprefix("\ufeff"))
    except ValueError:
        return None
    lines: dict[int, Line] = {}
    for section in SECTIONS:
        members = data.get(section) if isinstance(data, dict) else None
        for name, spec in members.items() if isinstance(members, dict) else ():
            pattern = re.compile(rf"{re.escape(json.dumps(name))}\s*:\s*{re.escape(json.dumps(spec))}")
            found = list(pattern.finditer(text))
            if len(found) == 1:
                start, end = len(text[: found[0].start()].encode()), len(text[: found[0].end()].encode())
                lines[start] = Line(name, str(spec), start, end)
    ordered = tuple(line for _, line in sorted(lines.items()))
    return Manifest(path, content, ordered, '"{name}": "{spec}"', ",", layers)


def requirements(path: str, content: bytes, layers: re.Pattern[str]) -> Manifest | None:
    """Return the lines of a requirements.txt; None where it pins hashes, which only a tool can write."""
    try:
        text = content.decode("utf-8")
    except ValueError:
        return None
    if "--hash" in text:
        return None
    lines, at = [], 0
    for raw in text.splitlines(keepends=True):
        match = _REQUIREMENT.match(raw)
        if match:
            start = len(text[:at].encode())
            lines.append(Line(match["name"], match["spec"] or "", start, start + len(match[0].rstrip().encode())))
        at += len(raw)
    return Manifest(path, content, tuple(lines), "{name}{spec}", "", layers)


def pyproject(path: str, content: bytes, layers: re.Pattern[str]) -> Manifest | None:
    """Return the `project.dependencies` of a pyproject.toml; None where another tool keeps them."""
    try:
        text = content.decode("utf-8")
        data = tomllib.loads(text)
    except ValueError:
        return None
    listed = data.get("project", {}).get("dependencies")
    if not isinstance(listed, list):
        return None
    lines = tuple(_quoted(text, listed))
    return Manifest(path, content, lines, '"{name}{spec}"', ",", layers) if lines else None


def _quoted(text: str, listed: list[object]) -> Iterator[Line]:
    for item in listed:
        match = _REQUIREMENT.fullmatch(str(item).strip())
        found = [f'"{item}"', f"'{item}'"]
        places = [(text.find(quoted), quoted) for quoted in found if text.count(quoted) == 1]
        if match and len(places) == 1:
            start = len(text[: places[0][0]].encode())
            yield Line(match["name"], match["spec"] or "", start, start + len(places[0][1].encode()))


def _like(spec: str, release: str, *, python: bool) -> str:
    """Return a version written in the style of another: `^2.0.1` like `^2.1.0`."""
    if python:
        if spec.replace(" ", "").startswith(">=") and "," in spec:
            return f">={release},<{int(release.partition('.')[0]) + 1}"
        operator = next((found for found in ("==", "~=", ">=") if spec.strip().startswith(found)), ">=")
        return f"{operator}{release}"
    prefix = spec[: _VERSION.search(spec).start()] if (_VERSION.match(spec.lstrip("^~>="))) else "^"  # type: ignore[union-attr] # what matches is found
    return f"{prefix}{release}"
