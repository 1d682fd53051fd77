"""AWS::LanguageExtensions: what the template decides is evaluated, the rest is unknown, and without it nothing works."""

from __future__ import annotations

import json

import pytest
import yaml

from eks_guard.assembly.load import load
from eks_guard.assembly.positions import locate
from eks_guard.assembly.unseen import unseen

TRANSFORM = "AWS::LanguageExtensions"
BASE = {
    "Transform": TRANSFORM,
    "Parameters": {"Open": {"Type": "String"}, "Names": {"Type": "CommaDelimitedList", "Default": "x,y"}},
    "Mappings": {"Sizes": {"dev": {"Min": 1, "Names": ["a", "b"]}}},
}
OPEN = {"Ref": "Open"}


def group(name, **properties):
    return {name: {"Type": "AWS::EKS::Nodegroup", "Properties": properties}}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"Fn::Length": ["a", OPEN, "c"]}, 3),
        ({"Fn::Length": {"Fn::Split": [",", "a,b"]}}, 2),
        ({"Fn::Length": {"Ref": "Names"}}, "Unresolved"),
        ({"Fn::ToJsonString": {"a": [1, True, None, "x\n"], "b": {"Fn::Sub": "v-${AWS::NoVal}"[:5]}}}, '{"a":[1,true,null,"x\\n"],"b":"v-${A"}'),
        ({"Fn::ToJsonString": {"a": {"Ref": "AWS::NoValue"}, "b": []}}, '{"b":[]}'),
        ({"Fn::ToJsonString": {"a": OPEN}}, "Unresolved"),
        ({"Fn::FindInMap": ["Sizes", "prod", "Min", {"DefaultValue": 5}]}, 5),
        ({"Fn::FindInMap": ["Sizes", "dev", "Min", {"DefaultValue": 5}]}, 1),
        ({"Fn::FindInMap": ["Sizes", OPEN, "Min", {"DefaultValue": 1}]}, 1),
        ({"Fn::FindInMap": ["None", "dev", "Min", {"DefaultValue": 5}]}, 5),
    ],
)  # fmt: skip
def test_what_can_be_evaluated_is(situation, value, found):
    assert situation(BASE).lead(value) == found


@pytest.mark.parametrize("value", [{"Fn::Length": ["a"]}, {"Fn::ToJsonString": {}}])
def test_without_the_transform_nothing_is_evaluated(situation, value):
    assert situation({**BASE, "Transform": []}).lead(value) == "Unresolved"


def test_a_json_text_keeps_what_is_known_of_it(situation):
    made = situation(BASE)
    node = made.node({"Fn::ToJsonString": {"a": OPEN, "b": {"Fn::Sub": '"${Open}"'}}})
    follower = made.assembly.follower
    from eks_guard.assembly.following.composed import text_of

    assert text_of(follower, node, lambda _: "?") == '{"a":"?","b":"\\"?\\""}'


def test_a_loop_makes_resources_that_are_written_in_it(situation):
    fragment = group("Nodes&{Zone}", Zone={"Ref": "Zone"}, Name={"Fn::Sub": "n-${Zone}-${AWS::Region}"}, Size=1)
    made = situation({**BASE, "Resources": {"Fn::ForEach::Zones": ["Zone", ["eu-1a", "eu-1b"], fragment]}})
    resources = made.stack.resources
    assert list(resources) == ["Nodeseu1a", "Nodeseu1b"]
    assert made.lead(resources["Nodeseu1b"].properties.raw["Zone"]) == "eu-1b"
    assert resources["Nodeseu1a"].properties.raw["Name"] == {"Fn::Sub": "n-eu-1a-${AWS::Region}"}
    assert resources["Nodeseu1a"].place.pointer == "/Resources/Fn::ForEach::Zones/2/Nodes&{Zone}"
    assert locate(made.stack.document, resources["Nodeseu1a"].place.pointer) is not None
    assert made.lead({"Ref": "Nodeseu1a"}) == ("Nodeseu1a", "Ref")
    assert list(unseen(made.assembly, (TRANSFORM,))) == []


