"""A plan is a path: what it says of a step is what `check` says of the app on that version, and its fixes open the way."""

from __future__ import annotations

import json

import pytest
from conftest import ASSEMBLIES
from situations import cluster, manifest, nodes

DAY = "2026-11-24"
ASKED = {"api-version-served": "api-removed", "node-ami-supported": "node-ami-type"}


def app(tmp_path, version, *, ami="AL2_x86_64", api="flowcontrol.apiserver.k8s.io/v1beta3"):
    schema = {"apiVersion": api, "kind": "FlowSchema", "metadata": {"name": "low"}}
    body = {"Resources": {"Shop": cluster(version), "N": nodes(AmiType=ami), "M": manifest(schema)}}
    path = tmp_path / f"{version}.template.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def planned(run, path, *arguments):
    document = run("upgrade", path, "--format", "json", "--today", DAY, *arguments).json
    return [item for way in document["clusters"] for step in way["steps"] for item in step["items"]]


@pytest.mark.parametrize("minor", ["1.31", "1.32", "1.33", "1.34"])
def test_check_on_the_next_version_fails_what_the_plan_blocks(run, check, tmp_path, minor):
    blocking = {
        item["id"]
        for item in planned(run, app(tmp_path, "1.30"), "--to", "1.34")
        if item["weight"] == "blocks" and item["at"] <= minor
    }
    failing = check(app(tmp_path, minor)).outcomes()
    assert {ASKED[policy] for policy in failing if policy in ASKED} == blocking & set(ASKED.values())


def test_the_fixes_of_a_plan_open_the_way(run, tmp_path):
    blocked = planned(run, app(tmp_path, "1.30"), "--to", "1.34")
    assert {item["id"] for item in blocked if item["weight"] == "blocks"} == set(ASKED.values())
    fixes = {item["id"]: item["fix"]["typescript"] or item["fix"]["cloudformation"] for item in blocked if item["fix"]}
    assert "flowcontrol.apiserver.k8s.io/v1'" in fixes["api-removed"]
    assert "AL2023_X86_64_STANDARD" in fixes["node-ami-type"]
    mended = app(tmp_path, "1.30", ami="AL2023_x86_64_STANDARD", api="flowcontrol.apiserver.k8s.io/v1")
    result = run("upgrade", mended, "--to", "1.34", "--today", DAY)
    assert result.code == 0, result.out


def test_a_layer_with_helm_4_blocks_oci_charts_of_an_old_handler(run):
    found = planned(run, ASSEMBLIES / "old-handler" / "cdk.out", "--to", "1.36")
    assert {(item["id"], item["subject"]["kind"]) for item in found if item["id"] == "helm-major"} == {
        ("helm-major", "helm-chart")
    }


def test_a_chart_that_no_helm_takes_is_no_matter_of_its_major(run):
    found = planned(run, ASSEMBLIES / "objects" / "cdk.out", "--to", "1.37")
    assert not [item for item in found if item["id"] == "helm-major"]


def test_the_constant_that_is_missing_is_named_once(run):
    found = [
        item
        for item in planned(run, ASSEMBLIES / "old-handler" / "cdk.out", "--to", "1.37")
        if item["id"] == "cdk-release"
    ]
    ways = {item["subject"]["id"] for item in found}
    assert found
    assert len(found) == len(ways)
    assert all("2.276.0" in item["says"] for item in found)
