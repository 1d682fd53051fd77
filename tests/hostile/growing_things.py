"""Input of any size whose things name each other: handlers, roles, providers, entries, conditions, exports, assets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from growing import NESTED, manifest_of, objects_of, write
from inputs import CLUSTER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SMALL = 6
"""Things of each kind for one unit of size."""
TOKEN = {"Fn::GetAtt": ["Framework", "Arn"]}


def role(service: str = "lambda.amazonaws.com") -> dict[str, Any]:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [trust]}}}


def role_of_pods(provider: str) -> dict[str, Any]:
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": {"Ref": provider}},
    }
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [trust]}}}


def function(layer: str, **variables: Any) -> dict[str, Any]:
    properties = {
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Layers": [{"Ref": layer}],
        "Code": {"S3Bucket": "b", "S3Key": f"{'a' * 64}.zip"},
        "Environment": {"Variables": variables},
    }
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def layer_of(number: int) -> dict[str, Any]:
    content = {"S3Bucket": "b", "S3Key": f"{number:064x}.zip"}
    return {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": content}}


def handled(**more: Any) -> dict[str, Any]:
    """A cluster with a handler of kubectl, and more."""
    called = {"Fn::GetAtt": ["Handler", "Arn"]}
    return {
        "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"AccessConfig": {"AuthenticationMode": "API"}}},
        "Role": role(),
        "Layer": layer_of(0),
        "Handler": function("Layer"),
        "Framework": function("Layer", USER_ON_EVENT_FUNCTION_ARN=called),
        **more,
    }


def each(size: int) -> Iterable[int]:
    return range(size * SMALL)


def of_cluster(type_: str, cluster: str = "Cluster", **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Properties": {"ClusterName": {"Ref": cluster}, **properties}}


def roles_of_consumers(folder: Path, size: int) -> Path:
    """Manifests that kubectl applies as a role of their own, which an access entry lets in."""
    resources = handled()
    for n in each(size):
        arn = {"Fn::GetAtt": [f"R{n}", "Arn"]}
        resources |= {
            f"R{n}": role(),
            f"E{n}": of_cluster("AWS::EKS::AccessEntry", PrincipalArn=arn),
            f"M{n}": manifest_of(json.dumps(objects_of(1, n)), RoleArn=arn, ServiceToken=TOKEN),
        }
    return write(folder, S={"Resources": resources})


def charts_and_patches(folder: Path, size: int) -> Path:
    """Charts, patches and values of one handler."""
    resources = handled()
    for n in each(size):
        chart = {"Chart": "c", "Repository": "https://a", "Release": f"r{n}", "Namespace": f"n{n}"}
        patch = {"ResourceName": f"deployment/a{n}", "ApplyPatchJson": "{}", "RestorePatchJson": "{}"}
        resources |= {
            f"C{n}": of_cluster("Custom::AWSCDK-EKS-HelmChart", ServiceToken=TOKEN, **chart),
            f"P{n}": of_cluster("Custom::AWSCDK-EKS-KubernetesPatch", ServiceToken=TOKEN, **patch),
        }
    return write(folder, S={"Resources": resources})


def handlers_of_one_cluster(folder: Path, size: int) -> Path:
    """A handler, its framework and its layer for each manifest."""
    resources = handled()
    for n in each(size):
        resources |= {
            f"L{n}": layer_of(n),
            f"H{n}": function(f"L{n}"),
            f"F{n}": function(f"L{n}", USER_ON_EVENT_FUNCTION_ARN={"Fn::GetAtt": [f"H{n}", "Arn"]}),
            f"M{n}": manifest_of(json.dumps(objects_of(1, n)), ServiceToken={"Fn::GetAtt": [f"F{n}", "Arn"]}),
        }
    return write(folder, S={"Resources": resources})


def assets_in_many_manifests(folder: Path, size: int) -> Path:
    """A layer in an asset for each handler, and a manifest for each asset."""
    handlers_of_one_cluster(folder, size)
    manifest = json.loads((folder / "manifest.json").read_text())
    for n in each(size):
        destination = {"bucketName": "b", "objectKey": f"{n:064x}.zip"}
        source = {"path": f"asset.{n}", "packaging": "zip"}
        files = {f"{n:064x}": {"source": source, "destinations": {"here": destination}}}
        (folder / f"{n}.assets.json").write_text(json.dumps({"version": "36.0.0", "files": files}))
        manifest["artifacts"][f"A{n}"] = {"type": "cdk:asset-manifest", "properties": {"file": f"{n}.assets.json"}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def accounts_of(resources: dict[str, Any], number: int, cluster: str) -> None:
    """A service account with a role that trusts a provider."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": f"s{number}", "namespace": "n"}}
    account["metadata"] |= {"annotations": {"eks.amazonaws.com/role-arn": "@"}}  # type: ignore[operator]
    before, after = json.dumps([account]).split("@")
    text = {"Fn::Join": ["", [before, {"Fn::GetAtt": [f"R{number}", "Arn"]}, after]]}
    resources[f"M{number}"] = manifest_of(text, cluster)


