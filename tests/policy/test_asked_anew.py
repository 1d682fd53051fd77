"""Fixes that agree are the same whether each policy is asked at the version to come, or only those that may differ."""

from __future__ import annotations

import json

import pytest
import yaml
from conftest import ROOT

from eks_guard.policy import ahead
from eks_guard.policy.facts import FACTS

KUBERNETES = ROOT / "tests" / "kubernetes"
EXAMPLES = yaml.safe_load((KUBERNETES / "examples.yaml").read_text(encoding="utf-8"))
OLD = [
    {"apiVersion": "flowcontrol.apiserver.k8s.io/v1beta3", "kind": "FlowSchema", "metadata": {"name": "old"}},
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"team": "a"}}},
    {
        "apiVersion": "karpenter.k8s.aws/v1",
        "kind": "EC2NodeClass",
        "metadata": {"name": "nodes"},
        "spec": {"amiSelectorTerms": [{"alias": "al2@latest"}]},
    },
    {"apiVersion": "resource.k8s.io/v1beta1", "kind": "DeviceClass", "metadata": {"name": "goes"}, "spec": {}},
    {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "a.b"},
        "spec": {
            "serviceName": "a",
            "selector": {"matchLabels": {"app": "a"}},
            "template": {
                "metadata": {"labels": {"app": "a"}},
                "spec": {"containers": [{"name": "a", "image": "a"}]},
            },
        },
    },
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "probed", "namespace": "default"},
        "spec": {
            "containers": [{"name": "a", "image": "a", "livenessProbe": {"httpGet": {"port": 80, "host": "10.0.0.1"}}}]
        },
    },
]
"""What some version takes, and a later one does not."""
ENFORCED = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {"name": "default", "labels": {"pod-security.kubernetes.io/enforce": "baseline"}},
}


def app(folder, version, *objects):
    manifests = {
        f"M{number}": {
            "Type": "Custom::AWSCDK-EKS-KubernetesResource",
            "Properties": {
                "ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]},
                "ClusterName": {"Ref": "Cluster"},
                "Manifest": json.dumps([{key: value for key, value in body.items() if key != "since"}]),
            },
        }
        for number, body in enumerate(objects)
    }
    cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}}
    handler = {"Type": "AWS::Lambda::Function", "Properties": {}}
    folder.mkdir()
    text = json.dumps({"Resources": {"Cluster": cluster, "Handler": handler, **manifests}})
    (folder / "App.template.json").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("version", ["1.26", "1.28", "1.31"])
@pytest.mark.parametrize("more", [[], [ENFORCED]], ids=["", "enforced"])
def test_who_is_not_asked_anew_would_say_the_same(check, tmp_path, monkeypatch, version, more):
    folder = app(tmp_path / "app", version, *EXAMPLES, *OLD, *more)
    asked = []
    real = ahead.may_answer_anew

    def counted(*given):
        asked.append(real(*given))
        return asked[-1]

    monkeypatch.setattr(ahead, "may_answer_anew", counted)
    few = check(folder, "--format", "json").out
    assert True in asked
    assert False in asked
    monkeypatch.setattr(ahead, "may_answer_anew", lambda *_: True)
    assert check(folder, "--format", "json").out == few
    assert "also needs" in few or version == "1.31"


def test_what_is_sure_is_of_facts_about_the_version():
    assert {name for name in ahead._SURE if FACTS[name].by_version and "manifest" in FACTS[name].match} == set(
        ahead._SURE
    )
