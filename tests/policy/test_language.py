"""What the language of policies says about parts of an app, alternatives, counts and what is missing."""

from __future__ import annotations

import json

import jsonschema
import pytest
from conftest import SAMPLES, TODAY

from eks_guard.report import Format

STAGES = SAMPLES / "payment-stages" / "cdk.out"
HEAD = {
    "id": "own-rule",
    "title": "t",
    "severity": "medium",
    "rationale": "R.",
    "remediation": "The words of the team.",
}


def eks(**resources):
    return {"Resources": resources}


def cluster(name="shop", condition=None, **properties):
    body = {"Type": "AWS::EKS::Cluster", "Properties": {"Name": name, "Version": "1.35", **properties}}
    return {**body, "Condition": condition} if condition else body


def addon(name, **more):
    return {"Type": "AWS::EKS::Addon", "Properties": {"ClusterName": {"Ref": "C"}, "AddonName": name}, **more}


def subnet(**properties):
    return {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", **properties}}


def in_list(index):
    return {"AvailabilityZone": {"Fn::Select": [index, {"Fn::GetAZs": ""}]}}


@pytest.fixture
def judged(run, write):
    """Judge a template or an assembly by one policy; the outcomes by subject, and what was said on stderr."""

    def call(app, policy, *arguments):
        own = write("own-rule.yaml", json.dumps({**HEAD, **policy}, indent=1))
        path = write("T.template.json", app) if isinstance(app, dict) else app
        only = ("--policy", own, "--select", "own-rule", "--show-passed", "--format", "json", "--today", TODAY)
        result = run("check", path, *only, *arguments)
        found = result.json["findings"] if result.code in (0, 1) else []
        return {finding["subject"]["id"]: finding["outcome"] for finding in found}, result

    return call


def by_fact(fact, **operator):
    return {"match": "cluster", "expect": [{"fact": fact, **operator}]}


def outcome_of(judged, app, policy):
    (outcome,) = judged(app, policy)[0].values()
    return outcome


# alternatives


ENCRYPTED = {"EncryptionConfig": [{"Resources": ["secrets"], "Provider": {"KeyArn": "arn:aws:kms:eu-west-1:1:key/a"}}]}
EITHER = {
    "match": "cluster",
    "expect": [
        {"any_of": [{"fact": "secrets.customer_key", "equals": True}, {"fact": "cluster.version", "at_least": "1.35"}]}
    ],
}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"Version": "1.35"}, "pass"),
        ({"Version": "1.33", **ENCRYPTED}, "pass"),
        ({"Version": "1.33"}, "fail"),
        ({"Version": {"Ref": "Open"}}, "unknown"),
        ({"Version": {"Ref": "Open"}, **ENCRYPTED}, "pass"),
    ],
)
def test_one_alternative_is_enough(judged, properties, expected):
    app = {**eks(C=cluster(**properties)), "Parameters": {"Open": {"Type": "String"}}}
    assert outcome_of(judged, app, EITHER) == expected


