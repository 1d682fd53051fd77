"""Input that is not what it seems: older than its sources, or with one stack twice."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from conftest import SAMPLES

WRONG = SAMPLES / "payment-wrong-layer"
SOURCE = "lib/payment-stack.ts"


@pytest.fixture
def project(tmp_path):
    shutil.copytree(WRONG / "cdk.out", tmp_path / "app" / "cdk.out")
    source = tmp_path / "app" / SOURCE
    source.parent.mkdir()
    source.write_text("// the app")
    return tmp_path / "app"


def written(path, seconds):
    os.utime(path, (1_700_000_000 + seconds, 1_700_000_000 + seconds))


@pytest.mark.parametrize(("seconds", "noted"), [(60, True), (1, False), (-60, False)])
def test_a_source_that_is_newer_than_the_assembly_is_noted(run, project, seconds, noted):
    written(project / "cdk.out" / "manifest.json", 0)
    written(project / SOURCE, seconds)
    says = f"note: {SOURCE} was changed after {project / 'cdk.out'} was synthesized; run `cdk synth` again"
    assert (says in run("check", project / "cdk.out").err) is noted


def test_a_source_that_is_not_there_says_nothing(run, project):
    shutil.rmtree(project / "lib")
    assert "synthesized" not in run("check", project / "cdk.out").err


def test_one_stack_that_two_artifacts_write_is_noted(run, assembly):
    template = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}}}}
    folder = assembly(
        {"A": "A.template.json", "B": "B.template.json"}, A__template__json=template, B__template__json=template
    )
    assert "as one stack" not in run("check", folder).err
    manifest = json.loads((folder / "manifest.json").read_text())
    for artifact in manifest["artifacts"].values():
        artifact["properties"]["stackName"] = "prod"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    says = "A and B are deployed to 1/eu-central-1 as one stack, prod: the last one replaces the others"
    assert f"note: {says}" in run("check", folder).err


def test_a_template_that_a_nested_stack_names_by_its_path_is_not_stale(run, assembly):
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "Inner.template.json"}}
    cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}}
    templates = {"A": {"Resources": {"N": nested}}, "Inner": {"Resources": {"C": cluster}}, "Old": {"Resources": {}}}
    folder = assembly(
        {"A": "A.template.json"}, **{f"{name}__template__json": content for name, content in templates.items()}
    )
    assert "note: not audited, the manifest does not list them: Old.template.json\n" in run("check", folder).err
