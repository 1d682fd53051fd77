"""Every format says of every finding what the exit code says of the run."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
import yaml

from eks_guard.report import Format

SEVERITIES = ("info", "low", "medium", "high")
POLICY = {
    "id": "own-mode",
    "title": "access goes by API",
    "match": "cluster",
    "expect": [{"fact": "access.authentication_mode", "equals": "API"}],
    "rationale": "R.",
    "remediation": "Say so.",
    "fix": {"typescript": "authenticationMode: X", "python": "authentication_mode=X", "cloudformation": "AccessConfig: X"},
}  # fmt: skip
MODES = {"fail": "CONFIG_MAP", "unknown": {"Ref": "Mode"}, "pass": "API", "waived": "CONFIG_MAP"}


def closed_by_sarif(out):
    return any(result["level"] == "error" for result in json.loads(out)["runs"][0]["results"])


def closed_by_junit(out):
    suites = ET.fromstring(out)
    closed = int(suites.attrib["failures"]) > 0
    assert closed is (suites.find(".//failure") is not None)
    return closed


SAYS_CLOSED = {
    Format.TEXT: lambda out: not re.search(r"^0 failed", out, re.MULTILINE),
    Format.CONCISE: lambda out: not re.search(r"^0 failed", out, re.MULTILINE),
    Format.JSON: lambda out: json.loads(out)["gate"]["closed"],
    Format.SARIF: closed_by_sarif,
    Format.JUNIT: closed_by_junit,
    Format.GITHUB: lambda out: "::error " in out,
    Format.GITLAB: lambda out: any(row["severity"] != "info" for row in json.loads(out)),
    Format.AZURE: lambda out: "type=error" in out,
    Format.MARKDOWN: lambda out: "nothing failed" not in out.splitlines()[0],
    Format.HTML: lambda out: "Nothing failed" not in out,
    Format.CDK_REPORT: lambda out: not json.loads(out)["success"],
}


@pytest.fixture
def judged(run, write):
    """Every format of one run, and its exit code."""

    def call(outcome, severity, *arguments):
        template = {
            "Parameters": {"Mode": {"Type": "String"}},
            "Resources": {
                "C": {
                    "Type": "AWS::EKS::Cluster",
                    "Properties": {"AccessConfig": {"AuthenticationMode": MODES[outcome]}},
                }
            },
        }
        waiver = {"policy": "own-mode", "subject": "*", "reason": "r", "expires": "2027-01-01"}
        config = {"waivers": [waiver] if outcome == "waived" else []}
        path = write("T.template.json", template)
        policy = write("own-mode.yaml", yaml.safe_dump({**POLICY, "severity": severity}))
        common = (
            "check", path, "--policy", policy, "--select", "own-mode", "--today", "2026-11-24",
            "--config", write("eks-guard.yaml", yaml.safe_dump(config)), *arguments,
        )  # fmt: skip
        outputs = [part for name in Format for part in ("--output", f"{name}={path.parent / name}")]
        code = run(*common, *outputs).code
        return code, {name: (path.parent / name).read_text(encoding="utf-8") for name in Format}

    return call


@pytest.mark.parametrize("strict", [False, True], ids=["lenient", "strict"])
@pytest.mark.parametrize("threshold", SEVERITIES)
@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("outcome", MODES)
def test_every_format_has_the_verdict_of_the_exit_code(judged, outcome, severity, threshold, strict):
    code, reports = judged(outcome, severity, "--fail-on", threshold, *(["--strict"] if strict else []))
    gravest_enough = SEVERITIES.index(severity) >= SEVERITIES.index(threshold)
    closed = gravest_enough and (outcome == "fail" or (outcome == "unknown" and strict))
    assert code == int(closed)
    assert {name: SAYS_CLOSED[name](out) for name, out in reports.items()} == dict.fromkeys(Format, closed)


def test_no_format_is_left_out():
    assert set(SAYS_CLOSED) == set(Format)


def test_every_format_carries_the_lines_to_write(judged):
    _, reports = judged("fail", "high", "--fail-on", "high")
    assert {name for name, out in reports.items() if "AccessConfig: X" not in out} == {Format.CONCISE}


def test_no_format_has_the_fix_of_a_failure_for_what_is_unknown(judged):
    _, reports = judged("unknown", "high", "--fail-on", "high")
    assert not [name for name, out in reports.items() if "AccessConfig: X" in out]
    assert "--parameters" in reports[Format.TEXT]


def test_a_failure_below_the_gate_passes_in_junit_and_says_why(judged):
    _, reports = judged("fail", "medium", "--fail-on", "high")
    case = ET.fromstring(reports[Format.JUNIT]).find(".//testcase[@name='own-mode']")
    assert case is not None
    assert case.find("failure") is None
    assert case.findtext("system-out", "").startswith("medium, below the gate: T/C: ")


def test_what_does_not_fail_the_run_is_not_counted_as_failed(judged):
    _, reports = judged("fail", "info")
    assert "0 failed · 1 below the gate (1 info) · 0 unknown" in reports[Format.TEXT]
