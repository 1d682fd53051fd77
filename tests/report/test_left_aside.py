"""What no policy can judge is said in every format, with how many there are."""

from __future__ import annotations

import datetime
import json

import pytest
from conftest import ASSEMBLIES

from eks_guard.audit import Options, audit
from eks_guard.policy.selection import Wanted
from eks_guard.report import Format, render
from eks_guard.report.style import Style

APP = str(ASSEMBLIES / "objects" / "cdk.out")
REPORT = audit(Options(path=APP, today=datetime.date(2026, 11, 26), wanted=Wanted(select=("manifest-valid",))))


@pytest.mark.parametrize("wanted", list(Format))
def test_custom_resources_without_a_schema_are_named_in_every_format(wanted: Format) -> None:
    text = render(wanted, REPORT, Style(width=1000))
    assert "net.example.org/v1 Tunnel" in text.replace("\\/", "/").replace("&#x2F;", "/")
    assert "no schema in the app" in text


def test_they_are_counted_and_leave_the_audit_complete() -> None:
    document = json.loads(render(Format.JSON, REPORT, Style()))
    assert document["summary"]["not_judged"] == 1
    assert document["complete"]
    assert document["not_judged"][0]["what"] == "1 custom resource (net.example.org/v1 Tunnel)"


def kite(rule: str) -> list[object]:
    """A definition whose schema has a rule in CEL, and an object of its kind."""
    spec = {
        "type": "object",
        "x-kubernetes-validations": [{"rule": rule}],
        "properties": {"tails": {"type": "integer"}},
    }
    version = {"name": "v1", "served": True, "storage": True}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
    names = {"plural": "kites", "kind": "Kite"}
    defined = {"group": "toys.example.org", "scope": "Cluster", "names": names}
    return [
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "kites.toys.example.org"},
            "spec": {**defined, "versions": [{**version, "schema": schema}]},
        },
        {"apiVersion": "toys.example.org/v1", "kind": "Kite", "metadata": {"name": "red"}, "spec": {"tails": 1}},
    ]


@pytest.mark.parametrize(("rule", "left"), [("self.tails > 1", 1), ("self.tails >= oldSelf.tails", 0)])
def test_rules_that_only_the_server_evaluates_are_counted(run, tmp_path, rule, left):
    cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Name": "toys", "Version": "1.33"}}
    properties = {"ServiceToken": "x", "ClusterName": {"Ref": "C"}, "Manifest": json.dumps(kite(rule))}
    manifest = {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": properties}
    path = tmp_path / "Toys.template.json"
    path.write_text(json.dumps({"Resources": {"C": cluster, "M": manifest}}))
    report = run("check", path, "--select", "manifest-valid", "--format", "json", "--today", "2026-11-26").json
    assert [entry["what"] for entry in report["not_judged"]] == ["1 custom resource (toys.example.org/v1 Kite)"] * left