def test_a_failure_names_every_alternative_and_what_was_expected(judged):
    paths = [{"path": "$.Properties.AmiType", "matches": "ARM"}, {"path": "$.Properties.DiskSize", "at_least": 50}]
    group = {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": "C"}, "AmiType": "AL2_x86_64"}}
    outcomes, result = judged(eks(C=cluster(), N=group), {"match": "nodegroup", "expect": [{"any_of": paths}]})
    assert outcomes == {"T/N": "fail"}
    title, because = result.json["findings"][0]["because"]
    assert title == "expected: t"
    assert because.startswith("none of the alternatives holds: ")
    assert '"AL2_x86_64", which is expected to match "ARM"' in because
    assert "$.Properties.DiskSize is not set, which is expected to be at least 50" in because


# parts of an app


def scoped(when):
    return {**by_fact("cluster.version", at_least="1.99"), "when": when}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"stage": "Prod"}, {"Prod"}),
        ({"stage": ["Prod", "Dev"]}, {"Prod", "Dev"}),
        ({"stack": "Prod/*"}, {"Prod"}),
        ({"stack": "*", "stage": "Dev"}, {"Dev"}),
        ([{"stage": "Dev"}, {"fact": "cluster.version", "at_least": "1.1"}], {"Dev"}),
        ({"stage": "Nowhere"}, set()),
    ],
)
def test_a_policy_is_for_the_stages_and_stacks_that_it_names(judged, when, expected):
    outcomes, _ = judged(STAGES, scoped(when))
    assert {name.partition("/")[0] for name, outcome in outcomes.items() if outcome != "not-applicable"} == expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"account": "1"}, "fail"),
        ({"account": "2*"}, "not-applicable"),
        ({"region": "eu-*"}, "fail"),
        ({"region": ["us-*", "ap-*"]}, "not-applicable"),
        ({"environment": "1/eu-central-1"}, "fail"),
        ({"tag": "stage=prod"}, "fail"),
        ({"tag": "stage=*"}, "fail"),
        ({"tag": "team"}, "fail"),
        ({"tag": "stage=dev"}, "not-applicable"),
    ],
)
def test_a_policy_is_for_an_environment_or_a_tag(judged, assembly, when, expected):
    app = eks(C=cluster(Tags=[{"Key": "team", "Value": "shop"}]))
    folder = assembly({"S": "S.template.json"}, S__template__json=app)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["artifacts"]["S"]["properties"]["tags"] = {"stage": "prod"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert outcome_of(judged, folder, scoped(when)) == expected


@pytest.mark.parametrize("when", [{"account": "1"}, {"region": "eu-*"}, {"tag": "stage=prod"}])
def test_where_a_bare_template_is_deployed_is_not_known(judged, when):
    assert outcome_of(judged, eks(C=cluster()), scoped(when)) == "unknown"
    passing = {**by_fact("cluster.version", at_least="1.1"), "when": when}
    assert outcome_of(judged, eks(C=cluster()), passing) == "pass"


def test_a_tag_of_the_cluster_is_enough_where_those_of_the_stack_are_open(judged):
    tagged = eks(C=cluster(Tags=[{"Key": "stage", "Value": "prod"}]))
    assert outcome_of(judged, tagged, scoped({"tag": "stage=prod"})) == "fail"


def test_a_node_group_can_be_chosen_by_the_version_of_its_cluster(judged):
    group = {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": "C"}, "AmiType": "AL2_x86_64"}}
    rule = {
        "match": "nodegroup",
        "when": {"fact": "cluster.version", "at_least": "1.35"},
        "expect": [{"path": "$.Properties.AmiType", "matches": "AL2023"}],
    }
    assert outcome_of(judged, eks(C=cluster(), N=group), rule) == "fail"
    assert outcome_of(judged, eks(C=cluster(Version="1.34"), N=group), rule) == "not-applicable"


# what every spelling has


SPELLINGS = {
    "cloudformation": lambda properties: {"Type": "AWS::EKS::Cluster", "Properties": properties},
    "custom-resource": lambda properties: {
        "Type": "Custom::AWSCDK-EKS-Cluster",
        "Properties": {
            "ServiceToken": "arn:aws:lambda:eu-west-1:1:function:f",
            "Config": {
                "name": properties["Name"],
                "version": properties["Version"],
                "roleArn": properties["RoleArn"],
                "tags": {tag["Key"]: tag["Value"] for tag in properties["Tags"]},
                "resourcesVpcConfig": {"subnetIds": properties["ResourcesVpcConfig"]["SubnetIds"]},
            },
        },
    },
}
FULL = {
    "Name": "prod-shop",
    "Version": "1.35",
    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
    "Tags": [{"Key": "team", "Value": {"Ref": "Team"}}],
    "ResourcesVpcConfig": {"SubnetIds": [{"Ref": "A"}, {"Ref": "B"}]},
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    ("fact", "operator"),
    [
        ("cluster.name", {"equals": "prod-shop"}),
        ("cluster.role", {"matches": "^eks-"}),
        ("cluster.tags", {"contains": ["team=payments"]}),
        ("cluster.subnets", {"equals": 2}),
        ("cluster.zones", {"at_least": 2}),
        ("cluster.addons", {"contains": ["vpc-cni"]}),
        ("cluster.node_groups", {"equals": 0}),
        ("cluster.charts", {"equals": []}),
    ],
)
def test_a_fact_of_a_cluster_is_the_same_in_every_spelling(judged, spelling, fact, operator):
    app = eks(
        C=SPELLINGS[spelling](FULL),
        Role={"Type": "AWS::IAM::Role", "Properties": {"RoleName": "eks-shop", "AssumeRolePolicyDocument": {}}},
        A=subnet(**in_list(0)),
        B=subnet(**in_list(1)),
        Cni=addon("vpc-cni"),
    )
    app["Parameters"] = {"Team": {"Type": "String", "AllowedValues": ["payments"]}}
    assert outcome_of(judged, app, by_fact(fact, **operator)) == "pass"


def test_a_tag_whose_value_the_deployment_decides_is_unknown(judged):
    app = eks(C=cluster(Tags=[{"Key": "team", "Value": {"Ref": "Team"}}])) | {
        "Parameters": {"Team": {"Type": "String"}}
    }
    assert outcome_of(judged, app, by_fact("cluster.tags", contains=["team=payments"])) == "unknown"


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("arn:aws:iam::1:role/teams/eks-shop", "pass"),
        ("arn:aws:iam::1:role/other", "fail"),
        ({"Ref": "Open"}, "unknown"),
    ],
)
def test_the_name_of_a_role_is_read_out_of_its_arn(judged, role, expected):
    app = eks(C=cluster(RoleArn=role)) | {"Parameters": {"Open": {"Type": "String"}}}
    assert outcome_of(judged, app, by_fact("cluster.role", matches="^eks-")) == expected


