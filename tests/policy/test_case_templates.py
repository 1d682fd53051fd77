"""The words of a case become the template that an app of that kind has."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from eks_guard.errors import PolicyError
from eks_guard.policy.cases.layers import Hashes
from eks_guard.policy.cases.schema import CaseFile, CasesFile, ClusterWords
from eks_guard.policy.cases.template import template_of
from eks_guard.policy.source import read_source
from eks_guard.policy.written import validate

HASHES = Hashes({"1.28": "a" * 64, "1.33": "b" * 64, None: "c" * 64}, {True: "d" * 64, False: "e" * 64})


def expand(cluster=None, resource=None, **beside):
    written = {"name": "a case", "outcome": "pass", **beside}
    if cluster is not None:
        written["cluster"] = yaml.safe_load(cluster)
    if resource is not None:
        written["resource"] = yaml.safe_load(resource)
    return template_of(CaseFile.model_validate(written), HASHES)


def resources(cluster=None, resource=None):
    return expand(cluster, resource).template["Resources"]


def of_type(found, kind):
    return [body["Properties"] for body in found.values() if body["Type"] == kind]


def text(value):
    """The text of a value, each open part as `$`."""
    if isinstance(value, str):
        return value
    return "".join(text(piece) for piece in value["Fn::Join"][1]) if "Fn::Join" in value else "$"


def test_the_custom_resource_has_the_names_of_the_eks_api():
    config = resources('{version: "1.31", public: true, logging: [api], secrets_key: true}')["Cluster"]["Properties"]
    assert config["Config"]["version"] == "1.31"
    assert config["Config"]["resourcesVpcConfig"]["endpointPublicAccess"] is True
    assert config["Config"]["logging"] == {"clusterLogging": [{"enabled": True, "types": ["api"]}]}
    assert config["Config"]["encryptionConfig"][0]["resources"] == ["secrets"]


def test_the_resource_of_cloudformation_has_its_names():
    cluster = resources('{origin: cloudformation, version: "1.31", logging: [api], auto_mode: {storage: true}}')[
        "Cluster"
    ]
    properties = cluster["Properties"]
    assert (cluster["Type"], properties["Version"]) == ("AWS::EKS::Cluster", "1.31")
    assert properties["ResourcesVpcConfig"]["EndpointPublicAccess"] is False
    assert properties["Logging"] == {"ClusterLogging": {"EnabledTypes": [{"Type": "api"}]}}
    assert properties["StorageConfig"] == {"BlockStorage": {"Enabled": True}}
    assert properties["RoleArn"] == {"Fn::GetAtt": ["ClusterRole", "Arn"]}


def test_an_imported_cluster_is_only_named_and_its_version_is_declared():
    case = expand('{origin: imported, version: "1.30", kubectl: ["1.33"]}')
    assert case.declared_version == "1.30"
    assert "Cluster" not in case.template["Resources"]
    (applied,) = of_type(case.template["Resources"], "Custom::AWSCDK-EKS-KubernetesResource")
    assert isinstance(applied["ClusterName"], str)


@pytest.mark.parametrize("version", ["unknown", "number 1.3"])
def test_a_version_that_nobody_can_declare_is_not_declared(version):
    assert expand(f'{{origin: imported, version: "{version}"}}').declared_version is None


def test_a_version_can_be_a_number():
    assert resources('{version: "number 1.3"}')["Cluster"]["Properties"]["Config"]["version"] == 1.3


def test_each_unknown_is_a_parameter_of_its_own_without_a_default():
    template = expand("{version: unknown, public: unknown}").template
    config = template["Resources"]["Cluster"]["Properties"]["Config"]
    first, second = config["version"]["Ref"], config["resourcesVpcConfig"]["endpointPublicAccess"]["Ref"]
    assert first != second
    assert template["Parameters"] == {first: {"Type": "String"}, second: {"Type": "String"}}


def test_a_handler_stands_behind_a_framework_that_a_manifest_calls():
    found = resources('{kubectl: ["1.33"], helm: "3.18"}')
    (applied,) = of_type(found, "Custom::AWSCDK-EKS-KubernetesResource")
    assert applied["ServiceToken"] == {"Fn::GetAtt": ["Framework0", "Arn"]}
    assert applied["ClusterName"] == {"Ref": "Cluster"}
    framework, handler = found["Framework0"]["Properties"], found["Handler0"]["Properties"]
    assert framework["Environment"]["Variables"]["USER_ON_EVENT_FUNCTION_ARN"] == {"Fn::GetAtt": ["Handler0", "Arn"]}
    kubectl, aws_cli = (found[layer["Ref"]]["Properties"]["Description"] for layer in handler["Layers"])
    assert (kubectl, aws_cli) == ("/opt/kubectl/kubectl 1.33; /opt/helm/helm 3.18", "/opt/awscli/aws")


def test_a_handler_without_kubectl_has_no_kubectl_layer_and_one_of_unknown_content_a_parameter():
    found = resources("{kubectl: [none, unknown], handler_aws_cli: false}")
    assert found["Handler0"]["Properties"]["Layers"] == []
    (layer,) = found["Handler1"]["Properties"]["Layers"]
    assert layer["Ref"].startswith("Open")


def test_an_unused_handler_shows_by_its_role_whose_it_is():
    found = resources('{kubectl: ["1.33"], used: false}')
    assert not of_type(found, "Custom::AWSCDK-EKS-KubernetesResource")
    (policy,) = of_type(found, "AWS::IAM::Policy")
    assert policy["Roles"] == [{"Ref": "Handler0Role"}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == ("eks:DescribeCluster", {"Fn::GetAtt": ["Cluster", "Arn"]})


def test_witnesses_are_the_hash_and_the_description_of_one_layer():
    layer = resources('{witnesses: ["1.28.3", "1.33.0"]}')["KubectlLayer0"]["Properties"]
    assert layer["Content"]["S3Key"] == f"{'a' * 64}.zip"
    assert layer["Description"] == "/opt/kubectl/kubectl 1.33.0"


def test_a_layer_that_nobody_published_is_a_mistake_of_the_case():
    with pytest.raises(PolicyError, match=r"kubectl 1\.19, expected one of none, 1\.28, 1\.33"):
        expand('{witnesses: ["1.19"]}')


def test_a_subnet_has_a_way_out_or_endpoints_for_what_is_reachable():
    routed = resources('{kubectl: ["1.33"]}')
    assert of_type(routed, "AWS::EC2::Route")
    isolated = resources('{kubectl: ["1.33"], handler_unreachable: [sts, s3]}')
    assert not of_type(isolated, "AWS::EC2::Route")
    served = {endpoint["ServiceName"].rpartition(".")[2] for endpoint in of_type(isolated, "AWS::EC2::VPCEndpoint")}
    assert served == {"eks", "lambda"}


def test_a_trust_is_compared_by_the_open_issuer():
    found = resources('{trust: ["StringEquals $:sub system:serviceaccount:$:app", "StringEquals $:aud sts"]}')
    (statement,) = found["TrustingRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {"StringEquals": {"Fn::GetAtt": ["ComparedStringEquals", "Value"]}}
    assert statement["Principal"] == {"Federated": {"Ref": "Oidc0"}}
    compared = json.loads(text(found["ComparedStringEquals"]["Properties"]["Value"]))
    assert compared == {"$:sub": "system:serviceaccount:$:app", "$:aud": "sts"}


def test_no_condition_is_none():
    (statement,) = resources("{trust: []}")["TrustingRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert "Condition" not in statement


def test_service_accounts_name_the_role_that_trusts_them():
    found = resources("{service_accounts: [shop/app], trust: []}")
    pieces = found["ServiceAccounts"]["Properties"]["Manifest"]["Fn::Join"][1]
    assert {"Fn::GetAtt": ["TrustingRole", "Arn"]} in pieces


def test_a_case_about_manifests_is_asked_about_the_last():
    case = expand('{manifests: [{objects: [v1 Namespace shop]}, {objects: ["v1 ConfigMap shop/$"], after: [0]}]}')
    assert case.subject == "Manifest1"
    last = case.template["Resources"]["Manifest1"]
    assert last["DependsOn"] == ["Manifest0"]
    (item,) = json.loads(text(last["Properties"]["Manifest"]))
    assert item == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "shop", "name": "$"}}


def test_a_resource_gets_what_names_its_cluster():
    group = expand("{}", "{Type: 'AWS::EKS::Nodegroup', Properties: {AmiType: unknown}}")
    assert group.subject == "Subject"
    properties = group.template["Resources"]["Subject"]["Properties"]
    assert properties["ClusterName"] == {"Ref": "Cluster"}
    assert properties["AmiType"]["Ref"] in group.template["Parameters"]


def test_a_resource_without_words_is_of_another_apps_cluster():
    found = resources(resource="{Type: 'AWS::EKS::Nodegroup', Properties: {}}")
    assert list(found) == ["Subject"]
    assert isinstance(found["Subject"]["Properties"]["ClusterName"], str)


def test_what_a_case_writes_itself_stays():
    found = resources("{}", "{Type: 'AWS::EKS::Nodegroup', Properties: {ClusterName: mine}, Condition: Some}")
    assert found["Subject"]["Properties"]["ClusterName"] == "mine"
    assert found["Subject"]["Condition"] == "Some"


def test_a_chart_has_the_handler_of_the_case_and_waits_as_told():
    words = '{kubectl: ["1.33"], manifests: [{objects: [v1 Namespace shop]}], chart_after: [0]}'
    subject = resources(words, "{Type: 'Custom::AWSCDK-EKS-HelmChart', Properties: {Namespace: shop}}")["Subject"]
    assert subject["Properties"]["ServiceToken"] == {"Fn::GetAtt": ["Framework0", "Arn"]}
    assert subject["DependsOn"] == ["Manifest0"]


def test_instances_join_by_a_tag_and_start_from_a_template_with_their_image():
    path = "/aws/service/eks/optimized-ami/1.33/amazon-linux-2/recommended/image_id"
    template = expand("{}", f"{{Type: 'AWS::AutoScaling::AutoScalingGroup', ImageParameter: {path}}}").template
    group = template["Resources"]["Subject"]["Properties"]
    assert group["Tags"][0]["Key"] == {"Fn::Join": ["", ["kubernetes.io/cluster/", {"Ref": "Cluster"}]]}
    launched = template["Resources"][group["LaunchTemplate"]["LaunchTemplateId"]["Ref"]]["Properties"]
    parameter = template["Parameters"][launched["LaunchTemplateData"]["ImageId"]["Ref"]]
    assert parameter == {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": path}


def test_a_whole_template_is_taken_as_it_is():
    template = {"Resources": {"Nodes": {"Type": "AWS::EKS::Nodegroup", "Properties": {"AmiType": "unknown"}}}}
    case = expand(template=template, subject="Nodes")
    assert (case.template, case.subject) == (template, "Nodes")


@pytest.mark.parametrize(
    ("beside", "says"),
    [
        ({"cluster": {}, "template": {"Resources": {}}}, "both template and cluster"),
        ({"template": {"Resources": {}}, "subject": "Nodes"}, "the subject 'Nodes'"),
        ({"cluster": {}, "subject": "Cluster"}, "the subject 'Cluster'"),
    ],
)
def test_words_and_a_whole_template_exclude_each_other(beside, says):
    with pytest.raises(ValidationError, match=says):
        CaseFile.model_validate({"name": "a case", "outcome": "pass", **beside})


def test_mistakes_of_cases_are_told_where_they_stand(tmp_path):
    path = tmp_path / "mine.test.yaml"
    path.write_text(
        "policy: mine\n"
        "cases:\n"
        "  - {name: both, outcome: pass, cluster: {}, template: {Resources: {}}}\n"
        '  - {name: three, outcome: pass, cluster: {witnesses: ["1.28", "1.28", "1.28"]}}\n'
    )
    source = read_source(path)
    assert validate(CasesFile, source) is None
    with pytest.raises(PolicyError) as raised:
        source.check()
    first, second = raised.value.mistakes
    assert "found both template and cluster, expected a whole template or its words" in first
    assert "found 3 entries, expected at most 2" in second


KUBECTL = {"kubectl": ["1.33"]}
CHANGES: dict[str, tuple[dict[str, Any], Any]] = {
    "version": ({}, "1.30"),
    "origin": ({}, "cloudformation"),
    "kubectl": ({}, ["1.33"]),
    "used": (KUBECTL, False),
    "prune": (KUBECTL, False),
    "public": ({}, True),
    "private": ({}, False),
    "cidrs": ({}, ["203.0.113.0/24"]),
    "logging": ({}, ["api"]),
    "secrets_key": ({}, True),
    "authentication_mode": ({}, "API"),
    "workloads": ({}, True),
    "oidc_provider": ({}, True),
    "pod_identity": ({}, True),
    "handler_in_vpc": (KUBECTL, False),
    "handler_runtime": (KUBECTL, "python3.10"),
    "handler_architecture": (KUBECTL, "arm64"),
    "handler_aws_cli": (KUBECTL, False),
    "handler_memory": (KUBECTL, 128),
    "handler_timeout": (KUBECTL, 3),
    "handler_unreachable": (KUBECTL, ["sts"]),
    "handler_takes_oci_charts": (KUBECTL, False),
    "helm": (KUBECTL, "4.1"),
    "role_trusts_handler": (KUBECTL, True),
    "handler_may_take_role": ({**KUBECTL, "role_trusts_handler": True}, False),
    "deletion_protection": ({}, True),
    "auto_mode": ({}, {"compute": True}),
    "fargate": ({}, True),
    "fargate_coredns": ({"fargate": True}, True),
    "access_entries": ({}, 1),
    "oidc_providers": ({}, 1),
    "pod_identity_agents": ({}, 1),
    "service_accounts": ({}, ["default/app"]),
    "trust": ({}, []),
    "manifests": ({}, [{"objects": ["v1 Namespace shop"]}]),
    "chart_after": ({"manifests": [{"objects": ["v1 Namespace shop"]}]}, [0]),
    "witnesses": ({}, ["1.28"]),
}


@pytest.mark.parametrize("word", ClusterWords.model_fields)
def test_every_word_changes_the_template(word):
    setting, value = CHANGES[word]
    chart = {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": {}}
    written = {"name": "a case", "outcome": "pass", "resource": chart}
    before, after = (
        template_of(CaseFile.model_validate({**written, "cluster": words}), HASHES).template
        for words in (setting, {**setting, word: value})
    )
    assert before != after


OPEN = {
    word
    for word, field in ClusterWords.model_fields.items()
    if "unknown" in str(field.annotation) and word not in ("auto_mode", "manifests")
}


@pytest.mark.parametrize("word", sorted({*OPEN, "version", "authentication_mode", "handler_runtime", "helm"}))
def test_every_word_that_may_be_unknown_is_open_then(word):
    setting, _ = CHANGES[word]
    words = CaseFile.model_validate({"name": "a case", "outcome": "pass", "cluster": {**setting, word: "unknown"}})
    known = CaseFile.model_validate({"name": "a case", "outcome": "pass", "cluster": setting})
    before, after = (template_of(case, HASHES).template for case in (known, words))
    assert before != after
    outside = {"handler_unreachable": "subnet-of-another-app", "handler_takes_oci_charts": "handler.zip"}
    if word == "handler_aws_cli":
        assert "AwsCliLayer" not in after["Resources"]
    elif word in outside:
        assert outside[word] in json.dumps(after)
    else:
        assert len(after["Parameters"]) > len(before.get("Parameters", {}))


def test_names_in_cases_that_are_none_are_said_with_their_lines(run, write):
    write(
        "own.yaml",
        "id: own\ntitle: T\nseverity: low\nmatch: addon\nexpect: [{path: $.Properties.AddonName, exists: true}]\nrationale: R.\nremediation: Do.\n",
    )
    addon = "{Addon: {Type: AWS::EKS::Addon, Properties: {AddonName: a}}}"
    cases = write(
        "own.test.yaml",
        f"policy: owm\ncases:\n  - {{name: a, outcome: pass, subject: Addom, template: {{Resources: {addon}}}}}\n",
    )
    said = run("test", cases).err
    assert "own.test.yaml:3:" in said
    assert "found the subject 'Addom', expected a logical id of a resource in template; did you mean Addon?" in said
    cases.write_text(cases.read_text().replace("Addom", "Addon"))
    said = run("test", cases).err
    assert "own.test.yaml:1:1: policy: found 'owm', which is not a policy in this folder; did you mean own?" in said
    cases.write_text(cases.read_text().replace("owm", "own"))
    assert run("test", cases).code == 0
