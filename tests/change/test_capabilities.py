"""Capabilities of EKS in an update: a cluster takes one of each type, and the new one is made before the old one goes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import TODAY

CLUSTER = {
    "Type": "AWS::EKS::Cluster",
    "Properties": {"Version": "1.36", "AccessConfig": {"AuthenticationMode": "API"}},
}
DELIVERY = {
    "ClusterName": {"Ref": "Oven"},
    "CapabilityName": "delivery",
    "Type": "ARGOCD",
    "RoleArn": "arn:aws:iam::111122223333:role/a",
}
OUTCOMES: dict[str, tuple[dict[str, dict[str, Any]], str]] = {
    "another namespace": ({"Delivery": {"Configuration": {"ArgoCd": {"Namespace": "delivery"}}}}, "fail"),
    "another name": ({"Delivery": {"CapabilityName": "shipping"}}, "fail"),
    "another logical id": ({"Shipping": {"CapabilityName": "shipping"}}, "fail"),
    "another role": ({"Delivery": {"RoleArn": "arn:aws:iam::111122223333:role/b"}}, "pass"),
    "another type under the same name": ({"Delivery": {"Type": "ACK"}}, "fail"),
    "another type and name": ({"Delivery": {"Type": "ACK", "CapabilityName": "shipping"}}, "pass"),
    "one of another type beside it": ({"Delivery": {}, "Graphs": {"CapabilityName": "graphs", "Type": "KRO"}}, "pass"),
}


@pytest.mark.parametrize("case", OUTCOMES)
def test_a_capability_that_is_replaced_finds_its_place_taken(run, tmp_path, case):
    after, outcome = OUTCOMES[case]
    before: dict[str, dict[str, Any]] = {"Delivery": {}}
    for side, declared in (("before", before), ("after", after)):
        capabilities = {
            name: {"Type": "AWS::EKS::Capability", "Properties": DELIVERY | own} for name, own in declared.items()
        }
        (tmp_path / side).mkdir()
        body = json.dumps({"Resources": {"Oven": CLUSTER} | capabilities})
        (tmp_path / side / "Bakery.template.json").write_text(body)
    arguments = (
        "--against",
        tmp_path / "before",
        "--pack",
        "change-safety",
        "--format",
        "json",
        "--today",
        TODAY,
        "--show-passed",
    )
    findings = run("check", tmp_path / "after", *arguments).json["findings"]
    found = {one["outcome"] for one in findings if one["policy"] == "name-free"}
    assert ("fail" in found) is (outcome == "fail")
    assert "unknown" not in found