@pytest.mark.parametrize(
    ("zones", "expected"),
    [
        ([in_list(0), in_list(1)], "pass"),
        ([in_list(0), in_list(0)], "fail"),
        ([{"AvailabilityZone": "eu-west-1a"}, {"AvailabilityZone": "eu-west-1b"}], "pass"),
        ([{"AvailabilityZone": "eu-west-1a"}, {"AvailabilityZone": "eu-west-1a"}], "fail"),
        ([{"AvailabilityZone": "dummy1a"}, {"AvailabilityZone": "dummy1b"}], "pass"),
        ([{"AvailabilityZone": "dummy1a"}, {"AvailabilityZone": "dummy1a"}], "fail"),
        ([{"AvailabilityZone": "eu-west-1a"}, in_list(0)], "unknown"),
        ([{"AvailabilityZone": "eu-west-1a"}, {}], "unknown"),
        ([in_list(0), in_list(1), {}], "pass"),
        ([{}], "fail"),
    ],
)
def test_at_least_two_zones(judged, zones, expected):
    subnets = {f"S{index}": subnet(**zone) for index, zone in enumerate(zones)}
    app = eks(C=cluster(ResourcesVpcConfig={"SubnetIds": [{"Ref": name} for name in subnets]}), **subnets)
    assert outcome_of(judged, app, by_fact("cluster.zones", at_least=2)) == expected


def test_a_number_that_is_open_is_said_once(judged, run, write):
    subnets = {f"S{zone}": subnet(AvailabilityZone={"Fn::ImportValue": f"zone-{zone}"}) for zone in "ab"}
    app = eks(C=cluster(ResourcesVpcConfig={"SubnetIds": [{"Ref": name} for name in subnets]}), **subnets)
    says = "the availability zones of the subnets are unknown: 1 if the number of zones is 1, 2 if the number of zones is 2"
    (finding,) = judged(app, by_fact("cluster.zones", at_least=2))[1].json["findings"]
    assert [step["says"] for step in finding["trace"]] == [says]
    assert finding["because"] == [f"unknown: {says}"]
    own = write("own-rule.yaml", json.dumps({**HEAD, **by_fact("cluster.zones", at_least=2)}))
    result = run("check", write("T.template.json", app), "--policy", own, "--select", "own-rule", "--format", "concise")
    assert f"C: Unknown: {says}" in result.out


