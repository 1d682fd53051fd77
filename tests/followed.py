"""Small templates, and what a value in them leads to."""

from __future__ import annotations

import json

from eks_guard.assembly.following.resolution import Attribute, Choice, Literal
from eks_guard.assembly.load import load
from eks_guard.assembly.stack import Node, Stack


class Situation:
    """One or more templates in a folder; the first is the one that values are followed in."""

    def __init__(self, folder, templates):
        self.folder = folder
        for name, template in templates.items():
            (folder / f"{name}.json").write_text(json.dumps(template), encoding="utf-8")
        self.assembly = load(str(folder / f"{next(iter(templates))}.json"))
        self.stack = self.assembly.stacks[0]

    def node(self, value, stack=None):
        return Node(stack or self.stack, ("Resources", "Any", "Properties", "Value"), value)

    def nested(self, logical_id):
        stack = self.assembly.nested(self.stack.resources[logical_id])
        assert isinstance(stack, Stack)
        return stack

    def lead(self, value, stack=None):
        """What a value leads to, in a short form."""
        return short(self.node(value, stack).follow())


def short(found):
    match found:
        case Literal(node):
            return node.raw
        case Attribute(resource, name):
            return (resource.logical_id, name)
        case Choice(_, _, branches):
            return {" ".join("=".join(pair) for pair in when): short(branch) for when, branch in branches}
    return type(found).__name__
