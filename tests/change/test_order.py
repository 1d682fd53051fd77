"""One deploy updates a stack after those that it depends on, and what goes from an earlier one is gone by then."""

from __future__ import annotations

import json

import pytest
from conftest import TODAY


def manifest(name, kind="ConfigMap", **properties):
    body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}
    given = {"ClusterName": "prod", "Manifest": json.dumps([body]), "ServiceToken": "t", **properties}
    return {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": given}


OBJECT = manifest("settings")
OVERWRITTEN = manifest("settings", Overwrite=True)
NAMESPACE = manifest("pay", "Namespace")
CHART = {
    "Type": "Custom::AWSCDK-EKS-HelmChart",
    "Properties": {"ClusterName": "prod", "Release": "web", "Chart": "c", "ServiceToken": "t"},
}
NODES = {
    "Type": "AWS::EKS::Nodegroup",
    "Properties": {"ClusterName": "prod", "NodegroupName": "w", "NodeRole": "r", "Subnets": ["s"]},
}
QUEUE = {"Type": "AWS::SQS::Queue"}


def synthesized(folder, platform, apps, needs):
    """A cdk.out of two stacks; `needs` says which stack depends on which."""
    folder.mkdir()
    artifacts = {}
    for name, template in (("Platform", platform), ("Apps", apps)):
        (folder / f"{name}.template.json").write_text(json.dumps({"Resources": {"Q": QUEUE}, **template}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://111111111111/eu-west-1",
            "properties": {"templateFile": f"{name}.template.json"},
            "dependencies": needs.get(name, []),
        }
    (folder / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    return folder


@pytest.fixture
def failing(run, tmp_path):
    """The policies that an update fails."""

    def call(before, after, needs):
        (old_platform, old_apps), (new_platform, new_apps) = before, after
        old = synthesized(tmp_path / "before", old_platform, old_apps, needs)
        new = synthesized(tmp_path / "after", new_platform, new_apps, needs)
        found = run("check", new, "--against", old, "--pack", "change-safety", "--format", "json", "--today", TODAY)
        return set(found.outcomes())

    return call


def holds(*resources):
    return {"Resources": {"Q": QUEUE, **{f"R{index}": resource for index, resource in enumerate(resources)}}}


APPS_LATER, APPS_FIRST = {"Apps": ["Platform"]}, {"Platform": ["Apps"]}
NO_ORDER: dict[str, list[str]] = {}
TAKEN = {"name-free": (OBJECT, NODES), "object-kept": (OVERWRITTEN, CHART)}


@pytest.mark.parametrize("moved", [OBJECT, NODES, OVERWRITTEN, CHART], ids=["object", "nodes", "overwritten", "chart"])
@pytest.mark.parametrize("needs", [APPS_LATER, APPS_FIRST, NO_ORDER], ids=["later", "first", "no-order"])
def test_what_moves_to_another_stack_is_free_only_where_that_comes_later(failing, moved, needs):
    policy = next(policy for policy, resources in TAKEN.items() if moved in resources)
    expected = set() if needs is APPS_LATER else {policy}
    assert failing((holds(moved), holds()), (holds(), holds(moved)), needs) == expected


def test_what_an_earlier_stack_keeps_is_not_free(failing):
    assert failing((holds(NODES), holds()), (holds(NODES), holds(NODES)), APPS_LATER) == {"name-free"}


def test_a_namespace_that_moves_to_a_later_stack_is_deleted_first(failing):
    moved = (holds(NAMESPACE), holds()), (holds(), holds(NAMESPACE))
    assert failing(*moved, APPS_LATER) == {"namespace-kept"}


EXPORT = {"Outputs": {"O": {"Value": {"Ref": "Q"}, "Export": {"Name": "queue"}}}}
IMPORT = {"Outputs": {"O": {"Value": {"Fn::ImportValue": "queue"}}}}


@pytest.mark.parametrize(
    ("needs", "expected"), [(APPS_LATER, {"export-kept"}), (NO_ORDER, {"export-kept"}), (APPS_FIRST, set())]
)
def test_an_export_may_go_after_the_import(failing, needs, expected):
    assert failing((EXPORT, IMPORT), ({}, {}), needs) == expected


def test_an_import_that_stays_keeps_the_export(failing):
    assert failing((EXPORT, IMPORT), ({}, IMPORT), APPS_FIRST) == {"export-kept"}