def test_zones_of_looked_up_subnets_are_those_of_the_lookup(judged, assembly):
    app = eks(C=cluster(ResourcesVpcConfig={"SubnetIds": ["subnet-1", "subnet-2"]}))
    folder = assembly({"S": "S.template.json"}, S__template__json=app)
    subnets = [{"subnetId": f"subnet-{n}", "availabilityZone": f"eu-west-1{zone}"} for n, zone in ((1, "a"), (2, "b"))]
    found = {"vpc-provider:account=1": {"subnetGroups": [{"type": "Private", "subnets": subnets}]}}
    assert outcome_of(judged, folder, by_fact("cluster.zones", at_least=2)) == "unknown"
    (folder.parent / "cdk.context.json").write_text(json.dumps(found))
    assert outcome_of(judged, folder, by_fact("cluster.zones", at_least=2)) == "pass"


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [((None, None), "pass"), (("Big", None), "unknown"), (("Big", "Big"), "pass"), ((None, "Big"), "pass")],
)
def test_an_addon_under_a_condition_is_there_only_where_the_condition_holds(judged, conditions, expected):
    of_addon, of_cluster = conditions
    more = {"Condition": of_addon} if of_addon else {}
    app = eks(C=cluster(condition=of_cluster), Cni=addon("vpc-cni", **more), Dns=addon("coredns"))
    if of_addon is None and of_cluster:
        app["Resources"]["Cni"]["Properties"]["ClusterName"] = {"Ref": "C"}
    app |= {"Parameters": {"Size": {"Type": "String"}}, "Conditions": {"Big": {"Fn::Equals": [{"Ref": "Size"}, "big"]}}}
    assert outcome_of(judged, app, by_fact("cluster.addons", contains=["vpc-cni"])) == expected
    assert outcome_of(judged, app, by_fact("cluster.addons", contains=["coredns"])) == "pass"


def test_each_cluster_is_asked_for_its_own_addons(judged):
    second = cluster("other")
    app = eks(C=cluster(), D=second, Cni=addon("vpc-cni"))
    outcomes, result = judged(app, by_fact("cluster.addons", contains=["vpc-cni"]))
    assert outcomes == {"T/C": "pass", "T/D": "fail"}
    (failed,) = [finding for finding in result.json["findings"] if finding["outcome"] == "fail"]
    assert 'cluster.addons is expected to contain ["vpc-cni"]' in failed["because"][1]


# what is open inside a list


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"path": "$.Properties.Subnets", "contains": ["a"]}, "pass"),
        ({"path": "$.Properties.Subnets", "contains": ["b"]}, "unknown"),
        ({"path": "$.Properties.Subnets", "excludes": ["a"]}, "fail"),
        ({"path": "$.Properties.Subnets", "excludes": ["b"]}, "unknown"),
        ({"path": "$.Properties.Subnets", "equals": ["a", "b"]}, "unknown"),
        ({"path": "$.Properties.Subnets.`len`", "at_least": 2}, "pass"),
        ({"path": "$.Properties.InstanceTypes.`len`", "at_least": 2}, "unknown"),
        ({"path": "$.Properties.InstanceTypes.`len`", "at_least": 1}, "pass"),
        ({"path": "$.Properties.InstanceTypes.`len`", "at_least": 3}, "fail"),
    ],
)
def test_an_open_entry_of_a_list_decides_nothing(judged, line, expected):
    group = {
        "Type": "AWS::EKS::Nodegroup",
        "Properties": {
            "ClusterName": {"Ref": "C"},
            "Subnets": ["a", {"Ref": "Open"}],
            "InstanceTypes": ["m7g.large", {"Fn::If": ["Big", "m7g.xlarge", {"Ref": "AWS::NoValue"}]}],
        },
    }
    app = eks(C=cluster(), N=group)
    app |= {"Parameters": {"Open": {"Type": "String"}}, "Conditions": {"Big": {"Fn::Equals": [{"Ref": "Open"}, "b"]}}}
    assert outcome_of(judged, app, {"match": "nodegroup", "expect": [line]}) == expected


# the team's words


def test_the_fix_and_the_words_of_the_team_win_over_those_of_a_fact(judged):
    fix = {"typescript": "ourLayer(this)", "python": "our_layer(self)"}
    rule = {**by_fact("kubectl.minor_skew", between=[0, 0]), "fix": fix}
    _, result = judged(SAMPLES / "payment-wrong-layer" / "cdk.out", rule)
    (finding,) = [one for one in result.json["findings"] if one["outcome"] == "fail"]
    assert finding["fix"]["typescript"] == "ourLayer(this)"
    assert finding["remediation"] == "The words of the team."


