"""Each item of a plan: a situation in which it appears, and one in which it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from situations import addon, chart, cluster, launched, manifest, nodes

DAY = "2026-11-24"
POD = {"containers": [{"name": "c", "image": "i"}]}


@pytest.fixture
def plan(run, tmp_path):
    """Plan a template and return its document."""

    def call(*arguments: str, **resources: Any) -> Any:
        body: dict[str, Any] = {"Resources": {key: value for key, value in resources.items() if key != "Parameters"}}
        body |= {"Parameters": resources["Parameters"]} if "Parameters" in resources else {}
        path = tmp_path / "Stack.template.json"
        path.write_text(json.dumps(body), encoding="utf-8")
        result = run("upgrade", path, "--format", "json", "--today", DAY, *arguments)
        assert result.code in (0, 1), result.err
        return result.json

    return call


@pytest.fixture
def items(plan):
    """Plan a template and return `(id, at, weight)` of each item by its id."""

    def call(*arguments: str, **resources: Any) -> dict[str, list[tuple[str | None, str]]]:
        found: dict[str, list[tuple[str | None, str]]] = {}
        for way in plan(*arguments, **resources)["clusters"]:
            for item in (*way["items"], *(item for step in way["steps"] for item in step["items"])):
                found.setdefault(item["id"], []).append((item["at"], item["weight"]))
        return found

    return call


def pod(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {**POD, **spec}}


def named(api_version: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, **fields}


def with_lt(name: str = "Start") -> dict[str, Any]:
    return nodes(LaunchTemplate={"Id": {"Ref": name}}, AmiType="AL2023_x86_64_STANDARD")


def test_each_step_raises_the_version_once(items):
    assert items("--to", "1.34", Shop=cluster())["kubernetes-version"] == [("1.33", "change"), ("1.34", "change")]
    assert items("--to", "1.32", Shop=cluster()) == {}


def test_extended_support_is_said_at_the_first_step(items):
    assert items("--to", "1.34", Shop=cluster("1.32"))["extended-support"] == [("1.33", "note")]
    assert "extended-support" not in items("--to", "1.36", Shop=cluster("1.35"))


def test_a_version_whose_support_ended_may_be_behind_reality(items):
    found = items("--to", "1.30", Shop=cluster("1.28"))
    assert found["version-behind-reality"] == [("1.29", "unknown")]
    assert "extended-support" not in found
    assert "version-behind-reality" not in items("--to", "1.33", Shop=cluster("1.32"))


def test_nodes_are_moved_after_each_step(items):
    group = nodes(AmiType="AL2023_x86_64_STANDARD")
    assert items("--to", "1.34", Shop=cluster(), N=group)["nodes-follow"] == [("1.33", "change"), ("1.34", "change")]
    assert "nodes-follow" not in items("--to", "1.34", Shop=cluster())


def test_a_group_pinned_by_its_version_gets_the_next_one(plan):
    group = nodes(AmiType="BOTTLEROCKET_x86_64", Version="1.32")
    (way,) = plan("--to", "1.34", Shop=cluster(), N=group)["clusters"]
    found = [item for step in way["steps"] for item in step["items"] if item["id"] == "nodes-follow"]
    assert [item["fix"]["typescript"] for item in found] == ["version: '1.33'", "version: '1.34'"]
    assert ["now 1.32" in item["says"] for item in found] == [True, False]


def test_an_image_that_ends_blocks_the_first_step_without_it(items):
    assert items("--to", "1.34", Shop=cluster("1.31"), N=nodes(AmiType="AL2_x86_64"))["node-ami-type"] == [
        ("1.33", "blocks")
    ]
    assert "node-ami-type" not in items("--to", "1.32", Shop=cluster("1.31"), N=nodes(AmiType="AL2_x86_64"))


def test_an_api_version_that_comes_on_the_way_does_not_block(items):
    claim = named("resource.k8s.io/v1", "ResourceClaim")
    assert "api-removed" not in items("--to", "1.34", Shop=cluster(), M=manifest(claim))
    assert "api-removed" in items("--to", "1.33", Shop=cluster(), M=manifest(claim))


def node_class(alias):
    return named("karpenter.k8s.aws/v1", "EC2NodeClass", spec={"amiSelectorTerms": [{"alias": alias}]})


@pytest.mark.parametrize(
    ("alias", "ends"), [("al2@latest", "1.33"), ("al2023@v20250701", "1.34"), ("al2023@latest", None)]
)
def test_a_node_class_blocks_the_first_step_without_its_image(items, alias, ends):
    found = items("--to", "1.34", Shop=cluster("1.31"), M=manifest(node_class(alias)))
    assert found.get("node-ami-type") == ([(ends, "blocks")] if ends else None)


def test_pinned_nodes_that_are_too_far_behind_block_the_first_step(items):
    pinned = nodes(AmiType="AL2023_x86_64_STANDARD", ReleaseVersion="1.29.15-20260625")
    assert items("--to", "1.34", Shop=cluster(), N=pinned)["node-skew"] == [("1.33", "blocks")]
    near = nodes(AmiType="AL2023_x86_64_STANDARD", ReleaseVersion="1.30.14-20260625")
    assert "node-skew" not in items("--to", "1.34", Shop=cluster(), N=near)


def test_a_control_plane_before_1_28_allows_two_minors(items):
    old = nodes(AmiType="AL2023_x86_64_STANDARD", Version="1.24")
    assert items("--to", "1.27", Shop=cluster("1.26"), N=old)["node-skew"] == [("1.27", "blocks")]


@pytest.mark.parametrize(
    "user_data",
    [
        "#!/bin/bash\n/etc/eks/bootstrap.sh c --kubelet-extra-args '--pod-infra-container-image=x'",
        '/etc/eks/bootstrap.sh c \\\n  --kubelet-extra-args "--v 2 --pod-infra-container-image x"',
        "kubelet:\n  flags:\n    - --pod-infra-container-image=x",
    ],
)
def test_a_flag_that_kubelet_drops_blocks_its_minor(items, user_data):
    found = items("--to", "1.36", Shop=cluster("1.33"), N=with_lt(), Start=launched(user_data))
    assert found["kubelet-flag"] == [("1.35", "blocks")]


@pytest.mark.parametrize(
    "user_data",
    [
        "/etc/eks/bootstrap.sh c\n# was: --pod-infra-container-image=x",
        "/etc/eks/bootstrap.sh c --pod-infra-container-image-of-mine x",
        "/etc/eks/bootstrap.sh c --kubelet-extra-args '--v 2'",
    ],
)
def test_a_comment_or_another_flag_blocks_nothing(items, user_data):
    assert "kubelet-flag" not in items("--to", "1.36", Shop=cluster("1.33"), N=with_lt(), Start=launched(user_data))


def test_the_flag_of_bootstrap_itself_is_not_kubelets(items):
    own = "/etc/eks/bootstrap.sh c --container-runtime containerd"
    assert "kubelet-flag" not in items("--to", "1.27", Shop=cluster("1.26"), N=with_lt(), Start=launched(own))
    kubelets = "/etc/eks/bootstrap.sh c --kubelet-extra-args '--container-runtime=remote'"
    assert items("--to", "1.27", Shop=cluster("1.26"), N=with_lt(), Start=launched(kubelets))["kubelet-flag"] == [
        ("1.27", "blocks")
    ]


def test_user_data_that_is_not_known_is_unknown(items):
    start = launched("", UserData={"Ref": "Text"})
    found = items(
        "--to", "1.35", Shop=cluster("1.34"), N=with_lt(), Start=start, Parameters={"Text": {"Type": "String"}}
    )
    assert found["kubelet-flag"] == [("1.35", "unknown")]


def test_an_image_of_ones_own_is_built_anew(items):
    own = nodes(LaunchTemplate={"Id": {"Ref": "Start"}})
    found = items("--to", "1.36", Shop=cluster("1.34"), N=own, Start=launched("", ImageId="ami-1"))
    assert found["custom-ami"] == [("1.35", "unknown")]
    assert "custom-ami" not in items("--to", "1.36", Shop=cluster("1.34"), N=nodes(AmiType="AL2023_x86_64_STANDARD"))


def test_fargate_pods_are_started_again(items):
    profile = {"Type": "AWS::EKS::FargateProfile", "Properties": {"ClusterName": {"Ref": "Shop"}, "Selectors": []}}
    assert items("--to", "1.33", Shop=cluster(), P=profile)["fargate-restart"] == [("1.33", "change")]
    assert "fargate-restart" not in items("--to", "1.33", Shop=cluster())


def test_auto_mode_moves_its_nodes_by_itself(items):
    auto = cluster(
        ComputeConfig={"Enabled": True},
        StorageConfig={"BlockStorage": {"Enabled": True}},
        KubernetesNetworkConfig={"ElasticLoadBalancing": {"Enabled": True}},
    )
    assert items("--to", "1.34", Shop=auto)["auto-mode-nodes"] == [("1.33", "note")]
    assert "auto-mode-nodes" not in items("--to", "1.34", Shop=cluster())


def test_kube_proxy_moves_at_each_step(items):
    found = items("--to", "1.34", Shop=cluster(), A=addon("kube-proxy", "v1.32.6-eksbuild.12"))
    assert found["addon-version"] == [("1.33", "change"), ("1.34", "change")]


def test_another_add_on_moves_where_its_version_was_not_seen(items):
    seen = addon("vpc-cni", "v1.22.4-eksbuild.3")
    assert "addon-version" not in items("--to", "1.34", Shop=cluster(), A=seen)
    older = addon("coredns", "v1.11.4-eksbuild.53")
    assert items("--to", "1.33", Shop=cluster(), A=older)["addon-version"] == [("1.33", "change")]
    foreign = addon("a-partner_agent", "v1.0.0-eksbuild.1")
    assert items("--to", "1.33", Shop=cluster(), A=foreign)["addon-version"] == [("1.33", "unknown")]


def test_an_add_on_without_version_stays(items):
    assert items("--to", "1.34", Shop=cluster(), A=addon("coredns"))["addon-unpinned"] == [("1.33", "note")]
    assert "addon-unpinned" not in items("--to", "1.34", Shop=cluster(), A=addon("vpc-cni", "v1.22.4-eksbuild.3"))


def test_the_vpc_cni_moves_by_one_minor_of_its_own(items):
    assert items("--to", "1.33", Shop=cluster(), A=addon("vpc-cni", "v1.19.0-eksbuild.1"))["addon-steps"] == [
        ("1.33", "note")
    ]
    assert "addon-steps" not in items("--to", "1.33", Shop=cluster(), A=addon("coredns", "v1.11.4-eksbuild.53"))


def test_the_vpc_cni_must_be_1_12_before_1_26(items):
    assert items("--to", "1.26", Shop=cluster("1.25"), A=addon("vpc-cni", "v1.11.4-eksbuild.1"))["addon-minimum"] == [
        ("1.26", "blocks")
    ]
    assert "addon-minimum" not in items("--to", "1.26", Shop=cluster("1.25"), A=addon("vpc-cni", "v1.12.6-eksbuild.1"))


def test_a_removed_api_blocks_its_minor_and_a_gone_one_the_first_step(items):
    ahead = manifest(named("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema"))
    assert items("--to", "1.33", Shop=cluster("1.30"), M=ahead)["api-removed"] == [("1.32", "blocks")]
    gone = manifest(named("autoscaling/v2beta2", "HorizontalPodAutoscaler"))
    assert items("--to", "1.33", Shop=cluster("1.31"), M=gone)["api-removed"] == [("1.32", "blocks")]
    assert "api-removed" not in items("--to", "1.33", Shop=cluster("1.31"), M=manifest(pod()))


def test_a_removal_that_was_read_before_the_release_never_blocks(items):
    early = manifest(named("storage.k8s.io/v1beta1", "VolumeAttributesClass", driverName="d"))
    found = items("--to", "1.37", Shop=cluster("1.35"), M=early)
    assert found["api-removed"] == [("1.37", "note")]


def test_an_object_in_two_manifests_is_said_once(items):
    one = manifest(named("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema"))
    assert len(items("--to", "1.32", Shop=cluster("1.31"), M=one, Other=one)["api-removed"]) == 1


def test_a_deprecated_api_is_noted(items):
    warns = manifest(named("storage.k8s.io/v1beta1", "VolumeAttributesClass", driverName="d"))
    assert items("--to", "1.35", Shop=cluster("1.32"), M=warns)["api-deprecated"] == [("1.34", "note")]
    assert "api-deprecated" not in items("--to", "1.33", Shop=cluster("1.32"), M=warns)


def test_a_manifest_that_the_deployment_decides_is_unknown(items):
    unread = manifest()
    unread["Properties"]["Manifest"] = {"Ref": "Text"}
    found = items("--to", "1.33", Shop=cluster(), M=unread, Parameters={"Text": {"Type": "String"}})
    assert found["manifest-unread"] == [("1.33", "unknown")]


KARPENTER = "oci://public.ecr.aws/karpenter/karpenter"


def test_a_controller_is_raised_before_the_first_step_that_it_does_not_support(items):
    found = items("--to", "1.35", Shop=cluster(), C=chart("karpenter", KARPENTER, "1.6.0"))
    assert found["controller-version"] == [("1.35", "change")]
    assert "controller-version" not in items("--to", "1.34", Shop=cluster(), C=chart("karpenter", KARPENTER, "1.6.0"))


@pytest.mark.parametrize(("version", "drops"), [("v1beta1", True), ("v1", False)])
def test_an_api_version_that_a_newer_controller_drops_is_named(plan, version, drops):
    pool = manifest(named(f"karpenter.sh/{version}", "NodePool"))
    found = plan("--to", "1.32", Shop=cluster("1.31"), C=chart("karpenter", KARPENTER, "1.0.6"), Pools=pool)
    (item,) = (one for one in found["clusters"][0]["steps"][0]["items"] if one["id"] == "controller-version")
    assert ("1.1 drops karpenter.sh/v1beta1, which Stack/Pools has" in item["says"]) is drops


@pytest.mark.parametrize(
    ("target", "ends"),
    [
        ("1.35", "4.15.0 or newer supports 1.35"),
        ("1.36", "4.15.0 or newer supports 1.35, no known release supports 1.36"),
    ],
)
def test_a_controller_that_cannot_come_along_to_the_target_is_said_at_once(plan, target, ends):
    """Raised to what the first step needs, it would come back as a surprise at a later one."""
    ingress = chart("ingress-nginx", "https://kubernetes.github.io/ingress-nginx", "4.14.0")
    (way,) = plan("--to", target, Shop=cluster("1.34"), C=ingress)["clusters"]
    found = [item["says"] for step in way["steps"] for item in step["items"] if item["id"] == "controller-version"]
    assert len(found) == 1
    assert found[0].endswith(ends)


def test_the_cluster_autoscaler_has_the_minor_of_the_cluster(items):
    repository = "https://kubernetes.github.io/autoscaler"
    found = items("--to", "1.33", Shop=cluster(), C=chart("cluster-autoscaler", repository, "9.46.6"))
    assert found["controller-version"] == [("1.33", "change")]
    tagged = chart("cluster-autoscaler", repository, "9.46.6", image={"tag": "v1.33.0"})
    assert "controller-version" not in items("--to", "1.33", Shop=cluster(), C=tagged)


def test_a_stated_failure_of_a_controller_blocks(items):
    repository = "https://aws.github.io/eks-charts"
    old = chart("aws-load-balancer-controller", repository, "1.4.6")
    assert items("--to", "1.25", Shop=cluster("1.24"), C=old)["controller-breaks"] == [("1.25", "blocks")]
    fixed = chart("aws-load-balancer-controller", repository, "1.4.8")
    assert "controller-breaks" not in items("--to", "1.25", Shop=cluster("1.24"), C=fixed)


def test_a_retired_controller_is_noted_and_its_namesake_is_not(items):
    retired = chart("ingress-nginx", "https://kubernetes.github.io/ingress-nginx", "4.15.1")
    assert items("--to", "1.33", Shop=cluster(), C=retired)["controller-retired"] == [("1.33", "note")]
    other = chart("nginx-ingress", "https://helm.nginx.com/stable", "2.0.0")
    found = items("--to", "1.33", Shop=cluster(), C=other)
    assert "controller-retired" not in found
    assert found["chart-unread"] == [("1.33", "unknown")]


def test_all_charts_of_which_nothing_is_known_are_one_item(items):
    one, two = chart("mine", "https://charts.example", "1.0.0"), chart("yours", "https://charts.example", None)
    assert len(items("--to", "1.34", Shop=cluster(), C=one, D=two)["chart-unread"]) == 1


@pytest.mark.parametrize(
    ("id_", "start", "minor", "weight", "shows", "hides"),
    [
        (
            "in-tree-ebs",
            "1.22",
            "1.23",
            "blocks",
            named("storage.k8s.io/v1", "StorageClass", provisioner="kubernetes.io/aws-ebs"),
            named("storage.k8s.io/v1", "StorageClass", provisioner="ebs.csi.aws.com"),
        ),
        (
            "dockershim",
            "1.23",
            "1.24",
            "blocks",
            pod(volumes=[{"name": "v", "hostPath": {"path": "/var/run/docker.sock"}}]),
            pod(volumes=[{"name": "v", "hostPath": {"path": "/var/log"}}]),
        ),
        (
            "pod-security-policy",
            "1.24",
            "1.25",
            "blocks",
            named("rbac.authorization.k8s.io/v1", "ClusterRole", rules=[{"resources": ["podsecuritypolicies"]}]),
            named("rbac.authorization.k8s.io/v1", "ClusterRole", rules=[{"resources": ["pods"]}]),
        ),
        (
            "seccomp-annotation",
            "1.26",
            "1.27",
            "blocks",
            {**pod(), "metadata": {"name": "p", "annotations": {"seccomp.security.alpha.kubernetes.io/pod": "x"}}},
            {**pod(), "metadata": {"name": "p", "annotations": {"example.com/seccomp": "x"}}},
        ),
        (
            "apparmor-annotation",
            "1.30",
            "1.31",
            "note",
            {
                **pod(),
                "metadata": {"name": "p", "annotations": {"container.apparmor.security.beta.kubernetes.io/c": "x"}},
            },
            pod(),
        ),
        (
            "anonymous-auth",
            "1.31",
            "1.32",
            "note",
            named("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", subjects=[{"name": "system:anonymous"}]),
            named("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", subjects=[{"name": "me"}]),
        ),
        ("endpoints-deprecated", "1.32", "1.33", "note", named("v1", "Endpoints"), named("v1", "ConfigMap")),
        (
            "git-repo-volume",
            "1.35",
            "1.36",
            "blocks",
            pod(volumes=[{"name": "v", "gitRepo": {"repository": "r"}}]),
            pod(volumes=[{"name": "v", "emptyDir": {}}]),
        ),
        (
            "strict-ip-cidr",
            "1.35",
            "1.36",
            "blocks",
            named("v1", "Service", spec={"ports": [{"port": 1}], "loadBalancerSourceRanges": ["10.0.0.1/24"]}),
            named("v1", "Service", spec={"ports": [{"port": 1}], "loadBalancerSourceRanges": ["10.0.0.0/24"]}),
        ),
        (
            "external-ips",
            "1.35",
            "1.36",
            "note",
            named("v1", "Service", spec={"ports": [{"port": 1}], "externalIPs": ["10.0.0.7"]}),
            named("v1", "Service", spec={"ports": [{"port": 1}]}),
        ),
    ],
)
def test_what_a_minor_changes_is_found_in_objects(items, id_, start, minor, weight, shows, hides):  # noqa: PLR0913
    assert items("--to", minor, Shop=cluster(start), M=manifest(shows))[id_] == [(minor, weight)]
    assert id_ not in items("--to", minor, Shop=cluster(start), M=manifest(hides))


def test_the_ebs_driver_of_the_app_takes_the_volumes(items):
    claimed = manifest(named("storage.k8s.io/v1", "StorageClass", provisioner="kubernetes.io/aws-ebs"))
    found = items("--to", "1.23", Shop=cluster("1.22"), M=claimed, A=addon("aws-ebs-csi-driver"))
    assert "in-tree-ebs" not in found


def test_ipvs_never_blocks(items):
    ipvs = addon("kube-proxy", "v1.34.6-eksbuild.21", ConfigurationValues='{"mode": "ipvs"}')
    assert items("--to", "1.36", Shop=cluster("1.34"), A=ipvs)["kube-proxy-ipvs"] == [("1.35", "note")]
    assert "kube-proxy-ipvs" not in items(
        "--to", "1.36", Shop=cluster("1.34"), A=addon("kube-proxy", "v1.34.6-eksbuild.21")
    )


def test_a_version_that_the_deployment_decides_is_one_unknown(plan):
    found = plan("--to", "1.36", Shop=cluster({"Ref": "V"}), Parameters={"V": {"Type": "String"}})["clusters"][0]
    assert [item["id"] for item in found["items"]] == ["version-unknown"]
    assert found["steps"] == []


def test_the_plan_of_several_versions_begins_at_the_lowest(plan):
    allowed = {"V": {"Type": "String", "AllowedValues": ["1.31", "1.32"]}}
    found = plan("--to", "1.33", Shop=cluster({"Ref": "V"}), Parameters=allowed)["clusters"][0]
    assert found["from"]["candidates"] == ["1.31", "1.32"]
    weights = [
        [item["weight"] for item in step["items"] if item["id"] == "kubernetes-version"] for step in found["steps"]
    ]
    assert weights == [["unknown"], ["change"]]


def test_an_address_that_two_rules_refuse_is_said_once(items):
    spec = {"ports": [{"port": 1}], "externalIPs": ["10.0.0.007"]}
    found = items("--to", "1.36", Shop=cluster("1.35"), M=manifest(named("v1", "Service", spec=spec)))
    assert found["strict-ip-cidr"] == [("1.36", "blocks")]
    assert "manifest-valid" not in found


def test_a_layer_of_two_handlers_of_one_name_is_told_once(items):
    """Functions of other apps have no name here, and what they need reads the same."""
    given = named("v1", "ConfigMap", data={})
    both = {name: manifest(given) for name in ("One", "Two")}
    both["Two"]["Properties"]["ServiceToken"] = "arn:y"
    assert items("--to", "1.34", Shop=cluster(), **both)["kubectl-layer"] == [("1.33", "change"), ("1.34", "change")]
