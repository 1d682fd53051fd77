"""A node reaches the follower of its assembly."""

from __future__ import annotations

import json

from eks_guard.assembly.following.resolution import Attribute, Literal
from eks_guard.assembly.load import load
from eks_guard.assembly.stack import Node


def test_a_node_follows_digs_reads_text_and_lists_by_itself():
    template = {
        "Mappings": {"Nets": {"eu": {"Ids": ["a", "b"]}}},
        "Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"Path": {"Fn::Join": ["", ["/", "x/"]]}}}},
    }
    stack = load("-", stdin=json.dumps(template).encode()).stacks[0]

    def node(raw):
        return Node(stack, ("Resources", "Role", "Properties", "Any"), raw)

    assert node({"Ref": "Role"}).follow() == Attribute(stack.resources["Role"], "Ref")
    path = stack.resources["Role"].properties.dig("Path")
    assert isinstance(path, Literal)
    assert path.node.raw == "/x/"
    assert node({"Fn::Sub": "a${X}", "Other": 1}).text() is None
    assert node({"Fn::Join": ["-", ["a", 1]]}).text() == "a-1"
    subnets = node({"Fn::FindInMap": ["Nets", "eu", "Ids"]}).items()
    assert [item.raw for item in subnets or ()] == ["a", "b"]
    assert node({"Ref": "Role"}).items() is None
    assert [item.pointer[-1] for item in node({"A": 1, "B": 2}).items() or ()] == ["A", "B"]
