"""Turns a report into text for a reader: one file per format."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.report import Report
    from eks_guard.report.style import Style


class Format(StrEnum):
    """The formats that `check` writes."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    AZURE = "azure"
    MARKDOWN = "markdown"
    HTML = "html"
    CDK_REPORT = "cdk-report"


SINGLE = frozenset({Format.CDK_REPORT})
"""The formats that are about one app."""

WHOLE = frozenset({Format.HTML, Format.MARKDOWN})
"""The formats that make one document of several apps by themselves."""

RENDERERS = {
    Format.TEXT: ("text", "render"),
    Format.CONCISE: ("concise", "render"),
    Format.JSON: ("json_report", "render"),
    Format.SARIF: ("sarif", "render"),
    Format.JUNIT: ("junit", "render"),
    Format.GITHUB: ("commands", "render_github"),
    Format.GITLAB: ("gitlab", "render"),
    Format.AZURE: ("commands", "render_azure"),
    Format.MARKDOWN: ("markdown", "render"),
    Format.HTML: ("page", "render"),
    Format.CDK_REPORT: ("cdk_report", "render"),
}
"""Module and function of each format, imported only when it is asked for."""


def render(format_: Format, report: Report, style: Style) -> str:
    """The report in a format."""
    module, function = RENDERERS[format_]
    rendered: str = getattr(import_module(f"eks_guard.report.{module}"), function)(report, style)
    return rendered


def render_all(format_: Format, reports: Sequence[Report], style: Style) -> str:
    """The reports of one run, one for each app, as one document."""
    if len(reports) == 1:
        return render(format_, reports[0], style)
    from eks_guard.report.several import TOGETHER  # noqa: PLC0415 (most runs are about one app)

    parts = [] if format_ in WHOLE else [render(format_, report, style) for report in reports]
    return TOGETHER[format_](parts, reports, style)
