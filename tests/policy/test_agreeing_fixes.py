"""Fixes of one cluster agree: what is printed elsewhere fits the version that one of them raises it to."""

from __future__ import annotations

import json

import pytest
from conftest import ASSEMBLIES, SAMPLES

MISTAKES = ASSEMBLIES / "mistakes" / "cdk.out"
LAST_DAY_OF_1_31 = "2026-11-26"


def app(version, **more):
    things = {
        "C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}},
        "Old": {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": "C"}, "AmiType": "AL2_ARM_64"}},
        **more,
    }
    return {"Resources": things}


def addon(name, version):
    properties = {"ClusterName": {"Ref": "C"}, "AddonName": name, "AddonVersion": version}
    return {"Type": "AWS::EKS::Addon", "Properties": properties}


@pytest.fixture
def fixes(check, write):
    """The lines to write for each open finding of a template, by policy and resource."""

    def call(template, today=LAST_DAY_OF_1_31, *arguments):
        found = check(write("T.template.json", template), *arguments, today=today).json["findings"]
        return {
            (one["policy"], one["subject"]["logical_id"]): one["fix"]["edits"][0]["lines"].splitlines()
            for one in found
            if one["fix"] and one["fix"]["edits"]
        }

    return call


def test_a_version_that_is_raised_names_what_else_it_needs(fixes):
    pinned = {"Dns": addon("coredns", "v1.11.3-eksbuild.1"), "Proxy": addon("kube-proxy", "v1.31.0-eksbuild.1")}
    group = {"ClusterName": {"Ref": "C"}, "AmiType": "AL2_ARM_64", "InstanceTypes": ["g5g.xlarge"]}
    lines = fixes(app("1.31", Old={"Type": "AWS::EKS::Nodegroup", "Properties": group}, **pinned))
    version, *needed = lines["cluster-version-creatable", "C"]
    assert version == 'Version: "1.36"'
    assert [line for line in needed if "also needs" not in line] == [
        "# AddonVersion: v1.14.3-eksbuild.16  # or leave it out: EKS picks the version for the cluster",
        "# omit AddonVersion: EKS picks the version for the cluster",
        "# AmiType: AL2023_ARM_64_NVIDIA",
    ]
    assert [line for line in needed if "also needs" in line] == [
        "# 1.36 also needs, at T/Dns:",
        "# 1.36 also needs, at T/Proxy:",
        "# 1.36 also needs, at T/Old:",
    ]


def test_what_fails_already_is_answered_for_the_version_to_come(fixes, tmp_path):
    """By the newest version for 1.31, the first fix would be undone by the second."""
    listed = {minor: {"newest": f"v1.{minor[2:]}.0-eksbuild.1", "versions": [f"v1.{minor[2:]}.0-eksbuild.1"]} for minor in ("1.31", "1.36")}  # fmt: skip
    table = {"as_of": "2026-11-01", "source": "https://example.com", "about": "", "addons": {"coredns": listed}}
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "eks_addons.json").write_text(json.dumps(table), encoding="utf-8")
    lines = fixes(app("1.31", Dns=addon("coredns", "v1.9.3-eksbuild.1")), LAST_DAY_OF_1_31, "--data", tmp_path / "data")
    assert lines["addon-version-fits", "Dns"][0].startswith("AddonVersion: v1.36.0-eksbuild.1  #")
    assert not any("Dns" in line for line in lines["cluster-version-creatable", "C"])


def test_one_minor_names_what_that_minor_needs(fixes):
    """1.32 still has Amazon Linux 2, 1.33 has not."""
    assert fixes(app("1.31"), "2026-11-20")["cluster-version-supported", "C"] == ['Version: "1.32"']
    assert fixes(app("1.32"), "2026-11-20")["cluster-version-supported", "C"] == [
        'Version: "1.33"',
        "# 1.33 also needs, at T/Old:",
        "# AmiType: AL2023_ARM_64_STANDARD",
    ]


def test_equal_needs_of_many_are_said_once(fixes):
    old = app("1.31")["Resources"]["Old"]
    lines = fixes(app("1.31", **{f"Old{number}": old for number in range(5)}))["cluster-version-creatable", "C"]
    assert lines[1:] == ["# 1.36 also needs, at T/Old, T/Old0, T/Old1 and 3 more:", "# AmiType: AL2023_ARM_64_STANDARD"]


