"""Objects and charts in a namespace that another stack of the app creates."""

from __future__ import annotations

import json

import pytest

POLICY = "namespace-created-first"
NAMED = {"ServiceToken": "arn:aws:lambda:eu-central-1:111122223333:function:far", "ClusterName": "bakery"}
PLANE = {"Type": "AWS::EKS::Cluster", "Properties": {"Name": "bakery", "Version": "1.36"}}
OVEN = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "oven", "namespace": "shop"}}
SHOP = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
CHART = {"Release": "till", "Chart": "till", "Namespace": "shop", **NAMED}


def manifest(*objects):
    return {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": {**NAMED, "Manifest": json.dumps(objects)}}


def chart(**properties):
    return {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": {**CHART, "CreateNamespace": False, **properties}}


@pytest.fixture
def judged(assembly, check):
    """What is said of the resource of stack Goods, of an app whose stacks wait for each other as is said."""

    def call(goods, waits=(), maker=None, **options):
        shop = {"Shop": maker or manifest(SHOP)}
        folder = assembly(
            {name: f"{name}.json" for name in ("Plane", "Space", "Goods")},
            Plane__json={"Resources": {"Plane": PLANE}},
            Space__json={"Resources": shop},
            Goods__json={"Resources": {"Oven": goods}},
        )
        file = folder / "manifest.json"
        written = json.loads(file.read_text())
        for later, first in (("Space", "Plane"), ("Goods", "Plane"), *waits):
            written["artifacts"][later].setdefault("dependencies", []).append(first)
        file.write_text(json.dumps(written))
        found = check(folder, "--show-passed", **options).json["findings"]
        return [
            one
            for one in found
            if one["policy"] == POLICY and one["subject"]["id"] == "Goods/Oven" and one["outcome"] != "not-applicable"
        ]

    return call


@pytest.mark.parametrize("goods", [manifest(OVEN), chart()], ids=["object", "chart"])
def test_a_stack_that_waits_finds_its_namespace(judged, goods):
    (found,) = judged(goods, [("Goods", "Space")])
    assert found["outcome"] == "pass"


@pytest.mark.parametrize("goods", [manifest(OVEN), chart()], ids=["object", "chart"])
def test_stacks_in_no_order_are_unknown_and_one_should_wait(judged, goods):
    (found,) = judged(goods)
    assert found["outcome"] == "unknown"
    (because,) = found["because"]
    assert because.startswith(("v1 ConfigMap 'oven' is applied to", "unknown: Goods/Oven is installed into"))
    assert "namespace shop, which Space/Shop creates, but nothing orders it after Space/Shop" in because
    assert found["remediation"].endswith("a stack that is deployed before Goods, or make Goods depend on Space.")


@pytest.mark.parametrize("goods", [manifest(OVEN), chart()], ids=["object", "chart"])
def test_a_stack_for_which_the_namespace_waits_needs_it_from_elsewhere(judged, goods):
    (found,) = judged(goods, [("Space", "Goods")])
    assert found["outcome"] == "unknown"
    assert "but Space is deployed after it" in found["because"][0]
    assert found["remediation"] == "Create the namespace shop in a stack that is deployed before Goods."


def test_a_chart_that_makes_its_namespace_needs_no_other_stack(judged):
    (found,) = judged(chart(CreateNamespace=True))
    assert found["outcome"] == "pass"


def test_a_manifest_with_a_namespace_of_its_own_needs_no_other_stack(judged):
    assert judged(manifest(SHOP, OVEN)) == []


def test_a_chart_that_may_make_the_namespace_leaves_nothing_to_say(judged):
    assert judged(manifest(OVEN), maker=chart(CreateNamespace=True)) == []
