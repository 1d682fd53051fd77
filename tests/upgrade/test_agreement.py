"""`check` and `upgrade` cannot disagree: a sample on the version of a step fails what its plan blocks there, and nothing else."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from conftest import ASSEMBLIES, SAMPLES

DAY = "2026-11-24"
APPS = [*sorted(SAMPLES.glob("*/cdk.out")), *(ASSEMBLIES / name / "cdk.out" for name in ("objects", "nodes"))]
ASKED = {
    "api-version-served": "api-removed",
    "node-ami-supported": "node-ami-type",
}
"""What a step asks of a policy, and the item that it becomes; layers and add-ons follow the plan, and are not compared."""


def raised(app, folder, version):
    """The app with the version of every cluster replaced, in templates and in the paths of EKS's images."""
    shutil.copytree(app, folder)
    for file in folder.rglob("*.json"):
        if file.name.endswith("template.json"):
            body = json.loads(file.read_text())
            for resource in body.get("Resources", {}).values():
                properties = resource.get("Properties", {})
                config = properties.get("Config") if resource["Type"] == "Custom::AWSCDK-EKS-Cluster" else properties
                for key in ("version", "Version"):
                    if resource["Type"] in ("Custom::AWSCDK-EKS-Cluster", "AWS::EKS::Cluster") and isinstance(
                        config.get(key), str
                    ):
                        config[key] = version
            text = json.dumps(body)
            file.write_text(
                re.sub(r"(/aws/service/(?:eks/optimized-ami/|bottlerocket/aws-k8s-))1\.\d+", rf"\g<1>{version}", text)
            )
    return folder


def planned(document, minor, *weights):
    """What a plan has up to a minor, by item and subject."""
    return {
        (item["id"], item["subject"]["id"])
        for way in document["clusters"]
        for step in way["steps"]
        for item in step["items"]
        if item["weight"] in weights and item["id"] in ASKED.values() and _number(item["at"]) <= _number(minor)
    }


def _number(minor):
    return int(minor.partition(".")[2])


@pytest.mark.parametrize("app", APPS, ids=lambda path: path.parent.name)
def test_a_sample_fails_on_the_version_of_a_step_what_its_plan_blocks(run, check, tmp_path, app):
    document = run("upgrade", app, "--to", "1.37", "--format", "json", "--today", DAY).json
    starts = {way["stack"]: way["from"] for way in document["clusters"] if isinstance(way["from"], str)}
    for minor in ("1.33", "1.36", "1.37"):
        behind = {stack for stack, start in starts.items() if _number(start) < _number(minor)}
        moved = raised(app, tmp_path / minor, minor)
        findings = check(moved).json["findings"]
        failing = {
            (ASKED[finding["policy"]], finding["subject"]["id"])
            for finding in findings
            if finding["policy"] in ASKED and finding["outcome"] == "fail" and finding["subject"]["stack"] in behind
        }
        noted = planned(document, minor, "blocks", "note")  # what was read before a release is a note
        blocks = planned(document, minor, "blocks")
        assert failing <= noted, minor
        assert blocks <= failing, minor
