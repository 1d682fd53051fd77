"""What the fuzzer starts from: real files, as far as a target reads such."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_templates"


def seeds(target: str) -> list[bytes]:
    """The inputs that a target starts from; none where hypothesis builds them."""
    match target:
        case "assembly":
            from targets import SEPARATOR

            return [SEPARATOR.join(json.dumps(file).encode() for file in files) for files in _assemblies()]
        case "template":
            inputs = [path.read_bytes() for path in SAMPLES.glob("*/cdk.out/*.template.json")]
            return sorted(set(inputs), key=lambda content: (len(content), content))[:8]
        case "yaml":
            return [b"Resources:\n  C:\n    Type: AWS::EKS::Cluster\n    Properties:\n      Version: !Ref V\n"]
        case "manifest":
            return [json.dumps([{"apiVersion": "v1", "kind": "List", "items": [_OBJECT]}]).encode()]
        case "policy":
            return [path.read_bytes() for path in sorted((ROOT / "policies").rglob("*.yaml"))]
        case "config":
            return [_CONFIG]
        case "zip":
            return [_zip(method) for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)]
        case "positions":
            return [b'/Resources/a/1/b~1c\n{"Resources": {"a": [1, {"b/c": null}]}}']
    return []


def _assemblies() -> list[list[Any]]:
    """A chain to kubectl in some two thousand bytes, over a nested stack and within one: what is small is tried often."""
    properties = {"templateFile": "S.template.json"}
    stack = {"type": "aws:cloudformation:stack", "properties": properties, "additionalMetadataFile": "S.metadata.json"}
    listed = {"S": stack, "A": {"type": "cdk:asset-manifest", "properties": {"file": "S.assets.json"}}}
    manifest = {"version": "36.0.0", "artifacts": listed}
    digest = "a" * 64
    assets = {"version": "36.0.0", "files": {digest: {"source": {"path": "asset.a"}, "destinations": {}}}}
    metadata = {"/S/C": [{"type": "aws:cdk:logicalId", "data": "C", "trace": ["at f (/a/b.ts:1:2)"]}]}
    tree = {"version": "tree-0.1", "tree": {"id": "App", "path": "", "children": {}}}
    code = {"S3Bucket": "b", "S3Key": f"{digest}.zip"}
    chain = {
        "L": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": code, "Description": "kubectl/1.31.0"}},
        "H": {"Type": "AWS::Lambda::Function", "Properties": {"Layers": [{"Ref": "L"}], "Code": code}},
        "F": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": _CALLS}}},
    }
    nested = {"Resources": chain, "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["F", "Arn"]}}}}
    below = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "N.nested.template.json"}}
    over = {"Resources": {**_things({"Fn::GetAtt": ["N", "Outputs.Arn"]}), "N": below}}
    within = {"Resources": {**_things({"Fn::GetAtt": ["F", "Arn"]}), **chain}}
    return [[manifest, template, nested, assets, metadata, tree] for template in (over, within)]


_CALLS = {"USER_ON_EVENT_FUNCTION_ARN": {"Fn::GetAtt": ["H", "Arn"]}}


def _things(token: Any) -> dict[str, Any]:
    of_cluster = {"ClusterName": {"Ref": "C"}}
    served = {**of_cluster, "ServiceToken": token}
    return {
        "C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.33", "RoleArn": "arn:aws:iam::1:role/r"}},
        "G": {"Type": "AWS::EKS::Nodegroup", "Properties": {**of_cluster, "AmiType": "AL2_x86_64"}},
        "A": {"Type": "AWS::EKS::Addon", "Properties": {**of_cluster, "AddonName": "coredns"}},
        "M": {
            "Type": "Custom::AWSCDK-EKS-KubernetesResource",
            "Properties": {**served, "Manifest": json.dumps([_OBJECT])},
        },
        "R": {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": {**served, "Chart": "c", "Release": "r"}},
    }


def _zip(method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("kubectl/kubectl", b"\x7fELF\x00v1.28.3\x00" * 10)
        archive.writestr("./bin/kubectl", b"no program")
    return buffer.getvalue()


_OBJECT = {
    "apiVersion": "v1",
    "kind": "ServiceAccount",
    "metadata": {"name": "a", "namespace": "b", "annotations": {"eks.amazonaws.com/role-arn": "arn"}},
}
_CONFIG = b"""\
packs: [baseline]
disable: [control-plane-logging]
severity: {endpoint-private: low}
declare:
  clusters: [{name: "payment", version: "1.34"}]
  layers: [{arn: "arn:*", kubectl: "1.34.1"}]
waivers: [{policy: endpoint-private, subject: "Payment/**", reason: known, expires: "2027-01-01"}]
"""