@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_a_loop_may_write_its_variable_in_the_type(write):
    fragment = {"My${Kind}": {"Type": "AWS::EKS::${Kind}", "Properties": {"Version": "1.24"}}}
    template = {"Transform": TRANSFORM, "Resources": {"Fn::ForEach::Kinds": ["Kind", ["Cluster"], fragment]}}
    assembly = load("-", write(template).encode())
    assert [found.logical_id for found in assembly.resources("AWS::EKS::Cluster")] == ["MyCluster"]


def test_loops_inside_loops_and_over_mappings(situation):
    inner = {"Fn::ForEach::Kinds": ["Kind", ["spot", "fixed"], group("${Name}${Kind}")]}
    outer = {"Fn::ForEach::Names": ["Name", {"Fn::FindInMap": ["Sizes", "dev", "Names"]}, inner]}
    assert list(situation({**BASE, "Resources": outer}).stack.resources) == ["aspot", "afixed", "bspot", "bfixed"]


def test_a_loop_inside_properties_and_in_conditions_and_outputs(situation):
    loop = {"Fn::ForEach::Tags": ["Tag", ["a", "b"], {"Key${Tag}": "${Tag}"}]}
    template = {
        **BASE,
        "Conditions": {"Fn::ForEach::C": ["N", ["One", "Two"], {"Is${N}": {"Fn::Equals": ["${N}", "One"]}}]},
        "Outputs": {"Fn::ForEach::O": ["N", ["One"], {"Out${N}": {"Value": "${N}"}}]},
        "Resources": {**group("Nodes", Labels=loop), "Gone": {"Type": "A::B::C", "Condition": "IsTwo"}},
    }
    made = situation(template)
    assert made.stack.resources["Nodes"].properties.raw["Labels"] == {"Keya": "a", "Keyb": "b"}
    assert list(made.stack.resources) == ["Nodes"]
    assert made.stack.section("Outputs") == {"OutOne": {"Value": "One"}}
    assert made.lead({"Fn::If": ["IsOne", "yes", "no"]}) == "yes"


def test_a_loop_over_what_a_deployment_gives_is_not_expanded_and_that_is_said(situation):
    made = situation({**BASE, "Resources": {"Fn::ForEach::N": ["N", {"Ref": "Names"}, group("Nodes${N}")]}})
    assert list(made.stack.resources) == []
    assert [entry.what for entry in unseen(made.assembly, (TRANSFORM,))] == ["Fn::ForEach::N"]


def test_without_the_transform_a_loop_is_not_expanded(situation):
    template = {"Resources": {"Fn::ForEach::N": ["N", ["a"], group("Nodes${N}")]}}
    assert list(situation(template).stack.resources) == []


def test_what_a_macro_or_a_loop_may_add_is_not_absent(situation):
    made = situation({"Resources": group("Nodes", **{"Fn::Transform": {"Name": "AWS::Include"}, "Here": 1})})
    properties = made.stack.resources["Nodes"].properties
    assert type(properties.dig("Version")).__name__ == "Unresolved"
    assert type(properties.dig("Here")).__name__ == "Literal"
    open_loop = {"Fn::ForEach::T": ["T", {"Ref": "Names"}, {"K${T}": 1}]}
    made = situation({**BASE, "Resources": group("Nodes", Labels=open_loop)})
    assert type(made.stack.resources["Nodes"].properties.dig("Labels", "Kx")).__name__ == "Unresolved"


def test_loops_that_multiply_are_not_expanded(situation):
    loops: dict[str, object] = group("N${A}${B}${C}${D}")
    for name in "ABCD":
        loops = {f"Fn::ForEach::{name}": [name, [str(n) for n in range(60)], loops]}
    made = situation({**BASE, "Resources": loops})
    assert list(made.stack.resources) == []
    assert [entry.what for entry in unseen(made.assembly, (TRANSFORM,))] == ["Fn::ForEach::D"]
