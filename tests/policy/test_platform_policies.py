"""The six policies of docs/platform-policies.md: what they say of a good and of a bad app, and every typo in them."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
import yaml
from conftest import ROOT, TODAY

PAGE = (ROOT / "docs" / "platform-policies.md").read_text(encoding="utf-8")
POLICIES = {yaml.safe_load(text)["id"]: text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)}
DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "shop"},
    "spec": {
        "selector": {"matchLabels": {"app": "shop"}},
        "template": {
            "metadata": {"labels": {"app": "shop"}},
            "spec": {"containers": [{"name": "web", "image": "registry.example.com:5000/shop:1.2"}]},
        },
    },
}


def subnet(zone):
    return {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": "vpc-1", "AvailabilityZone": zone}}


def addon(name):
    return {"Type": "AWS::EKS::Addon", "Properties": {"ClusterName": {"Ref": "C"}, "AddonName": name}}


def app(  # noqa: PLR0913 (what the six policies ask)
    *,
    name="prod-shop",
    version="1.35",
    zones="ab",
    addons=("vpc-cni", "coredns"),
    ami="AL2023_ARM_64_STANDARD",
    image=None,
):
    deployment = copy.deepcopy(DEPLOYMENT)
    if image:
        deployment["spec"]["template"]["spec"]["containers"][0]["image"] = image
    manifest = {"ServiceToken": "arn:aws:lambda:eu-west-1:1:function:f", "ClusterName": {"Ref": "C"}}
    cluster = {
        "Name": name,
        "Version": version,
        "Tags": [{"Key": "stage", "Value": "prod"}],
        "ResourcesVpcConfig": {"SubnetIds": [{"Ref": f"S{zone}"} for zone in zones]},
    }
    return {
        "Resources": {
            "C": {"Type": "AWS::EKS::Cluster", "Properties": cluster},
            **{f"S{zone}": subnet(f"eu-west-1{zone}") for zone in zones},
            **{f"A{index}": addon(found) for index, found in enumerate(addons)},
            "N": {
                "Type": "AWS::EKS::Nodegroup",
                "Properties": {"ClusterName": {"Ref": "C"}, **({"AmiType": ami} if ami else {})},
            },
            "M": {
                "Type": "Custom::AWSCDK-EKS-KubernetesResource",
                "Properties": {**manifest, "Manifest": json.dumps([deployment])},
            },
        }
    }


BAD: dict[str, list[dict[str, Any]]] = {
    "prod-names": [{"name": "shop"}],
    "two-zones": [{"zones": "a"}],
    "required-addons": [{"addons": ("vpc-cni",)}, {"addons": ()}],
    "secrets-at-rest": [{"version": "1.27"}],
    "graviton-nodes": [{"ami": "AL2023_x86_64_STANDARD"}, {"ami": None}],
    "pinned-images": [{"image": "nginx"}, {"image": "nginx:latest"}, {"image": "registry.example.com:5000/shop"}],
}


@pytest.fixture
def judged(run, write):
    def call(policy, text, template):
        own = write(f"{policy}.yaml", text)
        path = write("T.template.json", template) if isinstance(template, dict) else template
        only = ("--policy", own, "--select", policy, "--show-passed", "--format", "json", "--today", TODAY)
        return run("check", path, *only)

    return call


def outcomes(result):
    return {finding["outcome"] for finding in result.json["findings"]}


def test_there_are_six_on_the_page():
    assert set(POLICIES) == set(BAD)
    assert len(POLICIES) == 6


@pytest.mark.parametrize("policy", POLICIES)
def test_a_good_app_passes_without_a_note(judged, policy):
    result = judged(policy, POLICIES[policy], app())
    assert (result.code, outcomes(result)) == (0, {"pass"})
    assert policy not in result.err


@pytest.mark.parametrize(("policy", "bad"), [(policy, bad) for policy, rows in BAD.items() for bad in rows])
def test_a_bad_app_fails(judged, policy, bad):
    result = judged(policy, POLICIES[policy], app(**bad))
    assert (result.code, outcomes(result)) == (1, {"fail"})


def test_a_cluster_of_another_stage_is_not_asked(judged, assembly):
    other = json.loads(json.dumps(app(name="shop")).replace('"prod"', '"dev"'))
    folder = assembly({"S": "S.template.json"}, S__template__json=other)
    assert outcomes(judged("prod-names", POLICIES["prod-names"], folder)) == {"not-applicable"}


PROSE = re.compile(r"^(title|rationale|remediation|fix|  typescript|  python|controls|  - \{id)")


def words_of(text):
    """The words that have a meaning to eks-guard: keys, names of facts and kinds, and the steps of paths."""
    keys = re.findall(r"^(title|rationale|remediation|fix|controls):", text, flags=re.MULTILINE)
    meant = "\n".join(line for line in text.splitlines() if not PROSE.match(line) and not line.startswith("id:"))
    inside = re.sub(r"(matches|excludes|contains|stage|at_least|tag)(:|=).*", r"\1:", meant)
    return sorted({*keys, *re.findall(r"[A-Za-z_]{4,}", inside)} - {"true", "stage"})


def misspelt(word):
    """Two neighbours in the wrong order, as fast fingers write them."""
    at = next(i for i in range(len(word) - 2, -1, -1) if word[i] != word[i + 1])
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


TYPOS = [(policy, word) for policy, text in POLICIES.items() for word in words_of(text)]


@pytest.mark.parametrize(("policy", "word"), TYPOS)
def test_every_typo_is_caught(judged, policy, word):
    lines = POLICIES[policy].splitlines()
    at = next(
        index
        for index, line in enumerate(lines)
        if line.startswith(f"{word}:") or (not PROSE.match(line) and re.search(rf"\b{word}\b", line))
    )
    lines[at] = re.sub(rf"\b{word}\b", misspelt(word), lines[at], count=1)
    wrong = "\n".join(lines)
    assert wrong != POLICIES[policy]
    result = judged(policy, wrong, app())
    refused = result.code == 2 and f"{policy}.yaml:" in result.err
    failed = result.code == 1
    named = f"note: {policy}" in result.err
    assert refused or failed or named, f"{misspelt(word)} passed in silence:\n{result.err}"
