"""Which folder is the app's, seen from one of its templates."""

from __future__ import annotations

import json

import pytest
from conftest import SAMPLES

from eks_guard.assembly.load import load, outermost_assembly


@pytest.mark.parametrize(("folder", "app"), [("assembly-Dev", "payment-stages"), (".", "payment-stages")])
def test_stages_lie_in_the_folder_of_the_app(folder, app):
    assembly = SAMPLES / app / "cdk.out"
    assert outermost_assembly(assembly / folder) == assembly


def test_a_project_with_a_manifest_of_another_kind_is_no_assembly(tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "a web app"}', encoding="utf-8")
    assembly = tmp_path / "cdk.out"
    assembly.mkdir()
    (assembly / "manifest.json").write_text("{}", encoding="utf-8")
    assert outermost_assembly(assembly) == assembly


def test_a_folder_without_a_manifest_is_none(tmp_path):
    assert outermost_assembly(tmp_path) is None


def nested(url):
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "Parameters": {"V": "1.34"}}}


def test_a_template_that_another_of_the_folder_deploys_is_judged_as_its_nested_stack_alone(check, write):
    """By itself its parameter would be open, and each finding there twice."""
    version = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": {"Ref": "V"}}}
    write("cluster.yaml", {"Parameters": {"V": {"Type": "String"}}, "Resources": {"Cluster": version}})
    write("network.json", {"Resources": {"Deeper": nested("cluster.yaml")}})
    folder = write("main.json", {"Resources": {"Network": nested("./network.json")}}).parent
    found = check(folder)
    assert {finding["subject"]["id"] for finding in found.json["findings"]} == {"main/Network/Deeper/Cluster"}


def test_templates_that_only_deploy_each_other_are_not_passed_over(check, write):
    cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}
    write("a.json", {"Resources": {"B": nested("b.json"), "Cluster": cluster}})
    folder = write("b.json", {"Resources": {"A": nested("a.json")}}).parent
    assert check(folder).code == 1


def test_an_asset_lies_where_the_manifest_of_its_own_stack_says(tmp_path):
    digest, artifacts = "d" * 64, {}
    for name in ("One", "Two"):
        file = f"{name}.assets.json"
        assets = {"version": "36.0.0", "files": {digest: {"source": {"path": f"{name}.zip", "packaging": "file"}}}}
        (tmp_path / file).write_text(json.dumps(assets), encoding="utf-8")
        (tmp_path / f"{name}.template.json").write_text('{"Resources": {}}', encoding="utf-8")
        artifacts[f"{name}.assets"] = {"type": "cdk:asset-manifest", "properties": {"file": file}}
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": f"{name}.template.json"},
            "dependencies": [f"{name}.assets"] if name == "One" else [],
        }
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}), encoding="utf-8")
    one, two = load(str(tmp_path)).stacks
    assert (one.assets.path(digest), one.assets.path("e" * 64)) == ("One.zip", None)
    assert two.assets.path(digest) == "Two.zip", "the last one that lists it counts"
