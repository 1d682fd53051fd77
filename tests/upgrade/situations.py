"""The resources of small templates with one cluster."""

from __future__ import annotations

import base64
import json
from typing import Any


def cluster(version: Any = "1.32", **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version, **properties}}


def nodes(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": "Shop"}, **properties}}


def addon(name: str, version: str | None = None, **properties: Any) -> dict[str, Any]:
    written = {"AddonVersion": version} if version else {}
    return {
        "Type": "AWS::EKS::Addon",
        "Properties": {"ClusterName": {"Ref": "Shop"}, "AddonName": name, **written, **properties},
    }


def manifest(*objects: dict[str, Any]) -> dict[str, Any]:
    properties = {"ServiceToken": "arn:x", "ClusterName": {"Ref": "Shop"}, "Manifest": json.dumps(objects)}
    return {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": properties}


def chart(name: str, repository: str, version: str | None, **values: Any) -> dict[str, Any]:
    properties = {"ServiceToken": "arn:x", "ClusterName": {"Ref": "Shop"}, "Release": "r", "Chart": name}
    properties |= {"Repository": repository, "Values": json.dumps(values)} | ({"Version": version} if version else {})
    return {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": properties}


def launched(user_data: str, **data: Any) -> dict[str, Any]:
    text = base64.b64encode(user_data.encode()).decode()
    return {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": {"UserData": text, **data}}}
