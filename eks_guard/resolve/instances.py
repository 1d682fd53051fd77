"""Groups of instances that join a cluster by themselves: a tag says which.

https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.resolution import Attribute, Literal
from eks_guard.assembly.stack import Node
from eks_guard.assembly.texts import parts_of

if TYPE_CHECKING:
    from eks_guard.assembly.references import References
    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Resource

SELF_MANAGED = "AWS::AutoScaling::AutoScalingGroup"
OWNED = "kubernetes.io/cluster/"
"""Begins the key of the tag; the name of the cluster follows."""


def owner_of(references: References, group: Resource) -> Resolution | None:
    """The cluster that a tag of a group names; None where no tag does."""
    tags = references.dig(group.properties, "Tags")
    if not (isinstance(tags, Literal) and isinstance(tags.node.raw, list)):
        return None
    for index, tag in enumerate(tags.node.raw):
        if isinstance(tag, dict):
            owner = _named(references, tags.node.child(index, tag).child("Key", tag.get("Key")))
            if owner:
                return owner
    return None


def _named(references: References, key: Node) -> Resolution | None:
    match list(parts_of(references, key)):
        case [str(prefix), Attribute() as name] if prefix == OWNED:
            return name
        case [*pieces] if pieces and all(isinstance(piece, str) for piece in pieces):
            text = "".join(str(piece) for piece in pieces)
            return Literal(Node(key.stack, key.pointer, text.removeprefix(OWNED))) if text.startswith(OWNED) else None
    return None
