"""An audit that is not complete says so first, in every format, and never reads as a clean one."""

from __future__ import annotations

import json

import pytest

from eks_guard.report import Format

CUT_OFF = '{"Resources": {"AWS::EKS::'
FORMATS = [*Format]


@pytest.mark.parametrize("name", FORMATS)
def test_a_template_that_is_cut_off_makes_every_report_incomplete(run, write, name):
    result = run("check", write("T.template.json", CUT_OFF), "--format", name)
    assert result.code == 3
    assert any(words in result.out for words in ("not complete", "Incomplete", '"complete": false'))
    assert "T.template.json" in result.out


def test_json_counts_what_is_missing(run, write):
    document = json.loads(run("check", write("T.template.json", CUT_OFF), "--format", "json").out)
    assert document["complete"] is False
    assert len(document["problems"]) == 1


def test_a_complete_audit_says_nothing_of_it(run, write):
    path = write("T.template.json", {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    assert "incomplete" not in run("check", path).out
    assert run("check", path, "--format", "gitlab").json == []
