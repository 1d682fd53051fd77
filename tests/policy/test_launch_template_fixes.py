"""What launch-template-fits says to do is about what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

GROUPS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "Omit the AMI type (AmiType) of the node group.": (
        {"AmiType": "AL2023_x86_64_STANDARD"},
        {"ImageId": "ami-0123456789abcdef0"},
    ),
    "Omit the instance type in the launch template.": ({"InstanceTypes": ["m7i.large"]}, {"InstanceType": "m7i.large"}),
    "Omit IamInstanceProfile in the launch template.": ({}, {"IamInstanceProfile": {"Name": "ovens"}}),
    "Omit InstanceMarketOptions in the launch template.": ({}, {"InstanceMarketOptions": {"MarketType": "spot"}}),
    "Omit HibernationOptions in the launch template.": ({}, {"HibernationOptions": {"Configured": "true"}}),
    "Give Bottlerocket its settings as TOML.": (
        {"AmiType": "BOTTLEROCKET_x86_64"},
        {"UserData": {"Fn::Base64": "#!/bin/bash\nyum update -y"}},
    ),
}


@pytest.mark.parametrize("remedy", GROUPS)
def test_each_cause_has_a_remedy(check, write, remedy):
    group, data = GROUPS[remedy]
    of_template = {"Id": {"Ref": "Start"}, "Version": {"Fn::GetAtt": ["Start", "LatestVersionNumber"]}}
    resources = {
        "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}},
        "Start": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": data}},
        "Ovens": {
            "Type": "AWS::EKS::Nodegroup",
            "Properties": {"ClusterName": {"Ref": "Plane"}, "LaunchTemplate": of_template, **group},
        },
    }
    template = write("T.template.json", {"Resources": resources})
    (found,) = check(template, "--select", "launch-template-fits").json["findings"]
    assert found["remediation"] == remedy
    assert "BlockDevice" not in str(found["fix"])
