"""Each sample says what the table of sample_templates/README.md promises, by the command that stands there."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT, SAMPLES, TODAY

VERDICTS = {
    "payment-no-layer-2.150": {
        "cluster-version-creatable",
        "framework-may-wait",
        "kubectl-prune-compatible",
        "kubectl-version-skew",
    },
    "payment-no-layer": {"cluster-version-creatable", "kubectl-layer-present"},
    "payment-imported-no-layer": {"kubectl-layer-present"},
    "payment-wrong-layer": {"cluster-version-creatable", "kubectl-version-skew"},
    "payment-fixed": {"cluster-version-creatable"},
    "payment-current": set(),
    "payment-eks-v2-wrong-layer": {"cluster-version-creatable", "kubectl-version-skew"},
    "payment-eks-v2-fixed": {"cluster-version-creatable"},
    "payment-eks-v2-current": set(),
    "payment-cfn-wrong-layer": {"cluster-version-creatable", "kubectl-version-skew"},
    "payment-cfn-fixed": {"cluster-version-creatable"},
    "payment-cfn-current": set(),
    "payment-python": {"cluster-version-creatable", "kubectl-version-skew"},
    "payment-stages": {"kubectl-version-skew"},
    "bad-citizen": {"endpoint-private", "control-plane-logging", "workload-identity-present"},
    "bad-citizen-eks-v2": {"endpoint-private", "control-plane-logging", "workload-identity-present"},
    "bad-citizen-cfn": {"endpoint-private", "control-plane-logging", "workload-identity-present"},
}


UNKNOWN = {"payment-imported-no-layer": ["handler-has-egress"]}
"""The subnets of a handler are of another app."""


def test_every_sample_has_a_verdict_here():
    assert {path.parent.name for path in SAMPLES.glob("*/cdk.json")} == set(VERDICTS)


@pytest.mark.parametrize("sample", VERDICTS)
def test_sample_fails_for_the_right_reasons_and_no_others(check, sample):
    result = check(SAMPLES / sample / "cdk.out")
    assert set(result.outcomes()) == VERDICTS[sample]
    assert result.outcomes("unknown") == UNKNOWN.get(sample, [])
    assert result.code == (1 if VERDICTS[sample] else 0)


def test_the_fixed_sample_was_clean_while_eks_created_its_version(check):
    result = check(SAMPLES / "payment-fixed" / "cdk.out", today="2024-06-01")
    assert result.json["findings"] == []
    assert result.code == 0


@pytest.mark.parametrize("kind", ["payment-current", "payment-eks-v2-current", "payment-cfn-current"])
def test_a_good_cluster_on_a_supported_version_gets_no_finding_at_all(run, kind):
    result = run("check", SAMPLES / kind / "cdk.out", "--today", TODAY)
    assert result.code == 0
    assert result.err == ""
    assert "0 failed · 0 unknown" in result.out
    assert len(result.out.splitlines()) == 3


def test_the_prune_failure_quotes_the_error_that_the_user_will_see(check):
    findings = check(SAMPLES / "payment-no-layer-2.150" / "cdk.out").json["findings"]
    prune = next(finding for finding in findings if finding["policy"] == "kubectl-prune-compatible")
    assert (
        "error: error retrieving RESTMappings to prune: invalid resource batch/v1beta1, Kind=CronJob, Namespaced=true: "
        'no matches for kind "CronJob" in version "batch/v1beta1"'
    ) in prune["because"][0]


def test_the_missing_layer_quotes_the_error_that_the_user_will_see(check):
    findings = check(SAMPLES / "payment-no-layer" / "cdk.out").json["findings"]
    missing = next(finding for finding in findings if finding["policy"] == "kubectl-layer-present")
    assert "No such file or directory: 'kubectl'" in missing["because"][0]


def test_the_wrong_layer_is_proved_hop_by_hop(check):
    findings = check(SAMPLES / "payment-wrong-layer" / "cdk.out").json["findings"]
    skew = next(finding for finding in findings if finding["policy"] == "kubectl-version-skew")
    assert skew["because"] == [
        "Payment/KubectlLayer carries kubectl 1.24.0, the control plane runs 1.28: four minors apart, at most one is supported"
    ]
    hops = [(step["kind"], step["template"], step["logical_id"]) for step in skew["trace"]]
    nested = "PaymentawscdkawseksKubectlProvider37284A0D.nested.template.json"
    assert hops == [
        ("cluster", "Payment.template.json", "PaymentEksClusterD355F54E"),
        ("handler", nested, "Handler886CB40B"),
        ("layer", "Payment.template.json", "KubectlLayer600207B5"),
        ("kubectl 1.24.0", "Payment.template.json", "KubectlLayer600207B5"),
        ("kubectl 1.24", "Payment.template.json", "KubectlLayer600207B5"),
        ("kubectl 1.24.0", "Payment.template.json", "KubectlLayer600207B5"),
    ]
    for step in skew["trace"]:
        text = (SAMPLES / "payment-wrong-layer" / "cdk.out" / step["template"]).read_text(encoding="utf-8")
        line = text.splitlines()[step["line"] - 1]
        key = step["pointer"].rpartition("/")[2]
        assert line[step["column"] - 1 :].startswith(f'"{key}"')


def test_the_wrong_layer_is_mended_by_the_line_that_is_shown(check):
    findings = check(SAMPLES / "payment-wrong-layer" / "cdk.out").json["findings"]
    skew = next(finding for finding in findings if finding["policy"] == "kubectl-version-skew")
    assert "new KubectlV28Layer(this, 'Kubectl')" in skew["fix"]["typescript"]
    assert 'KubectlV28Layer(self, "Kubectl")' in skew["fix"]["python"]
    assert skew["location"]["source"] == {"file": "lib/payment-stack.ts", "line": 14, "column": 21}


def test_the_same_cluster_has_the_same_model_in_every_spelling(inspect):
    keys = ("name", "version", "endpoint", "logging", "service_accounts", "oidc_provider")
    models = [inspect(SAMPLES / f"payment-{kind}fixed" / "cdk.out")[0] for kind in ("", "eks-v2-", "cfn-")]
    assert [model["origin"] for model in models] == ["custom-resource", "cloudformation", "cloudformation"]
    for key in keys:
        assert models[0][key] == models[1][key] == models[2][key], key
    assert {model["kubectl"][0]["kubectl_version"] for model in models} == {"1.28.3"}


@pytest.mark.parametrize(("sample", "source"), [("payment-python", "app.py:13:1"), ("payment-no-layer", "app.js:8:21")])
def test_findings_point_at_the_line_of_the_app(run, sample, source):
    assert f"\n  {source}\n" in run("check", SAMPLES / sample / "cdk.out").out


def test_a_python_app_is_shown_python(run):
    out = run("check", SAMPLES / "payment-python" / "cdk.out").out
    assert 'kubectl_layer=KubectlV28Layer(self, "Kubectl")' in out
    assert "import {" not in out


def test_stages_with_equal_stack_names_are_told_apart(inspect):
    clusters = inspect(SAMPLES / "payment-stages" / "cdk.out")
    assert [(c["id"], c["kubectl"][0]["kubectl_version"]) for c in clusters] == [
        ("Dev/Payment/PaymentEksCluster", "1.24.0"),
        ("Prod/Payment/PaymentEksCluster", "1.36.3"),
    ]


def test_the_table_in_the_readme_of_the_samples_is_complete():
    table = (SAMPLES / "README.md").read_text(encoding="utf-8")
    for sample, verdict in VERDICTS.items():
        row = next(line for line in table.splitlines() if line.startswith(f"| `{sample}`"))
        for policy in verdict:
            assert f"`{policy}`" in row
        assert ("clean" in row) is not bool(verdict)


def test_no_machine_path_is_in_what_is_committed():
    committed = (path for path in SAMPLES.rglob("*.json") if "node_modules" not in path.parts)
    for path in [*committed, *(ROOT / "tests" / "assemblies").rglob("*.json")]:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        assert "/root/" not in text, path
        assert "/home/" not in text, path


def test_samples_hold_real_syntheses_of_two_releases():
    versions = {
        json.loads((SAMPLES / sample / "cdk.out" / "manifest.json").read_text(encoding="utf-8"))["version"]
        for sample in VERDICTS
    }
    assert versions == {"36.0.0", "55.0.0"}


@pytest.mark.parametrize("name", VERDICTS)
def test_a_proof_has_each_step_once(name, run):
    found = json.loads(run("check", SAMPLES / name / "cdk.out", "--format", "json", "--show-passed").out)["findings"]
    steps = [[json.dumps(step) for step in finding["trace"]] for finding in found]
    assert any(steps)
    assert [proof for proof in steps if len(set(proof)) != len(proof)] == []