def provider_of(cluster: str) -> dict[str, Any]:
    issuer = {"Fn::GetAtt": [cluster, "OpenIdConnectIssuerUrl"]}
    return {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": issuer, "ClientIdList": ["sts.amazonaws.com"]}}


def accounts_of_one_cluster(folder: Path, size: int) -> Path:
    """Service accounts with roles, and associations of Pod Identity with the same roles."""
    resources = {"Cluster": CLUSTER, "O": provider_of("Cluster")}
    for n in each(size):
        resources[f"R{n}"] = role_of_pods("O")
        accounts_of(resources, n, "Cluster")
        named: dict[str, Any] = {
            "Namespace": "n",
            "ServiceAccount": f"p{n}",
            "RoleArn": {"Fn::GetAtt": [f"R{n}", "Arn"]},
        }
        resources[f"A{n}"] = of_cluster("AWS::EKS::PodIdentityAssociation", **named)
    return write(folder, S={"Resources": resources})


def providers_of_many_clusters(folder: Path, size: int) -> Path:
    """Clusters with a provider, a role and a service account each."""
    resources: dict[str, Any] = {}
    for n in each(size):
        resources |= {f"C{n}": CLUSTER, f"O{n}": provider_of(f"C{n}"), f"R{n}": role_of_pods(f"O{n}")}
        accounts_of(resources, n, f"C{n}")
    return write(folder, S={"Resources": resources})


def imported_clusters(folder: Path, size: int) -> Path:
    """Manifests of clusters of other apps, each under a handler that is in a nested stack."""
    resources = handled()
    for n in each(size):
        resources[f"M{n}"] = manifest_of(json.dumps(objects_of(1)), ServiceToken=TOKEN)
        resources[f"M{n}"]["Properties"]["ClusterName"] = f"elsewhere-{n}"
        resources[f"N{n}"] = {"Type": NESTED, "Properties": {"TemplateURL": "https://a/b.json"}}
    return write(folder, S={"Resources": resources})


def nodes_and_networks(folder: Path, size: int) -> Path:
    """Node groups and instances with a role, a launch template, a group and a subnet each; roles that are mapped."""
    resources = handled(Vpc={"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}})
    mapped: list[Any] = ['[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"aws-auth",']
    mapped.append('"namespace":"kube-system"},"data":{"mapRoles":"[')
    for n in each(size):
        arn, tag = {"Fn::GetAtt": [f"R{n}", "Arn"]}, {"Key": "kubernetes.io/cluster/c", "Value": "owned"}
        launch = {"LaunchTemplateId": {"Ref": f"T{n}"}, "Version": "1"}
        network = {"VpcId": {"Ref": "Vpc"}}
        profile = {"IamInstanceProfile": {"Arn": {"Fn::GetAtt": [f"P{n}", "Arn"]}}, "ImageId": "ami-1"}
        resources |= {
            f"R{n}": role("ec2.amazonaws.com"),
            f"P{n}": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": f"R{n}"}]}},
            f"T{n}": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": profile}},
            f"S{n}": {"Type": "AWS::EC2::Subnet", "Properties": {**network, "CidrBlock": "10.0.0.0/24"}},
            f"Q{n}": {"Type": "AWS::EC2::SecurityGroup", "Properties": network},
            f"G{n}": of_cluster("AWS::EKS::Nodegroup", NodeRole=arn, Subnets=[{"Ref": f"S{n}"}]),
            f"A{n}": {
                "Type": "AWS::AutoScaling::AutoScalingGroup",
                "Properties": {"LaunchTemplate": launch, "Tags": [tag], "VPCZoneIdentifier": [{"Ref": f"S{n}"}]},
            },
            f"E{n}": of_cluster("AWS::EKS::AccessEntry", PrincipalArn=arn, Type="EC2_LINUX"),
        }
        mapped += ["," if n else "", '{\\"rolearn\\":\\"', arn, '\\",\\"groups\\":[\\"system:nodes\\"]}']
    resources["Maps"] = manifest_of({"Fn::Join": ["", [*mapped, ']"}}]']]}, ServiceToken=TOKEN)
    groups = [{"Fn::GetAtt": [f"Q{n}", "GroupId"]} for n in each(size)]
    access = {"AccessConfig": {"AuthenticationMode": "API_AND_CONFIG_MAP"}, "Name": "c"}
    vpc = {"ResourcesVpcConfig": {"SecurityGroupIds": groups}}
    resources["Cluster"] = {"Type": "AWS::EKS::Cluster", "Properties": {**access, **vpc}}
    return write(folder, S={"Resources": resources})


def conditions(folder: Path, size: int) -> Path:
    """A parameter, a condition, a cluster and an add-on under it, again and again."""
    resources: dict[str, Any] = {}
    for n in each(size):
        version = {"Fn::If": [f"Is{n}", "1.30", {"Ref": f"P{n}"}]}
        resources[f"C{n}"] = {"Type": "AWS::EKS::Cluster", "Condition": f"Is{n}", "Properties": {"Version": version}}
        resources[f"A{n}"] = {**of_cluster("AWS::EKS::Addon", f"C{n}", AddonName="coredns"), "Condition": f"Is{n}"}
    parameters = {f"P{n}": {"Type": "String", "AllowedValues": ["1.33", "1.34"]} for n in each(size)}
    decided = {f"Is{n}": {"Fn::Equals": [{"Ref": f"P{n}"}, "1.33"]} for n in each(size)}
    return write(folder, S={"Parameters": parameters, "Conditions": decided, "Resources": resources})


def exports_of_many_names(folder: Path, size: int) -> Path:
    """A cluster that a stack exports under a name of its own, written out or made up, and a stack that imports it."""
    stacks: dict[str, Any] = {}
    for n in each(size):
        name = f"A{n}:Cluster" if n % 2 else {"Fn::Sub": "${AWS::StackName}:Cluster"}
        exported = {"O": {"Value": {"Ref": "C"}, "Export": {"Name": name}}}
        stacks[f"A{n}"] = {"Resources": {"C": CLUSTER}, "Outputs": exported}
        group = {"ClusterName": {"Fn::ImportValue": f"A{n}:Cluster"}}
        stacks[f"B{n}"] = {"Resources": {"G": {"Type": "AWS::EKS::Nodegroup", "Properties": group}}}
    return write(folder, **stacks)


def manifests_in_a_row(folder: Path, size: int) -> Path:
    """Manifests that each wait for the one before."""
    resources: dict[str, Any] = {"Cluster": CLUSTER}
    for n in each(size):
        resources[f"M{n}"] = {**manifest_of(json.dumps(objects_of(1, n))), "DependsOn": [f"M{n - 1}"] if n else []}
    return write(folder, S={"Resources": resources})


def profiles_of_fargate(folder: Path, size: int) -> Path:
    """Profiles with a namespace each, and pods for them."""
    resources: dict[str, Any] = {"Cluster": CLUSTER}
    for n in each(size):
        selected: dict[str, Any] = {
            "PodExecutionRoleArn": "arn:aws:iam::1:role/x",
            "Selectors": [{"Namespace": f"n{n}"}],
        }
        resources[f"F{n}"] = of_cluster("AWS::EKS::FargateProfile", **selected)
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": f"n{n}"}}
        resources[f"M{n}"] = manifest_of(json.dumps([{**pod, "spec": {"containers": [{"name": "c", "image": "i"}]}}]))
    return write(folder, S={"Resources": resources})


def nested_stacks_with_parameters(folder: Path, size: int) -> Path:
    """Nested stacks that are each given the cluster."""
    given = {"Parameters": {"C": {"Ref": "Cluster"}}}
    nested = {
        f"N{n}": {"Type": NESTED, "Properties": {"TemplateURL": f"Inner{n}.template.json", **given}} for n in each(size)
    }
    inner = {"Parameters": {"C": {"Type": "String"}}, "Resources": {"G": of_cluster("AWS::EKS::Nodegroup", "C")}}
    return write(folder, S={"Resources": {"Cluster": CLUSTER, **nested}}, **{f"Inner{n}": inner for n in each(size)})


def waivers_and_declarations(folder: Path, size: int) -> Path:
    """A waiver, a declaration and a cluster, again and again."""
    waived = [
        f'  - {{policy: endpoint-private, subject: "S/C{n}", reason: r, expires: "2027-01-01"}}' for n in each(size)
    ]
    declared = [f'    - {{name: "a{n}", version: "1.33"}}' for n in each(size)]
    lines = ["waivers:", *waived, "declare:", "  clusters:", *declared]
    write(folder, S={"Resources": {f"C{n}": CLUSTER for n in each(size)}})
    (folder / "eks-guard.yaml").write_text("\n".join(lines) + "\n")
    return folder


THINGS = [
    roles_of_consumers,
    charts_and_patches,
    handlers_of_one_cluster,
    assets_in_many_manifests,
    accounts_of_one_cluster,
    providers_of_many_clusters,
    imported_clusters,
    nodes_and_networks,
    conditions,
    exports_of_many_names,
    manifests_in_a_row,
    profiles_of_fargate,
    nested_stacks_with_parameters,
    waivers_and_declarations,
]
