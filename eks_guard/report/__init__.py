"""Turns a report into text for a reader: one file per format."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from eks_guard.report import json_report, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.model.finding import Report
    from eks_guard.report.style import Style


class Format(StrEnum):
    """The formats that `check` writes."""

    TEXT = "text"
    JSON = "json"


RENDERERS: dict[Format, Callable[[Report, Style], str]] = {
    Format.TEXT: text.render,
    Format.JSON: json_report.render,
}
