"""What CDK notes about constructs: which path a logical id stands for, and which line of code created it."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from eks_guard.errors import TemplateError
from eks_guard.matching import regex
from eks_guard.records import cached_property

if TYPE_CHECKING:
    from eks_guard.assembly.documents import Document

LOGICAL_ID = "aws:cdk:logicalId"
ASSET = "aws:cdk:asset"
TEMPLATE_FILE = "aws:cdk:templateFile"
CREATION_STACK = "aws:cdk:creationStack"
ACKNOWLEDGED = "aws:cdk:acknowledged-rules"

_FRAME = regex(r"(?P<file>[^():\s](?:[^():]|:(?!\d+(?::\d+)?$))*):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?$")
MAX_FRAME = 4096
"""A longer line of a stack trace names no file that a system has."""
_FOREIGN = regex(r"node_modules|node:|site-packages|jsii-kernel|jsii-runtime|/tmp\w{8}/lib/program\.js:")
"""Frames of libraries. jsii unpacks its kernel to `program.js` in a temporary folder, whose name Python makes."""


class Metadata:
    """The metadata of one stack: inline in the manifest, in a file of its own, or both.

    `project` is the folder of the app, to which source lines are shown relative.
    """

    def __init__(
        self, inline: dict[str, Any] | None = None, document: Document | None = None, project: str = ""
    ) -> None:
        self._inline = inline or {}
        self._document = document
        self._project = project

    @cached_property
    def entries(self) -> dict[str, list[dict[str, Any]]]:
        """The entries by construct path, which begins with a slash. An unreadable file has none."""
        merged: dict[str, list[dict[str, Any]]] = {}
        for source in (self._inline, self._from_file()):
            for path, entries in source.items():
                if isinstance(path, str) and isinstance(entries, list):
                    merged.setdefault(path, []).extend([entry for entry in entries if isinstance(entry, dict)])
        return merged

    @cached_property
    def user_frames(self) -> dict[str, list[re.Match[str]]]:
        """The frames in the user's code by construct path, the innermost first; of those that have any."""
        found: dict[str, list[re.Match[str]]] = {}
        for path, entries in self.entries.items():
            frames = [match for entry in entries for frame in frames_of(entry) if (match := user_frame(frame))]
            if frames:
                found[path] = frames
        return found

    @cached_property
    def paths(self) -> dict[str, list[str]]:
        """The construct paths by logical id; nested stacks may repeat an id."""
        found: dict[str, list[str]] = {}
        for path, entries in self.entries.items():
            for entry in entries:
                if entry.get("type") == LOGICAL_ID and isinstance(entry.get("data"), str):
                    found.setdefault(entry["data"], []).append(path.removeprefix("/"))
        return found

    def of_type(self, kind: str) -> list[tuple[str, Any]]:
        """The construct path and data of each entry of one type."""
        return [
            (path.removeprefix("/"), entry.get("data"))
            for path, entries in self.entries.items()
            for entry in entries
            if entry.get("type") == kind
        ]

    def acknowledged(self, prefix: str) -> list[tuple[str, str, str]]:
        """What `Validations.of(construct).acknowledge(…)` stored: construct path, rule id and reason.

        Only of rules with the prefix: metadata that does not mention it is not parsed.
        """
        if not self._mentions(prefix):
            return []
        return [
            (path, str(rule), str(reason))
            for path, data in self.of_type(ACKNOWLEDGED)
            if isinstance(data, dict)
            for rule, reason in data.items()
            if rule.startswith(prefix)
        ]

    def _mentions(self, word: str) -> bool:
        """Whether the file may hold a word; what stands in the manifest is parsed already."""
        try:
            return bool(self._inline) or (self._document is not None and self._document.contains(word))
        except TemplateError:
            return False

    @cached_property
    def source_root(self) -> str:
        """The folder that source files are named relative to.

        It is the project's, where the code lies in it; of an assembly that was moved, the folder that all code shares.
        """
        files = {frame["file"] for frames in self.user_frames.values() for frame in frames}
        absolute = [file for file in files if file.startswith("/")]
        if not absolute or (self._project and all(file.startswith(f"{self._project}/") for file in absolute)):
            return self._project
        return posixpath.commonpath([posixpath.dirname(file) for file in absolute])

    def _from_file(self) -> dict[str, Any]:
        try:
            data = self._document.data if self._document else {}
        except TemplateError:
            return {}
        return data if isinstance(data, dict) else {}


def frames_of(entry: dict[str, Any]) -> list[str]:
    """The stack trace of an entry, the innermost frame first."""
    data = entry.get("data") if entry.get("type") == CREATION_STACK else entry.get("trace")
    return [frame for frame in data if isinstance(frame, str)] if isinstance(data, list) else []


@lru_cache(maxsize=4096)  # the traces of an app share most of their frames
def user_frame(frame: str) -> re.Match[str] | None:
    """File, line and, in JavaScript, column of a frame in the user's code; None for one in a library."""
    if len(frame) > MAX_FRAME or _FOREIGN.search(frame):
        return None
    place = frame.rpartition("(")[2].strip().removesuffix(")").removeprefix("at ")
    return _FRAME.fullmatch(place)