def test_a_policy_that_is_not_asked_adds_nothing(fixes):
    lines = fixes(app("1.31"), LAST_DAY_OF_1_31, "--ignore", "node-ami-supported")
    assert lines["cluster-version-creatable", "C"] == ['Version: "1.36"']


def test_a_waiver_of_what_is_to_come_holds(fixes, tmp_path):
    waiver = "waivers: [{policy: node-ami-supported, subject: T/Old, reason: it is deleted first, expires: 2026-12-31}]"
    config = tmp_path / "own.yaml"
    config.write_text(waiver, encoding="utf-8")
    lines = fixes(app("1.31"), LAST_DAY_OF_1_31, "--config", config)
    assert lines["cluster-version-creatable", "C"] == ['Version: "1.36"']


def test_clusters_do_not_mix(fixes):
    other = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}}
    lines = fixes(app("1.31", Other=other))
    assert lines["cluster-version-creatable", "C"][1] == "# 1.36 also needs, at T/Old:"
    assert ("cluster-version-creatable", "Other") not in lines


def test_auto_mode_by_an_override_is_not_answered_by_a_property_that_the_construct_lacks(check, write):
    cluster = {"Type": "Custom::AWSCDK-EKS-Cluster", "Properties": {"Config": {"version": "1.36", "computeConfig": {"enabled": True}}}}  # fmt: skip
    template = write("T.template.json", {"Resources": {"C": cluster}})
    (found,) = check(template, "--select", "auto-mode-consistent").json["findings"]
    assert "AUTOMODE" not in str(found["fix"])
    assert "remove what overrides Config.computeConfig" in found["fix"]["edits"][0]["lines"]


def test_the_samples_keep_the_layer_of_the_version_to_come(check):
    found = check(SAMPLES / "payment-wrong-layer" / "cdk.out").json["findings"]
    assert all("KubectlV36Layer(this, 'Kubectl')" in finding["fix"]["typescript"] for finding in found)


def test_a_missing_layer_is_part_of_the_version_to_come(check):
    found = check(SAMPLES / "payment-no-layer" / "cdk.out").json["findings"]
    assert {one["policy"] for one in found} == {"cluster-version-creatable", "kubectl-layer-present"}
    assert all("KubectlV36Layer(this, 'Kubectl')" in finding["fix"]["typescript"] for finding in found)


@pytest.mark.parametrize("language", ["typescript", "python"])
def test_a_plain_resource_is_given_the_properties_that_it_has(check, language):
    """`endpointAccess`, `clusterLogging` and KubernetesVersion are those of `Cluster`, not of `CfnCluster`."""
    found = check(SAMPLES / "bad-citizen-cfn" / "cdk.out", "--pack", "cis-eks", "--pack", "baseline").json["findings"]
    lines = "\n".join(one["fix"][language] for one in found if one["fix"] and one["fix"].get(language))
    wanted = {
        "typescript": [
            "// keep the existing subnets and security groups",
            "resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true }",
            "logging: { clusterLogging: { enabledTypes: [{ type: 'api' }, { type: 'audit' }, { type: 'authenticator' }] } }",
            "encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: new kms.Key(",
        ],
        "python": [
            "# keep the existing subnets and security groups",
            'resources_vpc_config={"endpointPublicAccess": False, "endpointPrivateAccess": True}',
            'encryption_config=[{"resources": ["secrets"], "provider": {"keyArn": kms.Key(',
        ],
    }
    assert all(line in lines for line in wanted[language])
    assert "ndpointAccess:" not in lines
    assert "endpoint_access=" not in lines


def test_the_layer_of_a_plain_resource_goes_to_its_import(check):
    found = check(SAMPLES / "payment-cfn-wrong-layer" / "cdk.out").json["findings"]
    code = next(one["fix"]["edits"][0]["lines"] for one in found if one["policy"] == "cluster-version-creatable")
    assert code.splitlines() == [
        "version: '1.36'",
        "// in Cluster.fromClusterAttributes:",
        "kubectlLayer: new KubectlV36Layer(this, 'Kubectl')",
    ]


def test_what_waits_for_a_namespace_is_named_with_its_lines(check):
    found = check(MISTAKES, "--stack", "Wrong", "--select", "namespace-created-first").json["findings"]
    lines = {one["subject"]["id"]: one["fix"]["edits"][0]["lines"] for one in found}
    assert "app is Wrong/Cluster/manifest-Web (" in lines["Wrong/Cluster/manifest-Web"]
    assert all("namespace Wrong/Cluster/manifest-Namespace (" in line for line in lines.values())
