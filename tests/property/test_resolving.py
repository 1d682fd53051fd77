"""What must hold whatever the input: order, names and strangers do not matter, and nothing ever raises."""

from __future__ import annotations

import datetime
import json
import random
import re
import tempfile
from pathlib import Path

from conftest import SAMPLES
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eks_guard.assembly.following.composed import text_of
from eks_guard.assembly.following.follower import Follower
from eks_guard.assembly.following.resolution import Literal
from eks_guard.assembly.load import load
from eks_guard.assembly.stack import Node
from eks_guard.audit import Options, audit
from eks_guard.data import Tables
from eks_guard.errors import AssemblyError
from eks_guard.resolve import Knowledge, resolve

TODAY = datetime.date(2026, 11, 24)
WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
TABLES = Tables()

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just("\ud800")
)
names = st.sampled_from(
    [
        "Cluster",
        "Handler",
        "Layer",
        "Manifest",
        "Nested",
        "P",
        "AWS::Region",
        "AWS::NoValue",
        "Nested.Outputs.X",
        "1",
        "²",
    ]
)
functions = st.sampled_from(
    ["Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub", "Fn::Select", "Fn::Split", "Fn::If", "Fn::ImportValue", "Fn::FindInMap",
     "Fn::GetStackOutput", "Fn::Base64", "Condition"]
)  # fmt: skip
json_values = st.recursive(
    scalars | names,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(functions | st.text(max_size=4), inner, max_size=2)
        | st.builds(lambda name, argument: {name: argument}, functions, inner)
    ),
    max_leaves=12,
)
keys = st.sampled_from(
    ["Version", "Name", "Config", "ResourcesVpcConfig", "Logging", "ServiceToken", "ClusterName", "Layers", "Content", "Role",
     "Manifest", "Parameters", "TemplateURL", "Environment", "Url", "PruneLabel", "Description", "AssumeRolePolicyDocument"]
)  # fmt: skip
types = st.sampled_from(
    ["AWS::EKS::Cluster", "Custom::AWSCDK-EKS-Cluster", "Custom::AWSCDK-EKS-KubernetesResource", "Custom::AWSCDK-EKS-HelmChart",
     "AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::CloudFormation::Stack", "AWS::IAM::Role", "AWS::IAM::Policy",
     "AWS::IAM::OIDCProvider", "AWS::EKS::PodIdentityAssociation", "AWS::EKS::Nodegroup", "Custom::CrossRegionExportReader"]
)  # fmt: skip
resources = st.fixed_dictionaries({"Type": types, "Properties": st.dictionaries(keys, json_values, max_size=5)})
templates = st.fixed_dictionaries(
    {"Resources": st.dictionaries(names, resources | json_values, max_size=5)},
    optional={
        "Parameters": st.dictionaries(names, json_values, max_size=2),
        "Conditions": st.dictionaries(st.text(max_size=4), json_values, max_size=2),
        "Mappings": json_values,
        "Outputs": st.dictionaries(st.text(max_size=4), json_values, max_size=2),
    },
)


@settings(max_examples=300, deadline=None)
@given(template=templates | json_values)
def test_an_audit_of_any_json_never_raises_anything_but_what_a_user_can_mend(template):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "T.template.json"
        path.write_text(json.dumps(template), encoding="utf-8")
        try:
            report = audit(Options(path=str(path), today=TODAY))
        except AssemblyError as error:
            assert "T.template.json" in str(error)
        else:
            assert report.findings or not report.clusters


@settings(max_examples=300, deadline=None)
@given(value=json_values, parameters=st.dictionaries(names, json_values, max_size=3))
def test_following_any_value_ends_and_its_text_says_the_same(value, parameters):
    mark = "\ue005"
    assume(mark not in json.dumps([value, parameters], ensure_ascii=False))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "T.template.json"
        path.write_text(
            json.dumps({"Parameters": parameters, "Resources": {"Layer": {"Type": "A::B::C"}}}), encoding="utf-8"
        )
        assembly = load(str(path))
        references = Follower(assembly)
        node = Node(assembly.stacks[0], ("Resources", "Layer", "Properties", "X"), value)
        found = references.follow(node)
        assert type(found).__name__ in ("Literal", "Attribute", "Absent", "Choice", "Unresolved")
        marked, bare = text_of(references, node, lambda _: mark), text_of(references, node, lambda _: "")
        assert bare == (None if marked is None else marked.replace(mark, ""))
        if isinstance(found, Literal) and isinstance(found.node.raw, str):
            assert marked == found.node.raw


def verdicts(folder: Path) -> dict[tuple[str, str], str]:
    report = audit(Options(path=str(folder), today=TODAY))
    return {(finding.policy.id, finding.subject.id): str(finding.outcome) for finding in report.findings}


def changed_copy(folder: str, change) -> Path:
    copy = Path(folder) / "cdk.out"
    copy.mkdir()
    for file in WRONG.iterdir():
        text = file.read_text(encoding="utf-8")
        (copy / file.name).write_text(change(file.name, text), encoding="utf-8")
    return copy


def shuffled(value, randomness: random.Random):
    if isinstance(value, dict):
        items = [(key, shuffled(inner, randomness)) for key, inner in value.items()]
        randomness.shuffle(items)
        return dict(items)
    return [shuffled(item, randomness) for item in value] if isinstance(value, list) else value


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_order_of_keys_never_matters(seed):
    def reorder(name, text):
        return json.dumps(shuffled(json.loads(text), random.Random(seed))) if name.endswith(".json") else text

    with tempfile.TemporaryDirectory() as folder:
        assert verdicts(changed_copy(folder, reorder)) == verdicts(WRONG)


@settings(max_examples=15, deadline=None)
@given(strangers=st.dictionaries(st.from_regex(r"Stranger[A-Z]{1,4}", fullmatch=True), st.sampled_from(
    [{"Type": "AWS::SNS::Topic"}, {"Type": "AWS::Lambda::Function", "Properties": {"Layers": []}},
     {"Type": "AWS::IAM::Role", "Properties": {}}, {"Type": "AWS::CloudFormation::Stack", "Properties": {}}]
), min_size=1, max_size=4))  # fmt: skip
def test_an_unrelated_resource_never_changes_a_finding(strangers):
    def join(name, text):
        if not name.endswith(".template.json"):
            return text
        template = json.loads(text)
        return json.dumps({**template, "Resources": {**strangers, **template["Resources"]}})

    with tempfile.TemporaryDirectory() as folder:
        assert verdicts(changed_copy(folder, join)) == verdicts(WRONG)


@settings(max_examples=15, deadline=None)
@given(suffix=st.from_regex(r"[A-Z]{1,6}", fullmatch=True))
def test_renaming_logical_ids_changes_only_names(suffix):
    ids = sorted(
        {
            key
            for file in WRONG.glob("*.template.json")
            for key in json.loads(file.read_text(encoding="utf-8"))["Resources"]
        },
        key=len,
        reverse=True,
    )
    pattern = re.compile("|".join(rf'(?<=")({re.escape(key)})(?=")' for key in ids))

    def rename(name, text):
        return pattern.sub(lambda match: f"{match[0]}{suffix}", text) if name.endswith(".json") else text

    with tempfile.TemporaryDirectory() as folder:
        copy = changed_copy(folder, rename)
        assert verdicts(copy) == verdicts(WRONG)
        found = resolve(load(str(copy)), Knowledge(TABLES)).clusters[0]
        assert found.place.logical_id == f"PaymentEksClusterD355F54E{suffix}"
