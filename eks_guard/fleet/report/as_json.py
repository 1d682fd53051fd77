"""The report for programs: `eks-guard.fleet-report/1`."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from eks_guard.report.style import Style
from eks_guard.report.style import as_json as shown

if TYPE_CHECKING:
    from eks_guard.fleet.report.model import FleetReport

SCHEMA = "eks-guard.fleet-report/1"


def render(report: FleetReport, _: Style) -> str:
    """The report as JSON."""
    answers = asdict(report)
    rows = answers.pop("not_audited")
    document = {
        "schema": SCHEMA,
        **answers,
        "statuses": dict(report.statuses),
        "reasons": [(row["archives"], row["reason"]) for row in rows],
        "examples": [row["example"] for row in rows],
    }
    return shown(json.loads(json.dumps(document, default=_text)))


def _text(value: Any) -> str:
    assert isinstance(value, datetime.date), "the report holds nothing else"
    return value.isoformat()
