"""`fix --step`: one step of an upgrade as a patch, unless the plan says that something comes first."""

from __future__ import annotations

import json

import pytest
from conftest import TODAY
from projects import recorded

pytest.importorskip("tree_sitter_typescript", reason="run `pip install -e '.[fix]'`")


@pytest.fixture
def step(run, monkeypatch, tmp_path):
    """Run `fix --step` in the app whose cluster is on 1.35; `more` are further resources of its template."""

    def call(minor, *arguments, more=None, shape="ts-step"):
        target = tmp_path / shape
        if not target.exists():
            recorded(shape, tmp_path)
        (file,) = (target / "cdk.out").glob("Shop.template.json")
        template = json.loads(file.read_text())
        template["Resources"] |= more or {}
        file.write_text(json.dumps(template))
        monkeypatch.chdir(target)
        return run("fix", "--step", minor, "--today", TODAY, *arguments)

    return call


def test_a_step_raises_the_version(step):
    result = step("1.36")
    assert result.code == 0
    assert "+      version: eks.KubernetesVersion.V1_36," in result.out
    assert result.out.count("\n+ ") == 1


def test_a_step_brings_the_layer_of_its_minor(step):
    """kubectl 1.35 would still do; the plan says that the step brings 1.36."""
    result = step("1.36", shape="ts-step-layer")
    assert result.code == 0
    assert "+      version: eks.KubernetesVersion.V1_36," in result.out
    assert "+      kubectlLayer: new KubectlV36Layer(this, 'Kubectl')," in result.out


def test_a_version_that_is_no_step_away_is_wrong_usage(step):
    result = step("1.37")
    assert (result.code, result.out) == (2, "")
    assert "no cluster of the app is on 1.36" in result.err
    assert "Shop/Cluster on 1.35" in result.err


@pytest.mark.parametrize("arguments", [("--policy", "kubectl-version-skew"), ("--pack", "baseline")])
def test_a_step_is_a_patch_of_its_own(step, arguments):
    assert step("1.36", *arguments).code == 2


def test_no_minor_is_wrong_usage(step):
    assert "expected a minor" in step("next").err


def test_what_the_plan_says_comes_first_holds_the_step_back(step):
    cluster = "Cluster9EE0221C"
    nodes = {"ClusterName": {"Ref": cluster}, "AmiType": "AL2_x86_64", "NodeRole": "r", "Subnets": ["s"]}
    result = step("1.36", more={"Old": {"Type": "AWS::EKS::Nodegroup", "Properties": nodes}})
    assert (result.code, result.out) == (1, "")
    assert "`node-ami-type` comes first" in result.err.replace("\n          ", " ")


def test_another_cluster_is_not_asked_for(step):
    assert step("1.36", "--cluster", "Other/*").code == 2


def test_a_plan_names_the_command(run, step, tmp_path):
    step("1.36")
    found = run("upgrade", tmp_path / "ts-step" / "cdk.out", "--to", "1.36", "--today", TODAY)
    assert "eks-guard fix --step 1.36" in found.out
