"""Input of any size, for what is counted while it doubles: each function writes an assembly and returns its path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inputs import CLUSTER

NESTED = "AWS::CloudFormation::Stack"
MANIFEST = "Custom::AWSCDK-EKS-KubernetesResource"


def write(folder: Path, *, metadata: dict[str, Any] | None = None, **templates: Any) -> Path:
    """A cloud assembly of some stacks; nested templates begin with `Inner`."""
    folder.mkdir(parents=True)
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": "aws://1/eu-central-1",
            "properties": {"templateFile": f"{name}.template.json"},
            "metadata": metadata or {},
        }
        for name in templates
        if not name.startswith("Inner")
    }
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    for name, content in templates.items():
        (folder / f"{name}.template.json").write_text(json.dumps(content))
    return folder


def one_frame(folder: Path, size: int) -> Path:
    """A stack trace of one long line."""
    frame = "    at " + "a:" * (size * 512) + "1:1"
    entries = [{"type": "aws:cdk:logicalId", "data": "Cluster", "trace": [frame]}]
    return write(folder, metadata={"/S/Cluster": entries}, S={"Resources": {"Cluster": CLUSTER}})


def manifest_of(text: object, cluster: str = "Cluster", **properties: object) -> dict[str, Any]:
    """A Kubernetes manifest of a cluster."""
    return {
        "Type": MANIFEST,
        "Properties": {"ClusterName": {"Ref": cluster}, "ServiceToken": "arn", "Manifest": text, **properties},
    }


def open_braces(folder: Path, size: int) -> Path:
    """A text of nothing but beginnings of variables, where names, versions and manifests stand."""
    sub = {"Fn::Sub": "${" * (size * 512)}
    cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": sub, "Name": sub, "RoleArn": sub}}
    return write(folder, S={"Resources": {"Cluster": cluster, "M": manifest_of(sub)}})


def objects_of(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"c{n}", "namespace": f"n{n % 7}"}}
        for n in range(start, start + count)
    ]


def many_manifests(folder: Path, size: int) -> Path:
    """Small manifests of one cluster, each a resource."""
    manifests = {f"M{n}": manifest_of(json.dumps(objects_of(1, n))) for n in range(size * 50)}
    return write(folder, S={"Resources": {"Cluster": CLUSTER, **manifests}})


def one_long_manifest(folder: Path, size: int) -> Path:
    """One manifest of many objects."""
    return write(folder, S={"Resources": {"Cluster": CLUSTER, "M": manifest_of(json.dumps(objects_of(size * 50)))}})


def objects_by_clusters(folder: Path, size: int) -> Path:
    """Clusters with manifests, roles and node groups of their own; the things of others are none of theirs."""
    resources: dict[str, Any] = {}
    for n in range(size * 4):
        resources[f"C{n}"] = {"Type": "AWS::EKS::Cluster", "Properties": {"Name": f"c{n}", "Version": "1.36"}}
        resources[f"G{n}"] = {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": f"C{n}"}}}
        resources[f"A{n}"] = {"Type": "AWS::EKS::Addon", "Properties": {"ClusterName": {"Ref": f"C{n}"}}}
        resources[f"M{n}"] = manifest_of(json.dumps(objects_of(10)), f"C{n}")
    return write(folder, S={"Resources": resources})


def stacks_of_clusters(folder: Path, size: int) -> Path:
    """Stacks with a cluster each, and manifests of it in another stack."""
    stacks: dict[str, Any] = {}
    for n in range(size * 4):
        output = {"O": {"Value": {"Ref": "C"}, "Export": {"Name": f"E{n}"}}}
        stacks[f"A{n}"] = {"Resources": {"C": {**CLUSTER}}, "Outputs": output}
        manifest = manifest_of(json.dumps(objects_of(5)))
        manifest["Properties"]["ClusterName"] = {"Fn::ImportValue": f"E{n}"}
        stacks[f"B{n}"] = {"Resources": {"M": manifest}}
    return write(folder, **stacks)


def yaml_clusters(folder: Path, size: int) -> Path:
    """A template in YAML with clusters that have all that can be judged of them."""
    lines = ["Resources:"]
    for n in range(size * 4):
        lines += [
            f"  C{n}:",
            "    Type: AWS::EKS::Cluster",
            "    Properties:",
            f"      Name: c{n}",
            "      Version: '1.24'",
            "      ResourcesVpcConfig: {EndpointPublicAccess: true, SubnetIds: [subnet-1, subnet-2]}",
            f"  G{n}:",
            "    Type: AWS::EKS::Nodegroup",
            f"    Properties: {{ClusterName: !Ref C{n}, Subnets: [subnet-1], NodeRole: !Sub 'arn:aws:iam::1:role/n{n}'}}",
            *(f"  # {'x' * 70}" for _ in range(20)),
        ]
    folder.mkdir(parents=True)
    path = folder / "S.template.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def empty_lists(folder: Path, size: int) -> Path:
    """Lists without anything in them."""
    return write(folder, S={"Resources": {"Cluster": CLUSTER, "X": {"Type": "X", "Properties": [[]] * (size * 2000)}}})


def nested_stacks(folder: Path, size: int) -> Path:
    """Nested stacks of one template."""
    nested = {f"N{n}": {"Type": NESTED, "Properties": {"TemplateURL": "Inner.template.json"}} for n in range(size * 25)}
    return write(folder, S={"Resources": nested}, Inner={"Resources": {"Cluster": CLUSTER}})


def templates_of_a_list(folder: Path, size: int) -> Path:
    """One file that holds a list of templates."""
    folder.mkdir(parents=True)
    path = folder / "templates.json"
    path.write_text(json.dumps([{"Resources": {"Cluster": CLUSTER}} for _ in range(size * 10)]))
    return path


def exports_and_imports(folder: Path, size: int) -> Path:
    """A chain of values from stack to stack, and many imports of each."""
    stacks: dict[str, Any] = {
        "S0": {"Resources": {}, "Outputs": {"O": {"Value": "1.36", "Export": {"Name": "E"}}}},
    }
    for n in range(1, size * 10):
        version = {"Fn::ImportValue": "E"}
        stacks[f"S{n}"] = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}}}}
    return write(folder, **stacks)


def policies_of_roles(folder: Path, size: int) -> Path:
    """Roles with policies, one for the service account of each cluster."""
    resources: dict[str, Any] = {}
    trust = {
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "eks.amazonaws.com"}}]
    }
    for n in range(size * 8):
        resources[f"R{n}"] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
        resources[f"P{n}"] = {
            "Type": "AWS::IAM::Policy",
            "Properties": {"Roles": [{"Ref": f"R{n}"}], "PolicyName": f"p{n}", "PolicyDocument": {"Statement": []}},
        }
        resources[f"C{n}"] = {
            "Type": "AWS::EKS::Cluster",
            "Properties": {"Version": "1.36", "RoleArn": {"Fn::GetAtt": [f"R{n}", "Arn"]}},
        }
    return write(folder, S={"Resources": resources})


def one_object_again_and_again(folder: Path, size: int) -> Path:
    """Manifests that all declare the same object, half of them under a condition."""
    once = json.dumps(objects_of(1))
    manifests = {f"M{n}": manifest_of(once, Overwrite=n % 3 == 0) for n in range(size * 50)}
    for manifest in list(manifests.values())[::2]:
        manifest["Condition"] = "Open"
    conditions = {"Open": {"Fn::Equals": [{"Ref": "P"}, "x"]}}
    template = {"Parameters": {"P": {"Type": "String"}}, "Conditions": conditions}
    return write(folder, S={**template, "Resources": {"Cluster": CLUSTER, **manifests}})


def everything_of_one_cluster(folder: Path, size: int) -> Path:
    """Node groups, charts, manifests, access entries, add-ons and associations of one cluster."""
    resources: dict[str, Any] = {"Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}}}
    ref = {"ClusterName": {"Ref": "Cluster"}}
    chart = {"Chart": "c", "Repository": "https://a", "ServiceToken": "arn", **ref}
    for n in range(size * 12):
        arn = f"arn:aws:iam::1:role/r{n}"
        resources |= {
            f"G{n}": {"Type": "AWS::EKS::Nodegroup", "Properties": {**ref, "NodeRole": arn, "Subnets": ["subnet-1"]}},
            f"E{n}": {"Type": "AWS::EKS::AccessEntry", "Properties": {**ref, "PrincipalArn": arn}},
            f"A{n}": {"Type": "AWS::EKS::Addon", "Properties": {**ref, "AddonName": f"a{n}"}},
            f"P{n}": {
                "Type": "AWS::EKS::PodIdentityAssociation",
                "Properties": {**ref, "Namespace": f"n{n}", "ServiceAccount": "s", "RoleArn": arn},
            },
            f"F{n}": {
                "Type": "AWS::EKS::FargateProfile",
                "Properties": {**ref, "PodExecutionRoleArn": arn, "Selectors": [{"Namespace": f"n{n}"}]},
            },
            f"C{n}": {
                "Type": "Custom::AWSCDK-EKS-HelmChart",
                "Properties": {**chart, "Release": f"r{n}", "Namespace": f"n{n}"},
            },
            f"M{n}": manifest_of(json.dumps(objects_of(3, n * 3))),
        }
    return write(folder, S={"Resources": resources})


def conditions_in_a_row(folder: Path, size: int) -> Path:
    """Conditions that each deny the one before, and a cluster under the last."""
    conditions: dict[str, Any] = {"C0": {"Fn::Equals": [{"Ref": "P"}, "x"]}}
    conditions |= {f"C{n}": {"Fn::Not": [{"Condition": f"C{n - 1}"}]} for n in range(1, size * 50)}
    cluster = {**CLUSTER, "Condition": f"C{size * 50 - 1}"}
    template = {"Parameters": {"P": {"Type": "String"}}, "Conditions": conditions}
    return write(folder, S={**template, "Resources": {"Cluster": cluster}})


def versions_by_parameters(folder: Path, size: int) -> Path:
    """Stacks of clusters whose versions are parameters, each of another name, and their node groups in other stacks."""
    stacks: dict[str, Any] = {}
    for n in range(size * 8):
        cluster = {"Name": f"c{n}", "Version": {"Ref": f"Version{n}"}}
        group = {"ClusterName": f"c{n}", "NodeRole": "arn:aws:iam::1:role/r", "Version": "1.31"}
        resources = {"C": {"Type": "AWS::EKS::Cluster", "Properties": cluster}}
        stacks[f"A{n}"] = {"Parameters": {f"Version{n}": {"Type": "String"}}, "Resources": resources}
        stacks[f"B{n}"] = {"Resources": {"G": {"Type": "AWS::EKS::Nodegroup", "Properties": group}}}
    return write(folder, **stacks)
