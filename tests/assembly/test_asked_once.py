"""Which stacks may have a type is asked of each template once, however many types are asked for."""

from __future__ import annotations

import json

import pytest

from eks_guard.assembly.documents import Document
from eks_guard.assembly.load import load

CLUSTER, TOPIC, QUEUE = "AWS::EKS::Cluster", "AWS::SNS::Topic", "AWS::SQS::Queue"
LOOP = {"Fn::ForEach::Each": ["Kind", ["Cluster"], {"Made${Kind}": {"Type": "AWS::EKS::${Kind}"}}]}
TEMPLATES = {
    "A": {"Resources": {"One": {"Type": TOPIC}, "Two": {"Type": CLUSTER}}},
    "B": {"Resources": {"One": {"Type": TOPIC}}},
    "C": {"Transform": "AWS::LanguageExtensions", "Resources": LOOP},
    "D": {"Resources": {"One": {"Type": CLUSTER}}},
}


@pytest.fixture
def assembly(tmp_path):
    for name, template in TEMPLATES.items():
        (tmp_path / f"{name}.template.json").write_text(json.dumps(template), encoding="utf-8")
    (tmp_path / "E.template.json").write_text(json.dumps(TEMPLATES["B"])[:-1], encoding="utf-8")
    (tmp_path / "F.template.yaml").write_text(f"Resources: {{One: {{Type: {QUEUE}}}}}", encoding="utf-8")
    files = {path.name[0]: path.name for path in sorted(tmp_path.iterdir())}
    artifacts = {
        name: {"type": "aws:cloudformation:stack", "properties": {"templateFile": file}} for name, file in files.items()
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}), encoding="utf-8")
    return load(str(tmp_path))


def ids(resources):
    return [f"{one.stack.id}/{one.logical_id}" for one in resources]


def test_types_are_found_in_order_wherever_a_template_may_have_them(assembly):
    for _ in range(2):
        assert ids(assembly.resources(CLUSTER)) == ["A/Two", "C/MadeCluster", "D/One"]
        assert ids(assembly.resources(TOPIC, CLUSTER)) == ["A/One", "A/Two", "B/One", "C/MadeCluster", "D/One"]
        assert ids(assembly.resources(QUEUE)) == ["F/One"]
        assert [stack.id for stack in assembly.of_types("::SQS::")] == ["C", "F"]
        assert ids(assembly.resources(TOPIC, where=lambda document: "A." in document.name)) == ["A/One"]
        assert ids(assembly.resources("AWS::S3::Bucket")) == []


def test_a_template_that_is_cut_off_is_a_problem_whatever_is_asked_for(assembly):
    assembly.problems.clear()
    list(assembly.resources(QUEUE))
    assert [problem.partition(":")[0] for problem in assembly.problems] == ["E.template.json"]


def test_a_stack_that_is_added_later_is_found(assembly):
    found = ids(assembly.resources(CLUSTER))
    left = assembly.stacks.pop(0)
    assert ids(assembly.resources(CLUSTER)) == found[1:]
    assembly.stacks.append(left)
    assert ids(assembly.resources(CLUSTER)) == [*found[1:], found[0]]


def test_what_a_template_tells_is_not_asked_again(assembly, monkeypatch):
    list(assembly.resources(TOPIC))
    asked, ask = [], Document.may_have_type

    def noted(document, *parts):
        asked.append(document.name)
        return ask(document, *parts)

    monkeypatch.setattr(Document, "may_have_type", noted)
    list(assembly.resources(CLUSTER))
    assert asked == [f"{name}.template.{'yaml' if name == 'F' else 'json'}" for name in "ACDEF"]
