"""The report of a CDK validation plugin: what CDK recomputes from it must come out as our gate did."""

from __future__ import annotations

import json

import pytest
from conftest import ASSEMBLIES, SAMPLES, TODAY

from eks_guard.report import Format

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
NO_LAYER = SAMPLES / "payment-no-layer" / "cdk.out"
BAD = SAMPLES / "bad-citizen" / "cdk.out"
CLEAN = SAMPLES / "payment-current" / "cdk.out"
OPEN = ASSEMBLIES / "crossing" / "weak" / "cdk.out"
SAMPLE_PATHS = sorted(SAMPLES.glob("*/cdk.out"))
WORDS = {"fatal", "error", "warning", "info"}
"""Any other severity is `custom` to CDK, which never fails a synth."""


@pytest.fixture
def plugin_report(run):
    def call(path, *arguments):
        result = run("check", path, "--format", Format.CDK_REPORT, "--today", TODAY, *arguments)
        return result, result.json

    return call


def recomputed(report):
    """Success as CDK computes it once anything is acknowledged."""
    return all(violation["severity"] not in {"error", "fatal"} for violation in report["violations"])


def severities(report):
    return {violation["ruleName"]: violation["severity"] for violation in report["violations"]}


@pytest.mark.parametrize("options", [(), ("--fail-on", "high"), ("--fail-on", "info"), ("--strict",)], ids=" ".join)
@pytest.mark.parametrize("path", [*SAMPLE_PATHS, OPEN], ids=lambda path: path.parent.name)
def test_success_is_the_exit_code_and_what_cdk_recomputes(plugin_report, path, options):
    result, report = plugin_report(path, *options)
    assert report["success"] is (result.code == 0)
    assert report["success"] is recomputed(report)
    assert set(severities(report).values()) <= WORDS


def test_a_clean_app_has_no_violations(plugin_report):
    _, report = plugin_report(CLEAN)
    assert (report["success"], report["violations"]) == (True, [])
    assert report["metadata"]["clusters"] == "1"


def test_a_violation_has_the_finding_its_fix_and_its_proof(plugin_report):
    _, report = plugin_report(WRONG)
    (skew,) = (found for found in report["violations"] if found["ruleName"] == "kubectl-version-skew")
    assert "carries kubectl 1.24.0, the control plane runs 1.28" in skew["description"]
    assert "npm install @aws-cdk/lambda-layer-kubectl-v28" in skew["fix"]
    assert "from aws_cdk" not in skew["fix"]
    assert skew["ruleMetadata"]["severity"] == "high"
    assert "layer: Payment/KubectlLayer (Payment.template.json:3)" in skew["ruleMetadata"]["proof"]
    assert skew["violatingResources"] == [
        {
            "resourceLogicalId": "PaymentEksClusterD355F54E",
            "constructPath": "Payment/PaymentEksCluster",
            "templatePath": f"{WRONG}/Payment.template.json",
            "locations": ["Properties.Config.version"],
        }
    ]


@pytest.mark.parametrize("path", [WRONG, NO_LAYER, BAD, OPEN], ids=["wrong", "none", "bad", "open"])
def test_every_violation_has_one_resource_because_cdk_prints_and_fails_by_resource(plugin_report, path):
    _, report = plugin_report(path)
    assert report["violations"]
    for violation in report["violations"]:
        (resource,) = violation["violatingResources"]
        assert resource["resourceLogicalId"]
        assert resource["templatePath"].endswith(".template.json")
        assert all(isinstance(value, str) for value in violation["ruleMetadata"].values())


def test_what_is_only_known_by_its_logical_id_has_no_construct_path(plugin_report, write):
    template = {"Resources": {"Old": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.20"}}}}
    _, report = plugin_report(write("T.template.json", template))
    assert report["violations"]
    assert all("constructPath" not in found["violatingResources"][0] for found in report["violations"])


def test_an_unknown_is_a_warning_and_an_error_when_strict(plugin_report):
    _, report = plugin_report(OPEN)
    unknown = [v for v in report["violations"] if v["ruleMetadata"]["outcome"] == "unknown"]
    assert unknown
    assert {violation["severity"] for violation in unknown} == {"warning"}
    assert all("Unknown" in violation["description"] for violation in unknown)
    _, report = plugin_report(OPEN, "--strict")
    assert {v["severity"] for v in report["violations"] if v["ruleMetadata"]["outcome"] == "unknown"} == {"error"}


def test_a_failure_below_the_threshold_is_a_warning(plugin_report):
    _, report = plugin_report(BAD, "--fail-on", "high")
    by_severity = {v["ruleMetadata"]["severity"]: v["severity"] for v in report["violations"]}
    assert by_severity == {"high": "error", "medium": "warning"}


def test_what_the_configuration_waives_is_counted_and_left_out(plugin_report, write):
    waivers = "waivers: [{policy: kubectl-version-skew, subject: '*', reason: r, expires: 2027-01-01}]"
    result, report = plugin_report(WRONG, "--config", write("eks-guard.yaml", waivers))
    assert list(severities(report)) == ["cluster-version-creatable"]
    assert report["metadata"]["waived"] == "1"
    assert result.code == 1


def test_what_the_app_acknowledges_is_an_info_for_cdk_to_take_out(plugin_report, tmp_path):
    for file in WRONG.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    metadata = json.loads((tmp_path / "Payment.metadata.json").read_text(encoding="utf-8"))
    acknowledged = {"type": "aws:cdk:acknowledged-rules", "data": {"eks-guard::kubectl-version-skew": "known"}}
    metadata.setdefault("/Payment/PaymentEksCluster", []).append(acknowledged)
    (tmp_path / "Payment.metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    result, report = plugin_report(tmp_path)
    assert severities(report) == {"cluster-version-creatable": "error", "kubectl-version-skew": "info"}
    assert (result.code, report["success"]) == (1, False)


def test_what_could_not_be_read_is_no_success(run, write):
    result = run("check", write("T.template.json", '{"Resources": {"AWS::EKS::'), "--format", "cdk-report")
    assert result.code == 3
    assert result.json["success"] is False
