"""An operand that nothing can meet is a mistake of the policy, in each position, with its line and the nearest word."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import Any

import pytest
import yaml
from conftest import ROOT

from eks_guard.policy import cloudformation

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
    (
        CLUSTER,
        {"fact": "cluster.version", "at_least": "13.4"},
        "found '13.4', which is not a version of Kubernetes; did you mean 1.34?",
    ),
    (
        CLUSTER,
        {"fact": "cluster.version", "one_of": ["1.34", "1.53"]},
        "found '1.53', which is not a version of Kubernetes; did you mean 1.35?",
    ),
    (
        CLUSTER,
        {"fact": "kubectl.version", "between": ["1.30", "2.0"]},
        "found '2.0', which is not a version of Kubernetes; EKS lists 1.",
    ),
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
    (
        PODS,
        {"path": "$.containers[*].resources.limits.memry", "exists": True},
        "has no memry there; did you mean memory?",
    ),
    (PODS, {"path": "$.metadata.lables.team", "exists": True}, "has no lables there; did you mean labels?"),
    (CLUSTER, {"fact": "cluster.addons", "excludes": "aws-guarduty-agent"}, "did you mean aws-guardduty-agent?"),
    (CLUSTER, {"fact": "cluster.addons", "contains": ["vpc-cni", "corends"]}, "did you mean coredns?"),
    ("addon", {"path": "$.Properties.AddonName", "one_of": ["vpc_cni"]}, "did you mean vpc-cni?"),
    (
        GROUP,
        {"path": AMI, "matches": "ARM64"},
        "it is no AmiType that CloudFormation has that matches; did you mean ARM_64?",
    ),
    (GROUP, {"path": "$.Properties.CapacityType", "equals": "spot"}, "did you mean SPOT?"),
    (
        GROUP,
        {"path": "$.Properties.Taints[?(@.Effect=='NO_SCEDULE')].Key", "exists": True},
        "did you mean NO_SCHEDULE?",
    ),
    ("helm-chart", {"path": "$.Properties.Verison", "exists": True}, "has no Verison there; did you mean Version?"),
    ("manifest", {"path": "$.Properties.PruneLable", "exists": True}, "did you mean PruneLabel?"),
    (
        "Custom::AWSCDK-EKS-Cluster",
        {"path": "$.Properties.Config.resourcesVpcConfig.subnetIDs", "exists": True},
        "did you mean subnetIds?",
    ),
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
    (CLUSTER, {"fact": "cluster.version", "at_most": "1.99"}),
    (CLUSTER, {"fact": "cluster.version", "equals": "1.40"}),
    (CLUSTER, {"fact": "kubectl.version", "at_least": "1.33.5"}),
    (PODS, {"path": "$.containers[*].imagePullPolicy", "equals": "IfNotPresent"}),
    (PODS, {"path": "$.containers[*].imagePullPolicy", "matches": "(?i)always"}),
    (PODS, {"path": "$.pod.hostNetwork", "equals": "false"}),
    (PODS, {"path": "$.spec.replicas", "equals": "2"}),
    (PODS, {"path": "$.spec.replicas", "at_least": 2}),
    (PODS, {"path": "$.metadata.labels.tier", "equals": "Allways"}),
    (PODS, {"path": "$.containers[*].resources.limits['nvidia.com/gpu']", "exists": True}),
    (PODS, {"path": "$.containers[*].resources.requests.hugepages-2Mi", "exists": True}),
    (CLUSTER, {"fact": "cluster.addons", "contains": "my-ebs-csi-driver"}),
    (CLUSTER, {"fact": "cluster.addons", "excludes": "kubecost_kubecost"}),
    (GROUP, {"path": AMI, "matches": "AL2031_ARM"}),
    (GROUP, {"path": AMI, "matches": "PLAN9"}),
    (GROUP, {"path": "$.Properties.Taints[?(@.Key=='tema')].Effect", "exists": True}),
    ("helm-chart", {"path": "$.Properties.TakeOwnership", "exists": True}),
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
        words: dict[str, Any] = {"title": "T", "severity": "low", "rationale": "R.", "remediation": "Do it."}
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


TYPES = [
    ("AWS::EKS::NodeGroup", "did you mean AWS::EKS::Nodegroup?"),
    ("AWS::KMS::Kye", "did you mean AWS::KMS::Key?"),
    ("AS::KMS::Key", "did you mean AWS::KMS::Key?"),
    ("aws::kms::key", "did you mean AWS::KMS::Key?"),
    ("Datadog::Monitors::Monitor", None),
    ("Custom::OurOwn", None),
    ("nodegrop", "did you mean nodegroup?"),
]


@pytest.mark.parametrize(("match", "says"), TYPES)
def test_a_type_that_is_none_is_a_mistake(asked, match, says):
    result = asked(match, expect=[{"path": "$.Properties", "exists": True}])
    assert (says in result.err) if says else result.code == 0


@pytest.mark.parametrize(
    ("kind", "meant"), [("Jb", "Job"), ("Deplyoment", "Deployment"), ("Rule", None), ("Rollout", None)]
)
def test_a_kind_that_is_nearly_one_of_kubernetes_is_a_mistake(asked, kind, meant):
    result = asked(PODS, kinds=["Deployment", kind], expect=[{"path": "$.metadata.name", "exists": True}])
    assert (f"did you mean {meant}?" in result.err) if meant else result.code == 0


@pytest.mark.parametrize(
    "path", ["$.contianers[*].image", "$.metdata.name", "$.metadata.lables.team", "$.Spec.replicas"]
)
def test_what_every_object_has_is_known_without_its_kind(asked, path):
    result = asked(PODS, kinds=[], expect=[{"path": path, "exists": True}])
    assert result.code == 2
    assert "did you mean" in result.err


@pytest.fixture
def without_cfn_lint(monkeypatch):
    """As where cfn-lint is not installed; what was read of its schemas is forgotten before and after."""
    cached = (
        cloudformation.known_types,
        cloudformation.properties_of,
        cloudformation.known_regions,
        cloudformation._index,
    )
    monkeypatch.setattr(cloudformation, "find_spec", lambda _: None)
    for function in cached:
        function.cache_clear()
    yield
    for function in cached:
        function.cache_clear()


@pytest.mark.usefixtures("without_cfn_lint")
@pytest.mark.parametrize(("match", "line", "says"), MISTAKES)
def test_a_typo_is_a_mistake_without_cfn_lint(asked, match, line, says):
    result = asked(match, expect=[line])
    assert result.code == 2
    assert says in result.err


@pytest.mark.usefixtures("without_cfn_lint")
@pytest.mark.parametrize(("match", "line"), ACCEPTED)
def test_what_may_be_is_no_mistake_without_cfn_lint(asked, match, line):
    assert asked(match, expect=[line]).code in (0, 1)


@pytest.mark.usefixtures("without_cfn_lint")
@pytest.mark.parametrize(("match", "says"), TYPES)
def test_a_type_that_is_none_is_a_mistake_without_cfn_lint(asked, match, says):
    test_a_type_that_is_none_is_a_mistake(asked, match, says)


def test_our_table_says_what_the_schemas_of_cfn_lint_say():
    sys.path.insert(0, str(ROOT / "tools"))
    import refresh_properties

    table = json.loads((refresh_properties.FOLDER / "properties.json").read_text(encoding="utf-8"))
    assert {"AWS::EKS::Cluster", "AWS::EKS::Nodegroup", "AWS::EKS::Addon"} <= set(table["types"])
    schemas = {name: cloudformation.published(name) for name in table["types"]}
    said = {name: refresh_properties.reduced(schema, schema) for name, schema in schemas.items()}
    if f"/{version('cfn-lint')}/" in table["source"]:
        assert said == table["types"]
        assert set(table["names"].split()) == cloudformation.known_types()
        assert set(table["regions"].split()) == cloudformation.known_regions()
    for name in ("AWS::EKS::Cluster", "AWS::EKS::Nodegroup", "AWS::EKS::Addon"):  # whatever the release of cfn-lint
        assert set(said[name]["properties"]) & set(table["types"][name]["properties"]), name


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
        ({"region": "ue-*"}, "which no region of AWS matches; expected a region such as"),
        ({"region": "EU-*"}, "which no region of AWS matches"),
        ({"region": "ue-west-1"}, "did you mean eu-west-1?"),
        ({"region": "US-EAST-1"}, "did you mean us-east-1?"),
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


FORMS = [
    ({"when": [{"any_of": [{"fact": "cluster.zones", "at_least": 1}]}]}, "when.0.any_of: not a known key here; alternatives are a line of `expect`"),
    ({"expect": [{"any_of": [{"any_of": []}, {"fact": "cluster.zones", "at_least": 1}]}]}, "expect.0.any_of.0.any_of: not a known key here"),
    ({"expect": [{"not": {"fact": "cluster.zones", "at_least": 1}}]}, "expect.0.not: not a known key; there is no negation"),
    ({"when": {"stak": "Prod"}}, "when.0.stak: not a known key; did you mean stack?"),
    ({"expect": [{"fcat": "cluster.zones", "at_least": 1}]}, "expect.0.fcat: not a known key; did you mean fact?"),
]  # fmt: skip


@pytest.mark.parametrize(("sections", "says"), FORMS)
def test_a_line_of_another_form_is_one_mistake_that_says_what_to_write(asked, sections, says):
    result = asked(CLUSTER, **{"expect": [{"fact": "cluster.zones", "at_least": 2}], **sections})
    assert result.code == 2
    assert says in result.err
    assert len(result.err.splitlines()) == 1


def test_a_stack_is_asked_about_updates_only(asked):
    said = asked("stack", expect=[{"fact": "subject.tags", "contains": "owner"}]).err
    assert "expect.0.fact: found subject.tags: a stack is asked for facts about updates only; match cluster" in said
    assert asked("stack", expect=[{"fact": "change.lost_exports", "exists": False}]).err.count("found") == 0
