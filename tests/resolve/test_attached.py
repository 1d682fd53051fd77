"""The subnets and security groups of the app that clusters use are in the estate, with their owners."""

from __future__ import annotations

import json

import pytest
from conftest import ASSEMBLIES

from eks_guard.assembly.load import load
from eks_guard.data import Tables
from eks_guard.model.resource import Link, ResourceId, Unowned
from eks_guard.model.value import Known, Unknown
from eks_guard.resolve import Knowledge, resolve

TABLES = Tables()
GROUP = "AWS::EC2::SecurityGroup"
OUT = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": "443", "CidrIp": "0.0.0.0/0"}


def of(kind, **properties):
    return {"Type": kind, "Properties": properties}


def cluster(*groups, subnets=()):
    attached = {"SecurityGroupIds": [{"Ref": group} for group in groups], "SubnetIds": [{"Ref": s} for s in subnets]}
    return of("AWS::EKS::Cluster", ResourcesVpcConfig=attached)


def estate_of(resources, **sections):
    return resolve(load("-", json.dumps({"Resources": resources, **sections}).encode()), Knowledge(TABLES))


def owners(used):
    return {thing.at.resource.logical_id: [str(owner) for owner in thing.owners] for thing in used}


def test_a_group_and_a_subnet_that_two_clusters_share_have_both():
    estate = estate_of(
        {
            "A": cluster("Shared", "Mine", subnets=["S"]),
            "B": cluster("Shared", subnets=["S"]),
            "Shared": of(GROUP),
            "Mine": of(GROUP),
            "Other": of(GROUP),
            "S": of("AWS::EC2::Subnet", CidrBlock="10.0.0.0/24", MapPublicIpOnLaunch=True),
            "T": of("AWS::EC2::Subnet"),
        }
    )
    assert owners(estate.security_groups) == {"Mine": ["stdin/A"], "Shared": ["stdin/A", "stdin/B"]}
    assert owners(estate.subnets) == {"S": ["stdin/A", "stdin/B"]}
    (subnet,) = estate.subnets
    assert (subnet.cidr, subnet.zone) == (Known("10.0.0.0/24"), Known(None))
    assert subnet.has_public_addresses == Known(value=True)


def launched(key):
    data = {"SecurityGroupIds": [{"Ref": "G"}], "NetworkInterfaces": [{"SubnetId": {"Ref": "S"}}]}
    return {
        "L": of("AWS::EC2::LaunchTemplate", LaunchTemplateData=data),
        "N": of("AWS::EKS::Nodegroup", ClusterName=key, LaunchTemplate={"Id": {"Ref": "L"}}),
    }


USERS = {
    "a node group": {"N": of("AWS::EKS::Nodegroup", ClusterName={"Ref": "A"}, Subnets=[{"Ref": "S"}], RemoteAccess={"SourceSecurityGroups": [{"Ref": "G"}]})},
    "a launch template": launched({"Ref": "A"}),
    "a Fargate profile": {"F": of("AWS::EKS::FargateProfile", ClusterName={"Ref": "A"}, Subnets=[{"Ref": "S"}]), **launched({"Ref": "A"})},
    "instances": {
        "L": of("AWS::AutoScaling::LaunchConfiguration", SecurityGroups=[{"Fn::GetAtt": ["G", "GroupId"]}]),
        "I": of("AWS::AutoScaling::AutoScalingGroup", LaunchConfigurationName={"Ref": "L"}, VPCZoneIdentifier=[{"Ref": "S"}], Tags=[{"Key": {"Fn::Sub": "kubernetes.io/cluster/${A}"}}]),
    },
}  # fmt: skip


@pytest.mark.parametrize("user", USERS)
def test_what_nodes_use_belongs_to_their_cluster(user):
    named = {"G": of(GROUP), "S": of("AWS::EC2::Subnet"), "A": of("AWS::EKS::Cluster")}
    estate = estate_of({**named, **USERS[user]})
    assert owners(estate.security_groups) == {"G": ["stdin/A"]}
    assert owners(estate.subnets) == {"S": ["stdin/A"]}