# mistakes


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ({**by_fact("cluster.name", exists=True), "when": {"stak": "Prod*"}}, "when.0.stak: not a known key; did you mean stack?"),
        ({**by_fact("cluster.name", exists=True), "when": {"stack": 3}}, "when.0.stack: found 3, expected a glob"),
        ({**by_fact("cluster.name", exists=True), "when": {"account": 123456789012}}, "write it in quotes"),
        ({**by_fact("cluster.name", exists=True), "when": {"stack": []}}, "expected a glob"),
        ({**by_fact("cluster.name", exists=True), "when": [{"stack": "a", "fact": "cluster.name"}]}, "found fact beside stack"),
        ({"match": "cluster", "expect": [{"any_of": [{"fact": "cluster.name", "exists": True}]}]}, "expected at least 2 entries"),
        ({"match": "cluster", "expect": [{"any_of": [{"fact": "cluster.nam", "exists": True}] * 2}]}, "did you mean cluster.name?"),
        ({"match": "cluster", "expect": [{"any_of": [{"any_of": []}] * 2}]}, "any_of: not a known key"),
        ({"match": "cluster", "expect": [{"any_of": [{"fact": "cluster.name", "exists": True}] * 2, "fact": "cluster.name"}]}, "found fact beside any_of"),
        ({"match": "cluster", "expect": [{"stack": "Prod*"}]}, "stack: not a known key"),
        ({"match": "object", "kinds": ["Deployment"], "expect": [{"path": "$.spec.replcias", "exists": True}]}, "Deployment has no replcias there; did you mean replicas?"),
        ({"match": "object", "kinds": ["Namespace"], "expect": [{"path": "$.metadata.lables.team", "exists": True}]}, "did you mean labels?"),
        ({"match": "object", "expect": [{"path": "$.containers[*].imgae", "excludes": "x"}]}, "did you mean image?"),
        ({"match": "object", "expect": [{"path": "$.pod.hostNetwrok", "equals": False}]}, "did you mean hostNetwork?"),
        ({"match": "service-account", "expect": [{"path": "$.metdata.name", "exists": True}]}, "did you mean metadata?"),
    ],
)  # fmt: skip
def test_a_typo_is_a_mistake_with_its_place(judged, policy, says):
    _, result = judged(eks(C=cluster()), policy)
    assert result.code == 2
    assert says in result.err
    assert "own-rule.yaml:" in result.err


def test_a_path_into_a_custom_resource_of_kubernetes_is_no_mistake(judged):
    rule = {"match": "object", "kinds": ["NodePool"], "expect": [{"path": "$.spec.template.x", "exists": True}]}
    _, result = judged(eks(C=cluster()), rule)
    assert result.code == 0


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (scoped({"stack": "Prdo*"}), "own-rule judged nothing: no stack matches Prdo*; available: T"),
        (scoped({"fact": "cluster.version", "at_least": "1.99"}), "its `when` does not hold for the only cluster"),
        ({"match": "nodegroup", "expect": [{"path": "$.Properties.AmiType", "exists": True}]}, "there is no nodegroup in the app"),
        ({"match": "object", "kinds": ["Issuer"], "expect": [{"path": "$.x", "exists": True}]}, "there is no object in the app"),
    ],
)  # fmt: skip
def test_a_policy_that_judged_nothing_is_named(judged, policy, says):
    _, result = judged(eks(C=cluster()), policy)
    assert f"note: own-rule judged nothing: {says.removeprefix('own-rule judged nothing: ')}" in result.err


def test_a_path_that_passes_because_it_meets_nothing_is_named(judged):
    custom = {"Type": "Custom::Thing", "Properties": {"Size": 1}}
    silent = {"match": "Custom::Thing", "expect": [{"path": "$.Properties.Sise", "at_least": 3, "absent": "skip"}]}
    _, result = judged(eks(C=cluster(), X=custom), silent)
    assert "note: own-rule: $.Properties.Sise is not set in the only Custom::Thing" in result.err
    silent["expect"] = [{"path": "$.Properties.Size", "at_least": 1, "absent": "skip"}]
    assert "is not set in" not in judged(eks(C=cluster(), X=custom), silent)[1].err


