"""A condition that chooses between what the app makes and what a parameter names: what the app makes is judged."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from eks_guard.model.value import Known, Unknown, branches_of, choose, either, flatten, known_in, lift, under

ARN = {"Ref": "ExistingRoleArn"}
SERVICES = {
    "Cluster": "eks",
    "Nodes": "ec2",
    "Pods": "eks-fargate-pods",
    "Tool": "capabilities.eks",
    "Bread": "pods.eks",
}


def made(service, policies=()):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
    properties = {"AssumeRolePolicyDocument": {"Statement": [statement]}, "ManagedPolicyArns": list(policies)}
    return {"Type": "AWS::IAM::Role", "Condition": "CreateRole", "Properties": properties}


def new_or_existing(attribute="Arn", role="Role"):
    return {"Fn::If": ["CreateRole", {"Fn::GetAtt": [role, attribute]} if attribute else {"Ref": role}, ARN]}


def template(role, **resources):
    of_cluster = {"ClusterName": {"Ref": "Cluster"}}
    return {
        "Parameters": {
            "CreateRole": {"Type": "String", "AllowedValues": ["yes", "no"]},
            "ExistingRoleArn": {"Type": "String", "Default": ""},
        },
        "Conditions": {"CreateRole": {"Fn::Equals": [{"Ref": "CreateRole"}, "yes"]}},
        "Resources": {
            "Role": role,
            "Cluster": {
                "Type": "AWS::EKS::Cluster",
                "Properties": {"Version": "1.35", "AccessConfig": {"AuthenticationMode": "API"}},
            },
            "Agent": {"Type": "AWS::EKS::Addon", "Properties": {**of_cluster, "AddonName": "eks-pod-identity-agent"}},
        }
        | {name: {**body, "Properties": of_cluster | body["Properties"]} for name, body in resources.items()},
    }


def of_type(kind, **properties):
    return {"Type": f"AWS::EKS::{kind}", "Properties": properties}


THINGS = {
    "Nodes": of_type("Nodegroup", NodeRole=new_or_existing(), Subnets=["subnet-1"]),
    "Pods": of_type("FargateProfile", PodExecutionRoleArn=new_or_existing(), Selectors=[{"Namespace": "bread"}]),
    "Tool": of_type("Capability", CapabilityName="ack", Type="ACK", RoleArn=new_or_existing()),
    "Bread": of_type("PodIdentityAssociation", Namespace="bread", ServiceAccount="baker", RoleArn=new_or_existing()),
}


@pytest.fixture
def asked(check, write):
    """The outcome of a policy about a thing, and its sentences, with some parameters."""

    def call(policy, thing, content, *parameters):
        options = [text for one in parameters for text in ("--parameters", one)]
        result = check(write("Main.template.json", content), "--show-passed", *options)
        found = [one for one in result.json["findings"] if one["policy"] == policy]
        found = [one for one in found if one["subject"]["logical_id"] == thing]
        return next(((one["outcome"], " ".join(one["because"])) for one in found), (None, ""))

    return call


def policy_of(thing):
    return "pod-identity-usable" if thing == "Bread" else "role-trusts-service"


@pytest.mark.parametrize("thing", SERVICES)
def test_a_role_of_the_app_that_its_service_may_not_take_fails_in_its_branch(asked, thing):
    body = {thing: THINGS[thing]} if thing in THINGS else {}
    content = template(made("lambda"), **body)
    if thing == "Cluster":
        content["Resources"]["Cluster"]["Properties"]["RoleArn"] = new_or_existing()
    outcome, why = asked(policy_of(thing), thing, content)
    assert outcome == "unknown"
    assert why.endswith("; it fails if CreateRole is yes")
    assert asked(policy_of(thing), thing, content, "CreateRole=yes")[0] == "fail"
    assert asked(policy_of(thing), thing, content, "CreateRole=no")[0] in ("not-applicable", "unknown")


@pytest.mark.parametrize("thing", SERVICES)
def test_one_that_its_service_may_take_is_no_noise(asked, thing):
    body = {thing: THINGS[thing]} if thing in THINGS else {}
    content = template(made(SERVICES[thing]), **body)
    if thing == "Cluster":
        content["Resources"]["Cluster"]["Properties"]["RoleArn"] = new_or_existing()
    outcome, why = asked(policy_of(thing), thing, content)
    as_existing, _ = asked(policy_of(thing), thing, content, "CreateRole=no")
    assert outcome in ("pass", as_existing)
    assert "it fails" not in why
    assert asked(policy_of(thing), thing, content, "CreateRole=yes")[0] == "pass"


def test_a_role_that_is_spelled_out_beside_one_of_the_app_is_no_doubt(asked):
    nodes = of_type(
        "Nodegroup",
        Subnets=["subnet-1"],
        NodeRole={"Fn::If": ["CreateRole", {"Fn::GetAtt": ["Role", "Arn"]}, "arn:aws:iam::111122223333:role/nodes"]},
    )
    assert asked("role-trusts-service", "Nodes", template(made("ec2"), Nodes=nodes))[0] == "pass"
    assert asked("role-trusts-service", "Nodes", template(made("eks"), Nodes=nodes))[0] == "unknown"


def test_a_branch_that_another_resource_answers_stays_unknown(asked):
    nodes = of_type(
        "Nodegroup",
        Subnets=["subnet-1"],
        NodeRole={"Fn::If": ["CreateRole", {"Fn::GetAtt": ["Role", "Arn"]}, {"Fn::GetAtt": ["Agent", "Arn"]}]},
    )
    assert asked("role-trusts-service", "Nodes", template(made("ec2"), Nodes=nodes))[0] == "unknown"


EBS = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"


@pytest.mark.parametrize(
    ("policies", "wrong"),
    [((EBS,), False), ((), True)],
    ids=["right", "nothing allowed"],
)
@pytest.mark.parametrize("inside", [True, False])
def test_an_addon_lacks_permissions_in_the_branch_of_a_role_of_the_app(asked, policies, wrong, inside):
    inner = [{"ServiceAccount": "ebs-csi-controller-sa", "RoleArn": new_or_existing()}]
    given = {"PodIdentityAssociations": inner} if inside else {"ServiceAccountRoleArn": new_or_existing()}
    addon = of_type("Addon", AddonName="aws-ebs-csi-driver", **given)
    content = template(made("pods.eks", policies), Ebs=addon)
    outcome, why = asked("addon-has-permissions", "Ebs", content)
    assert (outcome, "it fails if CreateRole is yes" in why) == (("unknown", True) if wrong else ("pass", False))
    expected = "fail" if wrong else "pass"
    assert asked("addon-has-permissions", "Ebs", content, "CreateRole=yes")[0] == expected


@pytest.mark.parametrize("inside", [True, False])
def test_a_role_of_the_app_that_cannot_be_made_fails_and_leaves_its_addon_open(asked, inside):
    inner = [{"ServiceAccount": "ebs-csi-controller-sa", "RoleArn": new_or_existing()}]
    given = {"PodIdentityAssociations": inner} if inside else {"ServiceAccountRoleArn": new_or_existing()}
    addon = of_type("Addon", AddonName="aws-ebs-csi-driver", **given)
    content = template(made("pods.eks", [EBS.replace("service-role/", "")]), Ebs=addon)
    assert asked("managed-policy-exists", "Role", content)[0] == "fail"
    assert asked("managed-policy-exists", "Role", content, "CreateRole=yes")[0] == "fail"
    for parameters in ((), ("CreateRole=yes",)):
        outcome, why = asked("addon-has-permissions", "Ebs", content, *parameters)
        assert (outcome, "cannot create its role" in why) == ("unknown", True)
    assert asked("addon-has-permissions", "Ebs", content, "CreateRole=no")[0] == "pass"


def test_a_role_of_an_addon_that_trusts_no_web_identity_fails_in_its_branch(asked):
    addon = of_type("Addon", AddonName="aws-ebs-csi-driver", ServiceAccountRoleArn=new_or_existing())
    content = template(made("pods.eks", (EBS,)), Ebs=addon)
    outcome, why = asked("irsa-trust-correct", "Cluster", content)
    assert (outcome, why[-30:]) == ("unknown", "; it fails if CreateRole is yes"[-30:])
    assert asked("irsa-trust-correct", "Cluster", content, "CreateRole=yes")[0] == "fail"
    assert asked("irsa-trust-correct", "Cluster", content, "CreateRole=no")[0] == "not-applicable"


@pytest.mark.parametrize(("attribute", "outcome"), [("Arn", "unknown"), (None, "unknown")])
def test_a_principal_that_is_a_name_fails_in_its_branch(asked, attribute, outcome):
    entry = of_type("AccessEntry", PrincipalArn=new_or_existing(attribute))
    found, why = asked("access-entry-accepted", "Entry", template(made("ec2"), Entry=entry))
    assert (found, "it fails if CreateRole is yes" in why) == (outcome, attribute is None)


def self_managed(role, entry):
    content = template(made("ec2"), Entry=of_type("AccessEntry", Type="EC2_LINUX", PrincipalArn=entry))
    tag = {"Key": {"Fn::Sub": "kubernetes.io/cluster/${Cluster}"}, "Value": "owned", "PropagateAtLaunch": True}
    data = {"IamInstanceProfile": {"Arn": {"Fn::GetAtt": ["Profile", "Arn"]}}, "ImageId": "ami-0a1b2c3d"}
    launch = {"LaunchTemplateId": {"Ref": "Launch"}, "Version": "1"}
    return content | {
        "Resources": content["Resources"]
        | {
            "Other": made("ec2"),
            "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [role]}},
            "Launch": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": data}},
            "Group": {
                "Type": "AWS::AutoScaling::AutoScalingGroup",
                "Properties": {"MinSize": "1", "MaxSize": "2", "LaunchTemplate": launch, "Tags": [tag]},
            },
        }
    }


@pytest.mark.parametrize(("named", "wrong"), [("Role", False), ("Other", True)])
def test_nodes_are_not_admitted_in_the_branch_whose_entry_names_another_role(asked, named, wrong):
    content = self_managed(new_or_existing(None), new_or_existing(role=named))
    outcome, why = asked("node-role-admitted", "Group", content)
    assert (outcome, why.endswith("; it fails if CreateRole is yes")) == ("unknown", wrong)
    assert asked("node-role-admitted", "Group", content, "CreateRole=yes")[0] == ("fail" if wrong else "pass")


@pytest.mark.parametrize(("written", "outcome"), [("a_fine-name", "not-applicable"), ("no good name", "unknown")])
def test_a_name_that_is_refused_in_one_branch_is_told(asked, written, outcome):
    content = template(made("eks"))
    content["Resources"]["Cluster"]["Properties"]["Name"] = {"Fn::If": ["CreateRole", written, ARN]}
    assert asked("name-accepted", "Cluster", content)[0] == outcome


def test_a_version_that_is_over_in_one_branch_is_told(asked):
    content = template(made("eks"))
    content["Resources"]["Cluster"]["Properties"]["Version"] = {"Fn::If": ["CreateRole", "1.23", ARN]}
    outcome, why = asked("cluster-version-creatable", "Cluster", content)
    assert outcome == "unknown"
    assert "it fails if CreateRole is yes" in why


NEW, OLD = (("New", "true"),), (("New", "false"),)
OPEN: Any = Unknown("a parameter")
PARTLY: Any = choose([(NEW, Known(1)), (OLD, OPEN)], "depends", None)


def test_a_branch_that_is_known_survives_an_open_one():
    assert tuple(branches_of(PARTLY)) == ((NEW, Known(1)), (OLD, OPEN))
    assert known_in(PARTLY) == (1,)
    assert tuple(branches_of(lift(lambda found: found + 1, PARTLY))) == ((NEW, Known(2)), (OLD, OPEN))
    assert flatten(lift(Known, PARTLY)) == PARTLY


def test_a_choice_of_which_every_branch_is_open_is_plainly_unknown():
    assert choose([(NEW, OPEN), (OLD, Unknown("another"))], "depends", None) == OPEN


def test_two_open_branches_of_one_reason_are_never_the_same():
    """What the one parameter says may not be what the other does, although both are open for the same reason."""
    same = lift(lambda one, other: one == other, PARTLY, PARTLY)
    assert tuple(branches_of(same)) == ((NEW, Known(value=True)), (OLD, OPEN))


def test_what_is_known_nowhere_leaves_a_combination_blank():
    assert lift(lambda one, other: one + other, PARTLY, OPEN) == OPEN
    assert next(branches_of(lift(lambda one, other: one + other, PARTLY, Known(2)))) == (NEW, Known(3))


def test_a_case_decides_what_a_branch_is():
    def possible(_):
        return True

    assert under(PARTLY, [NEW], possible) == Known(1)
    assert under(PARTLY, [OLD], possible) == OPEN
    assert under(PARTLY, [], possible) is PARTLY


@pytest.mark.parametrize("count", [1, 2])
def test_an_alternative_that_holds_in_no_known_branch_is_kept(count):
    no: Any = choose([(NEW, Known(value=False)), (OLD, OPEN)], "depends", None)
    (found, *_) = (either(pair) for pair in combinations([no] * count, count))
    assert dict(branches_of(found))[NEW] == Known(value=False)


def in_network(zones, public):
    """A cluster, nodes and a profile in subnets of the app, or in those that a parameter lists."""
    subnet = {"Type": "AWS::EC2::Subnet", "Condition": "CreateRole"}
    given = {"MapPublicIpOnLaunch": False, "VpcId": "vpc-1"}
    names = [f"Subnet{index}" for index, _ in enumerate(zones)]
    either = {"Fn::If": ["CreateRole", [{"Ref": name} for name in names], {"Ref": "SubnetIds"}]}
    content = template(
        made("ec2"),
        Nodes=of_type("Nodegroup", NodeRole="nodes", Subnets=either),
        Pods=of_type("FargateProfile", PodExecutionRoleArn="pods", Subnets=either, Selectors=[{"Namespace": "bread"}]),
    )
    content["Parameters"]["SubnetIds"] = {"Type": "CommaDelimitedList"}
    resources = content["Resources"]
    resources["Cluster"]["Properties"]["ResourcesVpcConfig"] = {"SubnetIds": either}
    resources["Table"] = {"Type": "AWS::EC2::RouteTable", "Condition": "CreateRole", "Properties": {"VpcId": "vpc-1"}}
    target = {"GatewayId": {"Ref": "Gateway"}} if public else {"NatGatewayId": "nat-0a1b2c3d"}
    route = {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0", **target}
    resources["Gateway"] = {"Type": "AWS::EC2::InternetGateway", "Condition": "CreateRole"}
    resources["Route"] = {"Type": "AWS::EC2::Route", "Condition": "CreateRole", "Properties": route}
    for name, zone in zip(names, zones, strict=True):
        resources[name] = {**subnet, "Properties": {**given, "AvailabilityZone": zone}}
        link = {"SubnetId": {"Ref": name}, "RouteTableId": {"Ref": "Table"}}
        kind = "AWS::EC2::SubnetRouteTableAssociation"
        resources[f"Link{name}"] = {"Type": kind, "Condition": "CreateRole", "Properties": link}
    return content


@pytest.mark.parametrize(
    ("policy", "thing"),
    [
        ("cluster-spans-zones", "Cluster"),
        ("fargate-subnets-private", "Pods"),
        ("nodegroup-subnets-addressed", "Nodes"),
    ],
)
def test_subnets_of_the_app_beside_those_that_a_parameter_lists_are_judged(asked, policy, thing):
    wrong = in_network(["eu-west-1a", "eu-west-1a"], public=True)
    outcome, why = asked(policy, thing, wrong)
    assert (outcome, why.endswith("it fails if CreateRole is yes")) == ("unknown", True)
    assert asked(policy, thing, wrong, "CreateRole=yes")[0] == "fail"
    assert asked(policy, thing, wrong, "CreateRole=no")[0] == "not-applicable"
    assert asked(policy, thing, in_network(["eu-west-1a", "eu-west-1b"], public=False))[0] == "pass"
