"""An operand that nothing can meet is a mistake of the policy, in each position, with its line and the nearest word."""

from __future__ import annotations

import pytest
import yaml

pytest.importorskip("cfnlint", reason="pip install -e '.[cfn-lint]'")

GROUP = "nodegroup"
CLUSTER = "cluster"
PODS = "object"
AMI = "$.Properties.AmiType"
MISTAKES = [
    (CLUSTER, {"fact": "cluster.origin", "equals": "custom-resorce"}, "did you mean custom-resource?"),
    (CLUSTER, {"fact": "cluster.origin", "one_of": ["imported", "cloudformaton"]}, "did you mean cloudformation?"),
    (CLUSTER, {"fact": "version.support", "excludes": "endd"}, "did you mean ended?"),
    (CLUSTER, {"fact": "logging.types", "contains": ["api", "audti"]}, "did you mean audit?"),
    (CLUSTER, {"fact": "subject.region", "equals": "eu-centrall-1"}, "did you mean eu-central-1?"),
    (GROUP, {"fact": "nodegroup.imds_tokens", "equals": "require"}, "did you mean required?"),
    (GROUP, {"path": AMI, "equals": "AL2023_x86_64_STANDRD"}, "did you mean AL2023_x86_64_STANDARD?"),
    (GROUP, {"path": AMI, "one_of": ["CUSTOM", "BOTLEROCKET_ARM_64"]}, "did you mean BOTTLEROCKET_ARM_64?"),
    (GROUP, {"path": AMI, "excludes": "AL2023_x86_64_STANDRD"}, "did you mean AL2023_x86_64_STANDARD?"),
    (GROUP, {"path": "$.Properties.CapacityType", "equals": "SPOT", "default": "ON_DEMND"}, "did you mean ON_DEMAND?"),
    (GROUP, {"path": "$.Properties.ScalingConfig.MinSize", "equals": "tree"}, "found 'tree', expected a number"),
    (GROUP, {"path": "$.Properties.DiskSize", "at_least": 20, "default": "many"}, "found 'many', expected a number"),
    (GROUP, {"path": "$.Properties.ForceUpdateEnabled", "equals": "treu"}, "found 'treu', expected true or false"),
    (GROUP, {"path": "$.Properties['AmiTpye']", "exists": True}, "has no AmiTpye there; did you mean AmiType?"),
    (GROUP, {"path": "$..AmiTpye", "exists": True}, "has no AmiTpye; did you mean AmiType?"),
    (GROUP, {"path": "$.Properties.Taints[?(@.Effct=='X')].Key", "exists": True}, "did you mean Effect?"),
    (GROUP, {"path": "$.Properties.Taints[?(@.Effect=='X')].Kye", "exists": True}, "did you mean Key?"),
    (
        GROUP,
        {"path": "$.Properties.InstanceTypes", "equals": "m8g.large"},
        "ask each entry with $.Properties.InstanceTypes[*]",
    ),
    (GROUP, {"path": "$.Properties.InstanceTypes", "matches": "^m8g"}, "is a list; ask each entry with"),
    (GROUP, {"path": "$.Properties.Subnets", "at_least": 2}, "count its entries with $.Properties.Subnets.`len`"),
    (CLUSTER, {"fact": "logging.types", "contains": "aud"}, "did you mean audit?"),
    (
        CLUSTER,
        {"fact": "cluster.origin", "matches": "^imprted$"},
        "which matches none of custom-resource, cloudformation, imported",
    ),
    (CLUSTER, {"fact": "change.fate", "equals": "replacd"}, "did you mean replaced?"),
    (CLUSTER, {"fact": "change.kinds", "excludes": "verson"}, "did you mean version?"),
    (CLUSTER, {"fact": "change.mode_step", "one_of": ["alowed"]}, "did you mean allowed?"),
    (PODS, {"path": "$.containers[*].imagePullPolicy", "equals": "Allways"}, "did you mean Always?"),
    (
        PODS,
        {"path": "$.containers[*].imagePullPolicy", "excludes": "Sometimes"},
        "expected one of Always, IfNotPresent, Never",
    ),
    (PODS, {"path": "$.spec.template.spec.restartPolicy", "matches": "^Alway$"}, "which matches none of Always, "),
    (PODS, {"path": "$.spec.strategy.type", "equals": "Recrate", "default": "RollingUpdate"}, "did you mean Recreate?"),
    (PODS, {"path": "$.pod.hostNetwork", "equals": "flase"}, "found 'flase', expected true or false"),
    (PODS, {"path": "$.spec.replicas", "equals": "tow"}, "found 'tow', expected a number"),
    (
        PODS,
        {"path": "$.containers[*].command", "equals": "sh"},
        "command is a list; ask each entry with $.containers[*].command[*]",
    ),
    ("service-account", {"path": "$.automountServiceAccountToken", "equals": "flase"}, "expected true or false"),
]
ACCEPTED = [
    (CLUSTER, {"fact": "version.support", "excludes": "end"}),
    (CLUSTER, {"fact": "logging.types", "contains": "audit"}),
    (CLUSTER, {"fact": "subject.region", "equals": "ap-southeast-9"}),
    (GROUP, {"path": AMI, "equals": "AL2031_x86_64_STANDARD"}),
    (GROUP, {"path": AMI, "equals": "PLAN9"}),
    (GROUP, {"path": AMI, "excludes": "AL2_"}),
    (GROUP, {"path": "$.Properties.ScalingConfig.MinSize", "equals": "3"}),
    (GROUP, {"path": "$.Properties.ForceUpdateEnabled", "equals": "true"}),
    (GROUP, {"path": "$.Properties.Tags.AmiTpye", "exists": True}),
    (GROUP, {"path": "$.Properties.Labels['team.example.com/name']", "exists": True}),
    (GROUP, {"path": "$..team", "exists": True}),
    (GROUP, {"path": "$.Properties.Taints[?(@.Effect=='NO_SCHEDULE')].Key", "exists": True}),
    (GROUP, {"path": "$.Properties.InstanceTypes", "equals": ["m8g.large"]}),
    (GROUP, {"path": "$.Properties.InstanceTypes", "contains": "m8g.large"}),
    (GROUP, {"path": "$.Properties.InstanceTypes[0]", "matches": "^m8g"}),
    (CLUSTER, {"fact": "cluster.origin", "matches": "^c"}),
    (PODS, {"path": "$.containers[*].imagePullPolicy", "equals": "IfNotPresent"}),
    (PODS, {"path": "$.containers[*].imagePullPolicy", "matches": "(?i)always"}),
    (PODS, {"path": "$.pod.hostNetwork", "equals": "false"}),
    (PODS, {"path": "$.spec.replicas", "equals": "2"}),
    (PODS, {"path": "$.spec.replicas", "at_least": 2}),
    (PODS, {"path": "$.metadata.labels.tier", "equals": "Allways"}),
]


