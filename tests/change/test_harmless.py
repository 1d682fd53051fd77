"""What changes nothing in a live cluster alarms nobody: other releases of CDK, other spellings, other places."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise

import pytest
from conftest import ASSEMBLIES, SAMPLES, TODAY

RELEASES = ASSEMBLIES / "releases"
ORDERED = sorted(
    (path.name for path in RELEASES.iterdir() if path.is_dir()), key=lambda name: [*map(int, name.split("."))]
)
NEIGHBOURS = list(pairwise(ORDERED))
APP = SAMPLES / "payment-fixed" / "cdk.out"


@pytest.fixture
def judged(run):
    def call(before, after):
        arguments = ("--against", before, "--pack", "change-safety", "--format", "json", "--today", TODAY)
        return run("check", after, *arguments).json["findings"]

    return call


@pytest.mark.parametrize(("before", "after"), NEIGHBOURS, ids=["-".join(pair) for pair in NEIGHBOURS])
def test_another_release_of_cdk_alone_does_nothing(judged, before, after):
    found = judged(RELEASES / before / "cdk.out", RELEASES / after / "cdk.out")
    assert {finding["policy"] for finding in found} <= {"version-step"}  # the app went on by two minors at times
    steps = {(finding["trace"][0]["says"][-4:], finding["trace"][1]["says"][-4:]) for finding in found}
    assert all(float(new) - float(old) > 0.011 for old, new in steps)


def test_nine_pairs_of_releases_are_judged():
    assert len(NEIGHBOURS) == 9


def reordered(value):
    if isinstance(value, dict):
        return {key: reordered(inner) for key, inner in reversed(value.items())}
    return [reordered(inner) for inner in value] if isinstance(value, list) else value


def outputs_renamed(template):
    names = {name: f"Renamed{name}" for name in template.get("Outputs", {})}
    template["Outputs"] = {names[name]: output for name, output in template.get("Outputs", {}).items()}
    return template


def commented(template):
    for resource in template["Resources"].values():
        resource.setdefault("Metadata", {})["note"] = "read me"
    template["Description"] = "another text"
    return template


def with_a_queue(template):
    template["Resources"]["Queue"] = {"Type": "AWS::SQS::Queue"}
    return template


def as_texts(template):
    """Booleans of a custom resource, which CloudFormation hands on as text in any case."""
    for resource in template["Resources"].values():
        if resource["Type"] == "Custom::AWSCDK-EKS-Cluster":
            vpc = resource["Properties"]["Config"]["resourcesVpcConfig"]
            vpc.update({key: str(value).lower() for key, value in vpc.items() if isinstance(value, bool)})
            vpc["subnetIds"].reverse()
    return template


@pytest.mark.parametrize("change", [reordered, outputs_renamed, commented, with_a_queue, as_texts])
def test_another_spelling_does_nothing(judged, tmp_path, change):
    after = tmp_path / "after"
    shutil.copytree(APP, after)
    (template,) = after.glob("Payment.template.json")
    body = json.loads(template.read_text())
    template.write_text(json.dumps(change(body)))
    assert template.read_text() != (APP / template.name).read_text()
    assert judged(APP, after) == []


def test_the_order_of_stacks_in_the_manifest_does_nothing(judged, tmp_path):
    after = tmp_path / "after"
    shutil.copytree(APP, after)
    manifest = after / "manifest.json"
    manifest.write_text(json.dumps(reordered(json.loads(manifest.read_text()))))
    assert judged(APP, after) == []
