"""The formats for pipelines: valid by the published schemas, stable over re-synthesis, and harmless whatever a name holds."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import junitparser
import pytest
import xmlschema
from conftest import ASSEMBLIES, SAMPLES, TODAY

from eks_guard.model.addresses import page
from eks_guard.report import Format

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
BAD = SAMPLES / "bad-citizen" / "cdk.out"
CLEAN = SAMPLES / "payment-current" / "cdk.out"
IMPORTED = ASSEMBLIES / "crossing" / "weak" / "cdk.out"
FORMATS = [*Format]
HOSTILE = "a::error::b%0A]]><script>alert(1)</script>|`x`\n\x00\x1b[31m\ud800é\u202e,;]"


@pytest.fixture
def as_format(run):
    def call(name, path, *arguments):
        return run("check", path, "--format", name, "--today", TODAY, *arguments)

    return call


def hostile_assembly(write):
    """A cluster whose every name is an attempt at the reader."""
    logical_id = HOSTILE.encode("utf-8", "replace").decode()
    return write(
        "T.template.json", {"Resources": {logical_id: {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}}}}
    )


@pytest.mark.parametrize("path", [WRONG, BAD, CLEAN, IMPORTED], ids=["wrong", "bad", "clean", "crossing"])
@pytest.mark.parametrize("name", FORMATS)
def test_the_exit_code_is_the_same_in_every_format(as_format, name, path):
    assert as_format(name, path).code == as_format("json", path).code


# SARIF


def sarif_schema():
    # npm @microsoft/jest-sarif 1.0, MIT; draft-04
    return json.loads((Path(__file__).parent.parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [WRONG, BAD, CLEAN, IMPORTED], ids=["wrong", "bad", "clean", "crossing"])
def test_sarif_is_valid(as_format, path):
    jsonschema.Draft4Validator(sarif_schema()).validate(as_format("sarif", path).json)


def test_sarif_names_its_app_so_that_two_of_one_repository_differ(as_format):
    ids = {as_format("sarif", path).json["runs"][0]["automationDetails"]["id"] for path in (WRONG, BAD)}
    assert ids == {f"eks-guard/{WRONG}/", f"eks-guard/{BAD}/"}


def test_sarif_of_hostile_names_is_valid(as_format, write):
    jsonschema.Draft4Validator(sarif_schema()).validate(as_format("sarif", hostile_assembly(write)).json)


def test_sarif_points_at_the_user_s_line_first_and_at_templates_in_relation(as_format):
    run_ = as_format("sarif", WRONG).json["runs"][0]
    skew = next(result for result in run_["results"] if result["ruleId"] == "kubectl-version-skew")
    physical = skew["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"].endswith("payment-wrong-layer/lib/payment-stack.ts")
    assert physical["region"] == {"startLine": 14, "startColumn": 21, "endLine": 14, "endColumn": 22}
    assert skew["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "Payment/PaymentEksCluster"
    related = [location["physicalLocation"]["artifactLocation"]["uri"] for location in skew["relatedLocations"]]
    assert related[0].endswith("cdk.out/Payment.template.json")
    assert run_["tool"]["driver"]["rules"][skew["ruleIndex"]]["id"] == "kubectl-version-skew"
    assert skew["level"] == "error"


def test_sarif_rules_have_what_github_needs(as_format):
    for rule in as_format("sarif", WRONG).json["runs"][0]["tool"]["driver"]["rules"]:
        for key in ("shortDescription", "fullDescription", "help"):
            assert rule[key]["text"]
        assert 0 < float(rule["properties"]["security-severity"]) < 10


def test_unknown_is_open_and_closes_nothing(as_format):
    results = as_format("sarif", IMPORTED).json["runs"][0]["results"]
    unknown = [result for result in results if result["kind"] == "open"]
    assert unknown
    assert all(result["level"] == "none" for result in unknown)


def test_what_is_waived_stays_out_of_sarif(as_format, write):
    waivers = "waivers: [{policy: endpoint-private, subject: '*', reason: r, expires: 2027-01-01}]"
    result = as_format("sarif", BAD, "--config", write("eks-guard.yaml", waivers))
    assert "endpoint-private" not in {found["ruleId"] for found in result.json["runs"][0]["results"]}


def test_fingerprints_survive_reformatting_and_new_neighbours(as_format, tmp_path):
    for file in WRONG.iterdir():
        content = file.read_text(encoding="utf-8")
        if file.name.endswith(".template.json"):
            template = json.loads(content)
            template["Resources"] = {"AAA": {"Type": "AWS::SNS::Topic"}, **template["Resources"]}
            content = json.dumps(template)
        (tmp_path / file.name).write_text(content, encoding="utf-8")

    def prints(path):
        results = as_format("sarif", path).json["runs"][0]["results"]
        return {result["ruleId"]: result["partialFingerprints"] for result in results}

    assert prints(tmp_path) == prints(WRONG)


# JUnit


def test_junit_is_read_by_junitparser(as_format, tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(as_format("junit", WRONG).out, encoding="utf-8")
    (suite,) = junitparser.JUnitXml.fromfile(str(path))
    assert (suite.failures, suite.errors, suite.skipped) == (2, 0, 0)
    assert suite.tests == len(list(suite)) > 2
    failed = {case.name: case.result[0] for case in suite if case.result}
    assert set(failed) == {"cluster-version-creatable", "kubectl-version-skew"}
    assert failed["kubectl-version-skew"].type == "high"


@pytest.fixture(scope="module")
def junit_schema():
    # as Jenkins reads it; from pytest's own tests, MIT
    return xmlschema.XMLSchema(Path(__file__).parent.parent / "schemas" / "junit-10.xsd")


@pytest.mark.parametrize("path", [WRONG, BAD, CLEAN, IMPORTED], ids=["wrong", "bad", "clean", "crossing"])
def test_junit_is_valid(as_format, junit_schema, path):
    junit_schema.validate(as_format("junit", path).out)


def test_junit_of_hostile_names_and_of_what_could_not_be_read_is_valid(as_format, junit_schema, write):
    junit_schema.validate(as_format("junit", hostile_assembly(write)).out)
    junit_schema.validate(as_format("junit", write("T.template.json", '{"Resources": {"AWS::EKS::', "broken")).out)


def test_junit_of_hostile_names_is_xml(as_format, write, tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(as_format("junit", hostile_assembly(write)).out, encoding="utf-8")
    (suite,) = junitparser.JUnitXml.fromfile(str(path))
    assert suite.failures > 0
    assert any("<script>" in case.classname for case in suite)


def test_junit_has_an_error_for_what_could_not_be_read(as_format, write, tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(as_format("junit", write("T.template.json", '{"Resources": {"AWS::EKS::')).out, encoding="utf-8")
    (suite,) = junitparser.JUnitXml.fromfile(str(path))
    assert suite.errors == 1


# annotations


def test_github_commands(as_format):
    first, second = as_format("github", WRONG).out.splitlines()
    assert first.startswith("::error file=")
    assert "payment-wrong-layer/lib/payment-stack.ts,line=14,col=21,title=cluster-version-creatable::Payment/" in first
    assert "title=kubectl-version-skew::" in second


@pytest.mark.parametrize(("name", "marker"), [("github", "::"), ("azure", "##vso[")])
def test_a_name_cannot_make_a_command_of_its_own(as_format, write, name, marker):
    out = as_format(name, hostile_assembly(write)).out
    assert all(line.startswith(marker) for line in out.splitlines())
    assert len(out.splitlines()) == 3
    assert "\x1b" not in out
    if name == "github":
        assert all("::error::" not in line.split("::", 2)[1] for line in out.splitlines())


def test_gitlab_code_quality(as_format):
    rows = as_format("gitlab", WRONG).json
    assert [row["severity"] for row in rows] == ["critical", "critical"]
    assert len({row["fingerprint"] for row in rows}) == 2
    assert rows[0]["location"]["lines"] == {"begin": 14}
    assert not rows[0]["location"]["path"].startswith("./")


# Markdown

GITHUB_COMMENT = 65_536
"""Characters that GitHub takes in a comment; a job summary takes 1 MiB."""


def test_markdown_shows_failure_reason_and_fix(as_format):
    out = as_format("markdown", WRONG).out
    assert out.startswith("## eks-guard: 2 failed\n")
    assert "<code>kubectl-version-skew</code> Payment/PaymentEksCluster" in out
    assert "new KubectlV28Layer(this, 'Kubectl')" in out


def test_markdown_of_hostile_names_stays_text(as_format, write):
    out = as_format("markdown", hostile_assembly(write)).out
    assert "<script>" not in out
    assert "\x1b" not in out


def test_five_thousand_findings_are_written_and_a_summary_keeps_its_limit(as_format, write):
    resources = {f"C{n}": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}} for n in range(1700)}
    path = write("T.template.json", {"Resources": resources})
    assert len(as_format("sarif", path).json["runs"][0]["results"]) == 5100
    summary = as_format("markdown", path).out
    assert len(summary) < GITHUB_COMMENT
    assert "1680 more clusters, 1680 of them with failures." in summary
    assert summary.count("- and 1680 more\n") == 3


@pytest.mark.parametrize("number", [20, 200])
def test_many_findings_are_a_table_and_folded_by_policy(as_format, write, number):
    resources = {f"C{n}": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}} for n in range(number)}
    summary = as_format("markdown", write("T.template.json", {"Resources": resources})).out
    assert f"\n| `endpoint-private` | high | {number} | 0 |\n" in summary
    assert summary.count("\n| T/C") == 20
    assert f"<details><summary><b>high</b> <code>endpoint-private</code> {number} findings</summary>" in summary
    assert "<details open>" not in summary
    assert summary.count("EndpointPrivateAccess: true") == 1
    assert summary.count(f"- and {number - 20} more") == (3 if number > 20 else 0)
    assert len(summary) < GITHUB_COMMENT


def test_what_does_not_fit_a_comment_is_counted(as_format, write):
    long = {f"{'N' * 2000}{n}": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}} for n in range(40)}
    summary = as_format("markdown", write("T.template.json", {"Resources": long})).out
    assert len(summary.encode()) < GITHUB_COMMENT
    assert "120 more findings do not fit here." in summary or "80 more findings do not fit here." in summary


def test_each_policy_links_to_a_page_of_its_own(as_format):
    rules = as_format("sarif", WRONG).json["runs"][0]["tool"]["driver"]["rules"]
    assert rules
    assert [rule["helpUri"] for rule in rules] == [page(f"policies/{rule['id']}") for rule in rules]
