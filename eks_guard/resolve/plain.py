"""What a resolution is as JSON: references followed, unknowns where a deployment decides, absent parts left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import Absent, Attribute, Choice, Literal, Unresolved
from eks_guard.model.value import Known, Unknown, choose

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource

MAX_DEPTH = 100
GONE = object()
"""What is known to be absent."""


def plain_resource(resource: Resource) -> dict[str, Any]:
    """A resource as JSON: its properties with references followed, all else as it is written."""
    properties = plain(resource.properties.follow())
    rest = {key: value for key, value in resource.body.items() if key != "Properties"}
    return {**rest, "Properties": {} if properties is GONE else properties}


def plain(found: Resolution, depth: int = 0) -> Any:
    """JSON with references followed; `GONE` for what is known to be absent."""
    match found:
        case _ if depth > MAX_DEPTH:
            return Unknown("nested deeper than any resource")
        case Literal(node):
            return _plain_json(node, depth)
        case Absent():
            return GONE
        case Attribute(resource, name):
            return Unknown(f"{name} of {resource.logical_id} is known only after deployment", resource.place)
        case Choice(node, reason, branches):
            values = [(when, plain(branch, depth + 1)) for when, branch in branches]
            known = [(when, Known(None if value is GONE else value)) for when, value in values]
            chosen = choose(known, reason, node.place)
            return chosen.value if isinstance(chosen, Known) else chosen
        case Unresolved(node, reason):
            return Unknown(reason, node.place)


def _plain_json(node: Node, depth: int) -> Any:
    if isinstance(node.raw, dict):
        items = {key: plain(node.child(key, raw).follow(), depth + 1) for key, raw in node.raw.items()}
        return {key: value for key, value in items.items() if value is not GONE}
    if isinstance(node.raw, list):
        entries = (plain(node.child(index, raw).follow(), depth + 1) for index, raw in enumerate(node.raw))
        return [entry for entry in entries if entry is not GONE]
    return node.raw