@pytest.fixture
def asked(run, write):
    """What the command says of a policy with some lines, on an app with a node group."""
    app = {
        "Resources": {
            "C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
            "N": {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": "C"}}},
        }
    }

    def call(match, **sections):
        words: dict[str, object] = {"title": "T", "severity": "low", "rationale": "R.", "remediation": "Do it."}
        words |= {"kinds": ["Deployment"]} if match == PODS else {}
        policy = write("own.yaml", yaml.safe_dump({"id": "own", **words, "match": match, **sections}))
        return run("check", write("T.template.json", app), "--policy", policy, "--select", "own")

    return call


KNATIVE = {"path": "$.spec.type", "equals": "Anything"}


def test_a_kind_of_another_group_has_words_of_its_own(asked):
    words = {"match": PODS, "kinds": ["Service"], "expect": [KNATIVE]}
    assert asked(**words).code == 2
    assert asked(**words, when=[{"path": "$.apiVersion", "matches": "^serving.knative.dev/"}]).code == 0
    assert asked(**{**words, "kinds": ["Service", "Rollout"]}).code == 0


@pytest.mark.parametrize(("match", "line", "says"), MISTAKES)
@pytest.mark.parametrize("position", ["expect", "when", "any_of"])
def test_a_typo_is_a_mistake_in_every_position(asked, match, line, says, position):
    sound = {"fact": "subject.stack", "exists": True}
    sections = {
        "expect": {"expect": [line]},
        "when": {"when": [line], "expect": [sound]},
        "any_of": {"expect": [{"any_of": [sound, line]}]},
    }
    result = asked(match, **sections[position])
    assert result.code == 2
    assert says in result.err
    assert "own.yaml:" in result.err


@pytest.mark.parametrize(("match", "line"), ACCEPTED)
def test_what_may_be_is_no_mistake(asked, match, line):
    result = asked(match, expect=[line])
    assert result.code in (0, 1), result.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"region": "eu-centrall-1"}, "did you mean eu-central-1?"),
        ({"region": ["eu-*", "us-easst-1"]}, "did you mean us-east-1?"),
        ({"environment": "111122223333/eu-wset-1"}, "did you mean eu-west-1?"),
        ({"account": "prod"}, "expected the 12 digits of an account"),
        ({"environment": "prod/eu-west-1"}, "expected the 12 digits of an account"),
    ],
)
def test_an_account_and_a_region_that_cannot_be_are_mistakes(asked, words, says):
    result = asked(CLUSTER, when=words, expect=[{"fact": "subject.stack", "exists": True}])
    assert result.code == 2
    assert says in result.err


@pytest.mark.parametrize(
    "words", [{"region": "mx-*"}, {"region": "ca-south-2"}, {"account": "1111*"}, {"environment": "*"}]
)
def test_a_part_of_an_app_that_may_be_is_no_mistake(asked, words):
    assert asked(CLUSTER, when=words, expect=[{"fact": "subject.stack", "exists": True}]).code == 0
