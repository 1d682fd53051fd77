"""The reports of several apps as one document of a format: each format has its own way to hold more than one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from eks_guard.report.style import as_json, defused
from eks_guard.report.text import total

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eks_guard.model.report import Report
    from eks_guard.report.style import Style

SCHEMA = "eks-guard.reports/1"


def people(parts: Sequence[str], reports: Sequence[Report], style: Style) -> str:
    """One report after the other, and what came of all."""
    return "\n".join([*parts, defused(f"{total(reports, style)}\n")])


def lines(parts: Sequence[str], _: Sequence[Report], __: Style) -> str:
    """One report after the other."""
    return "".join(parts)


def shares(_: Sequence[str], reports: Sequence[Report], __: Style) -> str:
    """One report after the other, each in an equal share of what a comment holds; apps beyond that are counted."""
    from eks_guard.report.markdown import MAX_BYTES, render_within  # noqa: PLC0415 (only where it is asked for)

    least = 2_000
    shown = sorted(reports, key=lambda report: not report.failed)[: MAX_BYTES // least]
    kept = [report for report in reports if report in shown]
    left = len(reports) - len(kept)
    parts = [render_within(report, MAX_BYTES // len(kept)) for report in kept]
    return "\n".join([*parts, *([f"{left} more apps do not fit here.\n"] if left else [])])


def json_documents(parts: Sequence[str], reports: Sequence[Report], _: Style) -> str:
    """A document that holds the others."""
    closed = any(report.failed for report in reports)
    return as_json({"schema": SCHEMA, "closed": closed, "reports": [json.loads(part) for part in parts]})


def sarif_runs(parts: Sequence[str], _: Sequence[Report], __: Style) -> str:
    """One log with a run for each app, which `automationDetails` tells apart."""
    logs = [json.loads(part) for part in parts]
    return as_json({**logs[0], "runs": [run for log in logs for run in log["runs"]]})


def json_lists(parts: Sequence[str], _: Sequence[Report], __: Style) -> str:
    """One list."""
    return as_json([row for part in parts for row in json.loads(part)])


def junit_suites(parts: Sequence[str], _: Sequence[Report], __: Style) -> str:
    """One document with a suite for each app."""
    documents = [ET.fromstring(part) for part in parts]  # noqa: S314 (written by us a moment ago)
    first = documents[0]
    for key in ("tests", "failures", "errors"):
        first.set(key, str(sum(int(document.attrib[key]) for document in documents)))
    for document in documents[1:]:
        first.extend(document)
    ET.indent(first)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + defused(ET.tostring(first, encoding="unicode")) + "\n"


def one_page(_: Sequence[str], reports: Sequence[Report], style: Style) -> str:
    """One page, in which the apps are a level above their clusters."""
    from eks_guard.report.page import render_apps  # noqa: PLC0415 (only where a page is asked for)

    return render_apps(reports, style)


TOGETHER: dict[str, Callable[[Sequence[str], Sequence[Report], Style], str]] = {
    "text": people,
    "concise": people,
    "json": json_documents,
    "sarif": sarif_runs,
    "junit": junit_suites,
    "github": lines,
    "gitlab": json_lists,
    "azure": lines,
    "markdown": shares,
    "html": one_page,
}
"""How the documents of a format become one."""