def test_a_fact_that_finds_nothing_is_named(judged):
    group = {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": "C"}, "Subnets": ["subnet-1"]}}
    required = {"match": "nodegroup", "expect": [{"fact": "nodegroup.imds_tokens", "equals": "required"}]}
    _, result = judged(eks(C=cluster(), N=group), required)
    assert "own-rule judged nothing: nodegroup.imds_tokens finds nothing in the only nodegroup" in result.err
    both = judged(eks(C=cluster(), N=group, M=group), required)[1].err
    assert "nodegroup.imds_tokens finds nothing in any of 2 (nodegroup)" in both


def test_one_of_several_stages_that_is_misspelt_is_named(judged):
    _, result = judged(STAGES, scoped({"stage": ["Prod", "Dve"]}))
    assert "note: own-rule: stage: Dve matches none of the app; did you mean Dev?" in result.err
    for sound in (["Prod", "Dev"], ["Prod", "Test"], ["Prod", "D*"]):
        assert "did you mean" not in judged(STAGES, scoped({"stage": sound}))[1].err


def test_a_misspelt_variable_of_the_environment_is_named(run, monkeypatch):
    monkeypatch.setenv("EKS_GUARD_FAIL_ONN", "high")
    result = run("check", SAMPLES / "payment-current" / "cdk.out")
    assert "note: EKS_GUARD_FAIL_ONN in the environment sets no option; did you mean EKS_GUARD_FAIL_ON?" in result.err


# the schema for editors


@pytest.mark.parametrize(
    ("policy", "valid"),
    [
        (EITHER, True),
        (scoped({"stack": "Prod*"}), True),
        (scoped([{"stage": ["Prod", "Dev"]}, {"fact": "cluster.name", "exists": True}]), True),
        (scoped({"stak": "Prod*"}), False),
        (scoped({"stack": 3}), False),
        (scoped({"stack": "a", "fact": "cluster.name", "exists": True}), False),
        ({"match": "cluster", "expect": [{"any_of": [{"fact": "cluster.name", "exists": True}]}]}, False),
        ({"match": "cluster", "expect": [{"fact": "cluster.name", "exists": True, "equals": "a"}]}, False),
        ({"match": "cluster", "expect": [{"stack": "a"}]}, False),
    ],
)
def test_an_editor_sees_what_the_command_sees(run, judged, policy, valid):
    schema = json.loads(run("schema", "policy").out)
    assert jsonschema.Draft202012Validator(schema).is_valid({**HEAD, **policy}) is valid
    assert (judged(eks(C=cluster()), policy)[1].code in (0, 1)) is valid


@pytest.mark.parametrize("name", [name for name in Format if name is not Format.CDK_REPORT])
def test_every_format_says_what_a_policy_of_a_team_wants(run, write, name):
    title = "clusters of the bakery are called oven"
    policy = {**HEAD, **by_fact("cluster.name", equals="oven"), "title": title}
    own = write("own-rule.yaml", json.dumps(policy, indent=1))
    result = run(
        "check", write("T.template.json", eks(C=cluster())), "--policy", own, "--select", "own-rule", "--format", name
    )
    assert f"xpected: {title}" in result.out


@pytest.mark.parametrize(
    ("match", "path"),
    [("object", "$.stringData.password"), ("object", "$.stringData"), ("manifest", "$.Properties.Manifest")],
)
def test_what_a_secret_holds_is_in_no_report(judged, match, path):
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"password": "hunter2"}}
    manifest = {
        "Type": "Custom::AWSCDK-EKS-KubernetesResource",
        "Properties": {"ClusterName": {"Ref": "C"}, "Manifest": json.dumps([secret])},
    }
    rule = {"match": match, "expect": [{"path": path, "matches": "^vault:"}]}
    outcomes, result = judged(eks(C=cluster(), M=manifest), rule)
    assert set(outcomes.values()) == {"fail"}
    assert "not shown, for it is of a Secret" in result.out
    assert "hunter2" not in result.out
    named = {"match": "object", "expect": [{"path": "$.metadata.name", "equals": "t"}]}
    assert '$.metadata.name is \\"s\\"' in judged(eks(C=cluster(), M=manifest), named)[1].out
