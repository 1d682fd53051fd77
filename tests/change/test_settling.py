"""What is unknown of an update is told what settles it, and never what to do about a failure."""

from __future__ import annotations

import json

from conftest import TODAY


def cluster(folder, config):
    body = {"Type": "Custom::AWSCDK-EKS-Cluster", "Properties": {"Config": config}}
    folder.mkdir()
    file = folder / "Bakery.template.json"
    file.write_text(json.dumps({"Resources": {"Ovens": body}}))
    return file


def test_an_unknown_handler_is_settled_by_the_whole_assembly(run, tmp_path):
    before = cluster(tmp_path / "before", {"version": "1.34", "tags": {"team": "a"}})
    after = cluster(tmp_path / "after", {"version": "1.35", "tags": {"team": "b"}})
    options = ("--pack", "change-safety", "--format", "json", "--today", TODAY)
    found = run("check", after, "--against", before, *options).json["findings"]
    unknown = [one for one in found if one["outcome"] == "unknown"]
    assert {one["policy"] for one in unknown} >= {"cluster-update-single", "cluster-change-applied"}
    assert {one["remediation"] for one in unknown} == {
        "Check the whole cdk.out instead of its template: the assets in it say which handler will run."
    }
    assert not any(one["fix"] for one in unknown)


def test_a_step_that_documents_disagree_on_says_so(run, tmp_path):
    for side, access in (("before", {}), ("after", {"AccessConfig": {"AuthenticationMode": "API"}})):
        (tmp_path / side).mkdir()
        body = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36", **access}}
        (tmp_path / side / "Bakery.template.json").write_text(json.dumps({"Resources": {"Ovens": body}}))
    options = ("--pack", "change-safety", "--format", "json", "--today", TODAY)
    found = run("check", tmp_path / "after", "--against", tmp_path / "before", *options).json["findings"]
    (doubt,) = [one for one in found if one["policy"] == "authentication-mode-step"]
    assert doubt["outcome"] == "unknown"
    assert "disagrees on whether EKS accepts this" in str(doubt["because"])
