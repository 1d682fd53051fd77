"""Policies of one's own on Kubernetes objects."""

from __future__ import annotations

import json

from conftest import ASSEMBLIES

APP = ASSEMBLIES / "objects" / "cdk.out"
POLICY = """
id: mine
title: images have a tag
severity: low
match: object
{more}
expect:
  - path: {path}
    {operator}
rationale: Because.
remediation: Do it.
"""


def findings(check, tmp_path, path: str, operator: str, more: str = "") -> dict[str, tuple[str, str]]:
    policy = tmp_path / "mine.yaml"
    policy.write_text(POLICY.format(path=path, operator=operator, more=more))
    result = check(APP, "--stack", "Taken", "--policy", str(policy), "--show-passed")
    mine = [finding for finding in result.json["findings"] if finding["policy"] == "mine"]
    return {
        f["subject"]["id"].removeprefix("Taken/Cluster/manifest-"): (f["outcome"], json.dumps(f["location"]))
        for f in mine
    }


def test_a_path_leads_into_the_containers_of_every_workload(check, tmp_path) -> None:
    found = findings(check, tmp_path, "$.containers[*].image", "matches: ':[0-9]+$'")
    assert found["Fields/Deployment/fields"][0] == "pass"
    assert found["Service/Service/bread-shop"][0] == "not-applicable"
    wrong = findings(check, tmp_path, "$.pod.containers[*].image", "matches: '^registry'")
    outcome, location = wrong["Fields/Deployment/fields"]
    assert outcome == "fail"
    assert "Properties/Manifest" in location


def test_kinds_narrow_a_policy_down(check, tmp_path) -> None:
    found = findings(check, tmp_path, "$.metadata.labels.team", "exists: true", "kinds: [Namespace]")
    assert {name: outcome for name, (outcome, _) in found.items() if outcome == "fail"} == {
        "List/Namespace/a": "fail",
        "List/Namespace/b": "fail",
        "Strict/Namespace/strict": "fail",
    }


def test_a_part_that_the_deployment_decides_is_unknown(check, tmp_path) -> None:
    found = findings(check, tmp_path, "$.spec.replicas", "at_least: 2", "kinds: [Deployment]")
    assert found["Fields/Deployment/fields"][0] == "unknown"
    assert found["Careful/Deployment/careful"][0] == "fail"  # it says nothing of replicas


def test_kinds_belong_to_objects(check, tmp_path) -> None:
    policy = tmp_path / "mine.yaml"
    policy.write_text(
        POLICY.format(path="$.a", operator="exists: true", more="kinds: [Pod]").replace("object", "cluster")
    )
    result = check(APP, "--policy", str(policy))
    assert result.code == 2
