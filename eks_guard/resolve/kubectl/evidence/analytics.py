"""What CDK reports about a stack in `AWS::CDK::Metadata`: the classes in it with the versions of their packages.

It is told for each stack, not for each layer, so it speaks only where a stack has one layer and one class for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.analytics import METADATA, classes_in
from eks_guard.model.kubectl import Evidence
from eks_guard.resolve.kubectl.evidence import description
from eks_guard.resolve.kubectl.evidence.construct import published_by
from eks_guard.resolve.kubectl.evidence.layer import LAYER_VERSION

if TYPE_CHECKING:
    from eks_guard.resolve.kubectl.evidence.layer import LayerSource

NAME = "analytics"


def look(layer: LayerSource) -> Evidence | None:
    """Speak if the stack's report names one class of kubectl layer, and the stack has no other layer to confuse."""
    if layer.resource is None or layer.resource.type != LAYER_VERSION:
        return None
    stack = layer.resource.stack
    for other in stack.of_type(LAYER_VERSION):
        if other is not layer.resource and layer.of(other).property("Description") != description.AWS_CLI:
            return None
    reports = [layer.of(resource).property("Analytics") for resource in stack.of_type(METADATA)]
    found = {
        (name, version)
        for report in reports
        if isinstance(report, str)
        for version, name in classes_in(report)
        if "kubectl" in name.lower() and name.endswith("Layer")
    }
    if len(found) != 1:
        return None
    name, version = found.pop()
    published = published_by(layer.tables, name, version)
    if published is None:
        return None
    return Evidence(NAME, published.kubectl, published.helm, f"the stack reports {name} {version}", layer.place)
