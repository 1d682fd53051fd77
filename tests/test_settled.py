"""What an unknown finding says would settle it does: the values that its remedy asks for are given, and it is decided."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from eks_guard.audit.settling import BY_HAND, ELSE

ROLE = "arn:aws:iam::111122223333:role/ovens"
SIZES = "nodegroup-sizes-ordered"
LABELS = "node-labels-accepted"
ENVIRONMENT = "aws://111122223333/eu-central-1"


def group(**properties):
    return {
        "Type": "AWS::EKS::Nodegroup",
        "Properties": {"ClusterName": {"Ref": "Plane"}, "NodeRole": ROLE, **properties},
    }


def template(ovens, parameters, conditions=None, **sections):
    plane = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}}
    declared = {name: {"Type": "String", **limits} for name, limits in parameters.items()}
    return {
        "Parameters": declared,
        "Conditions": conditions or {},
        "Resources": {"Plane": plane, "Ovens": ovens},
        **sections,
    }


def sized(most):
    return group(ScalingConfig={"MinSize": 2, "MaxSize": most})


def equals(name, value):
    return {"Fn::Equals": [{"Ref": name}, value]}


IS_PROD = {"IsProd": equals("Stage", "prod")}
TWO_CONDITIONS = {
    **IS_PROD,
    "IsBig": equals("Tier", "big"),
    "Both": {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "IsBig"}]},
}
REFUSED = {"node-role.kubernetes.io/oven": "a"}
TAINTS = [{"Key": f"t{index}", "Effect": "NO_SCHEDULE"} for index in range(50)]
CHOSEN = {
    "Plane": {"Type": "AWS::EKS::Cluster", "Condition": "New", "Properties": {"Version": "1.36"}},
    "Ovens": group(ClusterName={"Fn::If": ["New", {"Ref": "Plane"}, {"Ref": "Old"}]}, Version="1.31"),
}
GUESTS = {
    "Plane": {
        "Type": "AWS::EKS::Cluster",
        "Properties": {"Version": "1.36", "AccessConfig": {"AuthenticationMode": "API"}},
    },
    "Guest": {
        "Type": "AWS::EKS::AccessEntry",
        "Properties": {
            "ClusterName": {"Ref": "Plane"},
            "PrincipalArn": {"Fn::If": ["IsProd", "arn:aws:sts::111122223333:assumed-role/a/b", {"Ref": "Given"}]},
        },
    },
}
TRUSTING_NO_TOKEN = {
    "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
    "Role": {
        "Type": "AWS::IAM::Role",
        "Condition": "IsProd",
        "Properties": {"AssumeRolePolicyDocument": {"Statement": []}},
    },
    "Driver": {
        "Type": "AWS::EKS::Addon",
        "Properties": {
            "ClusterName": {"Ref": "Plane"},
            "AddonName": "aws-ebs-csi-driver",
            "ServiceAccountRoleArn": {"Fn::If": ["IsProd", {"Fn::GetAtt": ["Role", "Arn"]}, {"Ref": "Given"}]},
        },
    },
}
TRUSTING_BY_PARTITION = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": {"Fn::If": ["InChina", "ec2.amazonaws.com.cn", "ecs.amazonaws.com"]}},
                    "Action": "sts:AssumeRole",
                }
            ]
        }
    },
}
ENTRY = {
    "Plane": GUESTS["Plane"],
    "Guest": {
        "Type": "AWS::EKS::AccessEntry",
        "Properties": {"ClusterName": {"Ref": "Plane"}, "PrincipalArn": {"Ref": "Given"}, "Type": "EC2_LINUX"},
    },
}
CHOSEN_BESIDE = {
    **CHOSEN,
    "Ovens": group(
        ClusterName=CHOSEN["Ovens"]["Properties"]["ClusterName"],
        AmiType={"Fn::If": ["IsProd", "AL2_x86_64", "AL2023_x86_64_STANDARD"]},
    ),
}
CASES = {
    "a condition beside a branch that is open": (
        "access-entry-accepted",
        template({}, {"Stage": {}, "Given": {}}, IS_PROD, Resources=GUESTS),
        {"Stage": "dev", "Given": ROLE},
    ),
    "the role of an add-on beside one that is taken to be right": (
        "irsa-trust-correct",
        template({}, {"Stage": {}, "Given": {}}, IS_PROD, Resources=TRUSTING_NO_TOKEN),
        {"Stage": "dev"},
    ),
    "a condition beside one that chooses the cluster": (
        "node-ami-supported",
        template({}, {"Old": {}, "Stage": {}}, {"New": equals("Old", ""), **IS_PROD}, Resources=CHOSEN_BESIDE),
        {"Old": "", "Stage": "prod"},
    ),
    "a condition that chooses the cluster": (
        "nodegroup-version-skew",
        template({}, {"Old": {}}, {"New": equals("Old", "")}, Resources=CHOSEN),
        {"Old": ""},
    ),
    "a condition": (SIZES, template(sized({"Fn::If": ["IsProd", 3, 1]}), {"Stage": {}}, IS_PROD), {"Stage": "prod"}),
    "a condition that is denied": (
        SIZES,
        template(sized({"Fn::If": ["Other", 1, 3]}), {"Stage": {}}, {**IS_PROD, "Other": {"Fn::Not": [{"Condition": "IsProd"}]}}),
        {"Stage": "prod"},
    ),
    "a condition of two": (
        LABELS,
        template(group(Labels={"Fn::If": ["Both", REFUSED, {}]}), {"Stage": {}, "Tier": {}}, TWO_CONDITIONS),
        {"Stage": "prod", "Tier": "big"},
    ),
    "a key of a mapping": (
        SIZES,
        template(
            sized({"Fn::FindInMap": ["Sizes", {"Ref": "Tier"}, "most"]}),
            {"Tier": {"AllowedPattern": "small|large"}},
            Mappings={"Sizes": {"small": {"most": 1}, "large": {"most": 5}}},
        ),
        {"Tier": "large"},
    ),
    "a key of a mapping that is made of two": (
        SIZES,
        template(
            sized({"Fn::FindInMap": ["Sizes", {"Fn::Sub": "${Stage}-${Tier}"}, "most"]}),
            {"Stage": {}, "Tier": {}},
            Mappings={"Sizes": {"prod-small": {"most": 1}, "prod-large": {"most": 5}}},
        ),
        {"Stage": "prod", "Tier": "large"},
    ),
    "a region": (
        SIZES,
        template(sized({"Fn::If": ["InFrankfurt", 3, 1]}), {}, {"InFrankfurt": equals("AWS::Region", "eu-central-1")}),
        {"AWS::Region": "eu-central-1"},
    ),
    "a partition beside a parameter": (
        SIZES,
        template(
            sized({"Fn::If": ["Both", 3, 1]}),
            {"Stage": {}},
            {**IS_PROD, "Both": {"Fn::And": [{"Condition": "IsProd"}, equals("AWS::URLSuffix", "amazonaws.com.cn")]}},
        ),
        {"Stage": "prod", "AWS::Partition": "aws-cn"},
    ),
    "the partition that chooses whom a role trusts": (
        "role-trusts-service",
        template(
            group(NodeRole={"Fn::GetAtt": ["Role", "Arn"]}),
            {},
            {"InChina": equals("AWS::Partition", "aws-cn")},
            Resources={"Role": TRUSTING_BY_PARTITION, "Ovens": group(NodeRole={"Fn::GetAtt": ["Role", "Arn"]})},
        ),
        {"AWS::Partition": "aws"},
    ),
    "the account of an entry": (
        "access-entry-accepted",
        template({}, {"Given": {}}, Resources=ENTRY),
        {"Given": ROLE, "AWS::AccountId": "111122223333"},
    ),
    "how many entries a list has": (
        LABELS,
        template(
            group(Taints=[*TAINTS, {"Fn::If": ["IsProd", TAINTS[0], {"Ref": "AWS::NoValue"}]}]), {"Stage": {}}, IS_PROD
        ),
        {"Stage": "prod"},
    ),
}  # fmt: skip


def unknown(check, path, policy, *options):
    found = check(path, "--show-passed", *options).json["findings"]
    about = [one for one in found if one["policy"] == policy]
    assert about
    return [one for one in about if one["outcome"] == "unknown"]


def asked(finding):
    return re.findall(r"--parameters ([^=\s]+)=…", finding["remediation"])


@pytest.mark.parametrize("name", CASES)
def test_the_values_that_are_asked_for_decide(check, write, tmp_path, name):
    policy, body, values = CASES[name]
    path = write("Main.template.json", body)
    (found,) = unknown(check, path, policy)
    assert sorted(asked(found)) == sorted(values)
    given = [option for key in asked(found) for option in ("--parameters", f"{key}={values[key]}")]
    assert not unknown(check, path, policy, *given)
    (lines,) = re.findall(r"`(declare: .*?\}\})`", found["remediation"])
    declared = yaml.safe_load(lines)
    assert set(declared["declare"]["parameters"]) == set(values)
    declared["declare"]["parameters"] = values
    config = tmp_path / "eks-guard.yaml"
    config.write_text(yaml.safe_dump(declared), encoding="utf-8")
    assert not unknown(check, path, policy, "--config", config)


def test_what_is_open_with_a_cluster_that_a_condition_chooses_names_both(check, write):
    body = CASES["a condition beside one that chooses the cluster"][1]
    (found,) = unknown(check, write("Main.template.json", body), "node-ami-supported")
    assert found["because"] == [
        "unknown: the cluster that it belongs to depends on New; if New is true: depends on the condition IsProd; "
        "it fails if IsProd is true"
    ]


def test_what_is_open_beside_the_cluster_and_without_it_is_asked_for_once(check, write):
    """Whether the role may be taken does not hang on the cluster."""
    body = template({}, {"Old": {}, "Stage": {}}, {"New": equals("Old", ""), **IS_PROD}, Resources=CHOSEN)
    role = {
        "Type": "AWS::IAM::Role",
        "Condition": "IsProd",
        "Properties": {"AssumeRolePolicyDocument": {"Statement": []}},
    }
    ovens = group(ClusterName=CHOSEN["Ovens"]["Properties"]["ClusterName"], NodeRole={"Fn::If": ["IsProd", {"Fn::GetAtt": ["Role", "Arn"]}, ROLE]})  # fmt: skip
    body["Resources"] = {**CHOSEN, "Role": role, "Ovens": ovens}
    (found,) = unknown(check, write("Main.template.json", body), "role-trusts-service")
    assert asked(found) == ["Stage"]


def test_what_is_open_without_the_cluster_is_said_beside_what_fails_with_it(check, write):
    """The agent is wanting beside the cluster of the app; without it, the trust of the role is open."""
    association = {
        "Type": "AWS::EKS::PodIdentityAssociation",
        "Properties": {
            "ClusterName": CHOSEN["Ovens"]["Properties"]["ClusterName"],
            "Namespace": "bread",
            "ServiceAccount": "baker",
            "RoleArn": ROLE,
        },
    }
    resources = {"Plane": CHOSEN["Plane"], "Baker": association}
    body = template({}, {"Old": {}}, {"New": equals("Old", "")}, Resources=resources)
    (found,) = unknown(check, write("Main.template.json", body), "pod-identity-usable")
    beside, without = found["because"]
    assert "it fails if New is true: " in beside
    assert without == "the trust policy of its role is not in the assembly"


def association(role):
    """A Pod Identity association of a cluster that has the agent."""
    plane = {"ClusterName": {"Ref": "Plane"}}
    trust = {"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}  # fmt: skip
    document = {"AssumeRolePolicyDocument": {"Statement": [trust]}}
    return {
        "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
        "Agent": {"Type": "AWS::EKS::Addon", "Properties": {**plane, "AddonName": "eks-pod-identity-agent"}},
        "Role": {"Type": "AWS::IAM::Role", "Condition": "IsProd", "Properties": document},
        "Baker": {
            "Type": "AWS::EKS::PodIdentityAssociation",
            "Properties": {**plane, "Namespace": "bread", "ServiceAccount": "baker", "RoleArn": role},
        },
    }


def test_a_role_of_another_app_is_not_asked_for(check, write):
    """Its trust policy is not in the assembly, whatever its ARN is."""
    body = template({}, {"Given": {}, "Stage": {}}, IS_PROD, Resources=association({"Ref": "Given"}))
    (found,) = unknown(check, write("Main.template.json", body), "pod-identity-usable")
    assert found["remediation"] == ELSE


def test_what_a_branch_leaves_open_is_left_to_the_reader(check, write):
    either = {"Fn::If": ["IsProd", {"Fn::GetAtt": ["Role", "Arn"]}, {"Ref": "Given"}]}
    body = template({}, {"Given": {}, "Stage": {}}, IS_PROD, Resources=association(either))
    path = write("Main.template.json", body)
    (found,) = unknown(check, path, "pod-identity-usable")
    assert asked(found) == ["Stage"]
    assert found["remediation"].endswith(BY_HAND)
    assert not unknown(check, path, "pod-identity-usable", "--parameters", "Stage=prod")


def test_a_remedy_of_its_own_leaves_out_no_other_one(check, write):
    """A policy that may be new is a question to IAM, one that a parameter names a question to whoever deploys."""
    document = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}  # fmt: skip
    prefix = "arn:aws:iam::aws:policy/"
    named = [f"{prefix}AmazonEKSWorkerNodePolcy", {"Fn::Sub": f"{prefix}${{Given}}"}]
    properties = {"AssumeRolePolicyDocument": document, "ManagedPolicyArns": named}
    body = template(group(NodeRole={"Fn::GetAtt": ["Role", "Arn"]}), {"Given": {}})
    body["Resources"]["Role"] = {"Type": "AWS::IAM::Role", "Properties": properties}
    (found,) = unknown(check, write("Main.template.json", body), "managed-policy-exists")
    assert asked(found) == ["Given"]
    assert "aws iam get-policy" in found["remediation"]


def assembly(folder, environment="aws://unknown-account/unknown-region", **templates):
    artifacts = {}
    for name, body in templates.items():
        (folder / f"{name}.template.json").write_text(json.dumps(body), encoding="utf-8")
        properties = {"templateFile": f"{name}.template.json"}
        artifacts[name] = {"type": "aws:cloudformation:stack", "environment": environment, "properties": properties}
    (folder / "manifest.json").write_text(json.dumps({"version": "38.0.0", "artifacts": artifacts}), encoding="utf-8")
    return folder


def test_a_parameter_of_several_stacks_is_asked_of_each(check, tmp_path):
    body = CASES["a condition"][1]
    path = assembly(tmp_path, Bread=body, Cake=body)
    assert [asked(one) for one in unknown(check, path, SIZES)] == [["Bread:Stage"], ["Cake:Stage"]]
    assert [asked(one) for one in unknown(check, path, SIZES, "--parameters", "Bread:Stage=prod")] == [["Cake:Stage"]]
    (found,) = unknown(check, path, SIZES, "--parameters", "Bread:Stage=prod")
    assert '{"Cake:Stage": "…"}' in found["remediation"]


def test_a_region_that_is_open_is_decided_by_the_environment(check, tmp_path):
    conditions = {"InFrankfurt": equals("AWS::Region", "eu-central-1")}
    body = template(sized({"Fn::If": ["InFrankfurt", 3, 1]}), {}, conditions)
    (found,) = unknown(check, assembly(tmp_path, Bread=body), SIZES)
    assert found["remediation"].startswith("AWS::Region decides: set `env`")
    assert asked(found) == ["AWS::Region"]
    assert not unknown(check, assembly(tmp_path, ENVIRONMENT, Bread=body), SIZES)


def test_only_a_parameter_without_limits_may_be_limited(check, write):
    for limits, said in (({}, True), ({"AllowedValues": ["dev", "prod"]}, False)):
        body = template(sized({"Fn::If": ["IsProd", 3, 1]}), {"Stage": limits}, IS_PROD)
        (found,) = unknown(check, write("Main.template.json", body), SIZES)
        assert ("limit the parameter with AllowedValues" in found["remediation"]) is said


def test_a_condition_of_the_resource_itself_is_asked_for(check, write):
    other = {"Type": "AWS::EKS::Nodegroup", "Condition": "IsProd", "Properties": {"ClusterName": {"Ref": "Plane"}, "NodegroupName": "ovens", "NodeRole": ROLE}}  # fmt: skip
    body = template(group(NodegroupName="ovens"), {"Stage": {}}, IS_PROD)
    body["Resources"]["Twin"] = other
    found = unknown(check, write("Main.template.json", body), "resource-declared-once")
    assert [asked(one) for one in found] == [["Stage"]]


def test_the_account_in_the_arn_of_a_role_is_not_asked_for(check, write):
    statement = {"Effect": "Allow", "Principal": {"Service": {"Fn::GetAtt": ["Answer", "Name"]}}, "Action": "sts:AssumeRole"}  # fmt: skip
    body = template(group(), {})
    body["Resources"]["Answer"] = {"Type": "Custom::Answer", "Properties": {"ServiceToken": "arn:aws:lambda:eu-central-1:111122223333:function:f"}}  # fmt: skip
    body["Resources"]["Porter"] = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "porter", "AssumeRolePolicyDocument": {"Statement": [statement]}}}  # fmt: skip
    body["Resources"]["Ovens"]["Properties"]["NodeRole"] = {"Fn::GetAtt": ["Porter", "Arn"]}
    (found,) = unknown(check, write("Main.template.json", body), "role-trusts-service")
    assert found["remediation"] == ELSE


def test_what_nothing_decides_is_left_to_the_reader(check, write):
    trust = {"Fn::GetAtt": ["Answer", "Document"]}
    body = template(group(), {})
    body["Resources"]["Answer"] = {"Type": "Custom::Answer", "Properties": {"ServiceToken": "arn:aws:lambda:eu-central-1:111122223333:function:f"}}  # fmt: skip
    body["Resources"]["Ovens"]["Properties"]["Labels"] = {"oven": trust}
    (found,) = unknown(check, write("Main.template.json", body), LABELS)
    assert found["remediation"] == ELSE


def test_an_add_on_whose_role_cannot_be_created_leads_to_the_policy_that_says_why(check, write):
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
    driver = {"ServiceAccount": "ebs-csi-controller-sa", "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}
    named = {"ClusterName": {"Ref": "Plane"}, "AddonName": "aws-ebs-csi-driver", "PodIdentityAssociations": [driver]}
    properties = {
        "AssumeRolePolicyDocument": {"Statement": [trust]},
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicy"],
    }
    resources = {
        "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
        "Role": {"Type": "AWS::IAM::Role", "Properties": properties},
        "Driver": {"Type": "AWS::EKS::Addon", "Properties": named},
    }
    found = {one["policy"]: one for one in check(write("bakery.json", {"Resources": resources})).json["findings"]}
    assert found["managed-policy-exists"]["outcome"] == "fail"
    remedy = found["addon-has-permissions"]["remediation"]
    assert remedy == "Name policies that AWS has in bakery/Role first: managed-policy-exists shows which."
