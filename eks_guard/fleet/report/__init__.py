"""Reports on runs: SQL over their tables, and the answers as text, Markdown, a page or JSON."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from eks_guard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.fleet.report.model import FleetReport
    from eks_guard.report.style import Style

FORMATS = {"text": "text", "markdown": "markdown", "html": "page", "json": "as_json"}
"""The module of each format, which has `render`."""


def renderer(name: str, option: str) -> Callable[[FleetReport, Style], str]:
    """The function that writes a format. Raises UsageError for a name that is none."""
    if name not in FORMATS:
        raise UsageError(f"{option}: found {name!r}, expected one of {', '.join(FORMATS)}")
    module = import_module(f"eks_guard.fleet.report.{FORMATS[name]}")
    return cast("Callable[[FleetReport, Style], str]", module.render)
