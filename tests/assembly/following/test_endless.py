"""References that a hostile or broken assembly may hold: they end, soon, and say why."""

from __future__ import annotations

import json
from typing import Any

from eks_guard.assembly.following.follower import Follower
from eks_guard.assembly.following.resolution import Literal, Unresolved
from eks_guard.assembly.following.texts import MAX_TEXT
from eks_guard.assembly.load import load
from eks_guard.assembly.nested import MAX_NESTING
from eks_guard.assembly.stack import Node


def nested(folder, levels, passed):
    """A chain of nested stacks, each of which passes its parameter on as `passed`."""
    for level in range(levels):
        template: dict[str, Any] = {"Resources": {"X": {"Type": "AWS::EKS::Cluster"}}}
        if level:
            template["Parameters"] = {"P": {"Type": "String"}}
        template["Resources"]["Inner"] = {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": f"{level + 1}.json", "Parameters": {"P": passed if level else "xxxxxxxx"}},
        }
        (folder / f"{level}.json").write_text(json.dumps(template), encoding="utf-8")
    assembly = load(str(folder / "0.json"))
    return assembly, list(assembly.family(assembly.stacks[0]))


def test_a_parameter_that_doubles_at_each_level_is_followed_once_each(tmp_path):
    assembly, stacks = nested(tmp_path, 30, {"Fn::Join": ["", [{"Ref": "P"}, {"Ref": "P"}]]})
    references = Follower(assembly)
    assert len(stacks) == 30
    fifth = references.follow(Node(stacks[5], (), {"Ref": "P"}))
    assert isinstance(fifth, Literal)
    assert fifth.node.raw == "x" * 8 * 2**4
    last = references.follow(Node(stacks[29], (), {"Ref": "P"}))
    assert isinstance(last, Unresolved)
    assert f"more than {MAX_TEXT} characters" in last.reason


def test_a_stack_that_deploys_itself_is_looked_at_once(tmp_path):
    assembly = load(str(nesting(tmp_path, "T.json")))
    assert len(list(assembly.family(assembly.stacks[0]))) == 1
    assert assembly.problems == []


def test_stacks_that_nest_without_end_are_followed_so_far_and_that_is_said(tmp_path):
    for level in range(MAX_NESTING + 2):
        nesting(tmp_path, f"T{level + 1}.json", f"T{level}.json")
    assembly = load(str(tmp_path / "T0.json"))
    assert len(list(assembly.family(assembly.stacks[0]))) == MAX_NESTING + 1
    assert "deeper than 32 are not followed" in assembly.problems[0]


def nesting(folder, inner, file=None):
    """Write a template that deploys another, or itself."""
    template = {
        "Resources": {
            "Cluster": {"Type": "AWS::EKS::Cluster"},
            "Again": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": inner}},
        }
    }
    path = folder / (file or inner)
    path.write_text(json.dumps(template), encoding="utf-8")
    return path


def test_an_export_that_imports_itself_ends(tmp_path):
    value = {"Fn::ImportValue": "loop"}
    stack = {"type": "aws:cloudformation:stack", "environment": "aws://1/eu-central-1"}
    for name in ("A", "B"):
        outputs = {"Loop": {"Value": {"Fn::ImportValue": "B" if name == "A" else "A"}, "Export": {"Name": name}}}
        template = {
            "Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": value}}},
            "Outputs": outputs,
        }
        (tmp_path / f"{name}.template.json").write_text(json.dumps(template), encoding="utf-8")
    artifacts = {name: {**stack, "properties": {"templateFile": f"{name}.template.json"}} for name in ("A", "B")}
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}), encoding="utf-8")
    assembly = load(str(tmp_path))
    found = Follower(assembly).follow(Node(assembly.stacks[0], (), {"Fn::ImportValue": "B"}))
    assert isinstance(found, Unresolved)
    assert "refers to itself" in found.reason


def test_conditions_that_compare_each_other_are_asked_once_each(tmp_path, run):
    def chosen(condition, then, other):
        return {"Fn::If": [condition, then, other]}

    stage = {"Ref": "Stage"}
    left = chosen("B", chosen("A", "b", stage), chosen("A", "a", stage))
    template = {
        "Parameters": {"Stage": {"Type": "String", "AllowedValues": ["a", "b"]}},
        "Conditions": {
            "A": {"Fn::Equals": [left, chosen("A", "a", stage)]},
            "B": {"Fn::Equals": [chosen("A", chosen("B", "b", stage), chosen("B", "a", stage)), "a"]},
        },
        "Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": chosen("A", "1.35", "1.34")}}},
    }
    path = tmp_path / "T.template.json"
    path.write_text(json.dumps(template), encoding="utf-8")
    assert "references would have to be followed" not in run("check", path).err


def test_links_out_of_the_assembly_are_not_read(tmp_path, run):
    secret = tmp_path / "secret.template.json"
    secret.write_text(json.dumps({"Resources": {"C": {"Type": "AWS::EKS::Cluster"}}}), encoding="utf-8")
    folder = tmp_path / "cdk.out"
    folder.mkdir()
    (folder / "Link.template.json").symlink_to(secret)
    stack = {"type": "aws:cloudformation:stack"}
    artifacts = {
        "Link": {**stack, "properties": {"templateFile": "Link.template.json"}},
        "Up": {**stack, "properties": {"templateFile": "../secret.template.json"}},
        "Absolute": {**stack, "properties": {"templateFile": str(secret)}},
    }
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}), encoding="utf-8")
    result = run("check", folder)
    assert result.code == 3
    assert result.err.count(" leads out of ") == 3
    assert "C" not in result.out.split()
