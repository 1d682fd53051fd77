"""What no policy can judge is said in every format, with how many there are."""

from __future__ import annotations

import datetime
import json

import pytest
from conftest import ASSEMBLIES

from eks_guard.audit import Options, audit
from eks_guard.policy.selection import Wanted
from eks_guard.report import Format, render
from eks_guard.report.style import Style

APP = str(ASSEMBLIES / "objects" / "cdk.out")
REPORT = audit(Options(path=APP, today=datetime.date(2026, 11, 26), wanted=Wanted(select=("manifest-valid",))))


@pytest.mark.parametrize("wanted", list(Format))
def test_custom_resources_without_a_schema_are_named_in_every_format(wanted: Format) -> None:
    text = render(wanted, REPORT, Style(width=1000))
    assert "net.example.org/v1 Tunnel" in text.replace("\\/", "/").replace("&#x2F;", "/")
    assert "no schema in the app" in text


def test_they_are_counted_and_leave_the_audit_complete() -> None:
    document = json.loads(render(Format.JSON, REPORT, Style()))
    assert document["summary"]["not_judged"] == 1
    assert document["complete"]
    assert document["not_judged"][0]["what"] == "1 custom resource (net.example.org/v1 Tunnel)"