def test_what_only_nodes_of_an_unknown_cluster_use_says_why():
    estate = estate_of({"G": of(GROUP), "S": of("AWS::EC2::Subnet"), **launched("elsewhere")})
    (group,) = estate.security_groups
    assert isinstance(group.owners[0], Unowned)
    assert group.owners[0].reason
    both = estate_of(
        {"G": of(GROUP), "S": of("AWS::EC2::Subnet"), "A": cluster("G", subnets=["S"]), **launched("elsewhere")}
    )
    assert owners(both.security_groups) == {"G": ["stdin/A"]}


def test_rules_in_the_group_and_beside_it_are_its_own():
    beside = {"GroupId": {"Fn::GetAtt": ["G", "GroupId"]}, "IpProtocol": "-1", "SourceSecurityGroupId": {"Ref": "H"}}
    estate = estate_of(
        {
            "A": cluster("G"),
            "G": of(GROUP, SecurityGroupEgress=[OUT], VpcId="vpc-1"),
            "H": of(GROUP),
            "In": of("AWS::EC2::SecurityGroupIngress", **beside),
            "Elsewhere": of("AWS::EC2::SecurityGroupIngress", **{**beside, "GroupId": "sg-1"}),
        }
    )
    (group,) = estate.security_groups
    assert group.vpc == Known("vpc-1")
    assert isinstance(group.ingress, Known)
    (rule,) = group.ingress.value
    assert (rule.protocol, rule.first_port) == (Known("-1"), Known(None))
    assert rule.peer == Known(Link(ResourceId("stdin", "H"), GROUP, "Ref"))
    assert isinstance(group.egress, Known)
    (rule,) = group.egress.value
    assert (rule.first_port, rule.last_port, rule.peer) == (Known(443), Known(443), Known("0.0.0.0/0"))


def test_a_list_that_the_deployment_decides_is_unknown_and_both_of_its_groups_are_used():
    estate = estate_of(
        {
            "A": of("AWS::EKS::Cluster", ResourcesVpcConfig={"SecurityGroupIds": {"Fn::If": ["P", [{"Ref": "G"}], [{"Ref": "H"}]]}}),
            "G": of(GROUP, SecurityGroupIngress={"Ref": "Rules"}),
            "H": of(GROUP),
        },
        Parameters={"Stage": {"Type": "String"}, "Rules": {"Type": "CommaDelimitedList"}},
        Conditions={"P": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    )  # fmt: skip
    assert owners(estate.security_groups) == {"G": ["stdin/A"], "H": ["stdin/A"]}
    assert isinstance(estate.security_groups[0].ingress, Unknown)


def test_inspect_shows_the_network_of_each_cluster(run):
    path = ASSEMBLIES / "network" / "cdk.out"
    clusters = {found["id"]: found for found in run("inspect", path, "--format", "json").json["clusters"]}
    bakery = clusters["Admitted/Bakery"]
    assert [group["id"] for group in bakery["security_groups"]] == [
        "Admitted/Bakery/ControlPlaneSecurityGroup",
        "Admitted/Guest",
    ]
    assert [subnet["zone"] for subnet in bakery["subnets"]] == ["eu-central-1a", "eu-central-1b"]
    assert bakery["network"]["ip_family"] == "ipv4"
    text = run("inspect", path).out
    assert "security group    Admitted/Guest  vpc Ref of Admitted/Vpc" in text
    assert "subnet            Admitted/Vpc/privateSubnet1/Subnet" in text


def test_inspect_says_whose_network_is_unknown(run, write):
    resources = {"G": of(GROUP), "S": of("AWS::EC2::Subnet"), **launched("elsewhere")}
    path = write("T.template.json", {"Resources": resources})
    found = run("inspect", path, "--format", "json").json["unowned"]
    assert {entry["kind"] for entry in found} == {"node_groups", "security_groups", "subnets"}
    assert all(entry["reason"] for entry in found)
