"""What becomes of the objects that a manifest no longer lists."""

from __future__ import annotations

import json

import pytest

KITE = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kite"}}


def named(kind, api_version="v1", **metadata):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "toy", **metadata}}


@pytest.fixture
def said(run, tmp_path):
    """What is said of a manifest that lists one object less."""

    def of(item, *labels):
        sides = zip(("before", "after"), ([KITE, item], [KITE]), labels or (None, None), strict=True)
        for side, items, label in sides:
            properties = {"ClusterName": "toys", "ServiceToken": "x", "Manifest": json.dumps(items)}
            resource = {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": properties}
            if label:
                properties["PruneLabel"] = label
            (tmp_path / side).mkdir()
            (tmp_path / side / "Toys.template.json").write_text(json.dumps({"Resources": {"M": resource}}))
        arguments = ("--against", tmp_path / "before", "--format", "json")
        (found,) = run("inspect", tmp_path / "after", *arguments).json["change"]["resources"]
        return found["because"]

    return of


@pytest.mark.parametrize(
    ("item", "labels", "says"),
    [
        (named("Deployment", "apps/v1"), ("p", "p"), "kubectl prunes it: it is deleted"),
        (named("Deployment", "apps/v1"), (), "stays on the cluster: the manifest is not pruned"),
        (named("Deployment", "apps/v1"), (None, "p"), "stays on the cluster: the manifest is not pruned"),
        (named("ServiceAccount"), ("p", "p"), "stays on the cluster: kubectl does not prune the kind ServiceAccount"),
        (named("Secret", namespace="attic"), ("p", "p"), "stays on the cluster: kubectl prunes only in namespaces"),
        (named("PersistentVolume"), ("p", "p"), "kubectl prunes it: it is deleted"),
    ],
)
def test_an_object_that_leaves_a_manifest_is_pruned_or_stays(said, item, labels, says):
    (because,) = said(item, *labels)
    assert says in because


def test_a_namespace_that_the_server_keeps_is_refused_to_be_pruned(said):
    system = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system"}}
    (because,) = said(system, "p", "p")
    assert "this namespace may not be deleted" in because


def test_a_namespace_is_said_once_to_be_lost(said):
    assert said(named("Namespace"), "p", "p") == ["Namespace toy is pruned, with everything in it"]
