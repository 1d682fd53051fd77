"""Helm charts, patches, and values read from a cluster: what else kubectl and Helm do for an app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.value import Known, Value
from eks_guard.model.workloads import Chart, ObjectValue, Patch
from eks_guard.resolve.read import flag, read, read_pieces, read_text
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from eks_guard.assembly.references import References
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.resource import Owner
    from eks_guard.resolve.workloads.deploy_order import Order

STRATEGIC = "strategic"
"""The kind of a patch that does not name one, as in `kubectl patch`."""


def chart_of(references: References, order: Order, resource: Resource, owner: Owner) -> Chart:
    """A Helm chart that a custom resource installs."""
    properties = resource.properties
    return Chart(
        at=site_of(resource),
        owner=owner,
        release=read_text(references, properties, "Release"),
        chart=read_text(references, properties, "Chart"),
        repository=read_text(references, properties, "Repository"),
        version=read_text(references, properties, "Version"),
        namespace=read_text(references, properties, "Namespace"),
        creates_namespace=read(references, properties, "CreateNamespace", parse=flag, absent=False),
        values=read(references, properties, "Values", parse=_as_written, absent=None),
        waits=read(references, properties, "Wait", parse=flag, absent=False),
        timeout=read_text(references, properties, "Timeout"),
        atomic=read(references, properties, "Atomic", parse=flag, absent=False),
        after=order.before(resource),
    )


def patch_of(references: References, resource: Resource, owner: Owner) -> Patch:
    """A patch of an object that the cluster has already."""
    properties = resource.properties
    return Patch(
        at=site_of(resource),
        owner=owner,
        kind=read(references, properties, "PatchType", parse=_lower, absent=STRATEGIC),
        target=read_text(references, properties, "ResourceName"),
        namespace=read_text(references, properties, "ResourceNamespace"),
        apply=read_pieces(references, properties, "ApplyPatchJson"),
        restore=read_pieces(references, properties, "RestorePatchJson"),
    )


def object_value_of(references: References, resource: Resource, owner: Owner) -> ObjectValue:
    """A value that a custom resource reads from the cluster."""
    properties = resource.properties
    return ObjectValue(
        at=site_of(resource),
        owner=owner,
        target=read_text(references, properties, "ObjectName"),
        namespace=read_text(references, properties, "ObjectNamespace"),
        json_path=read_text(references, properties, "JsonPath"),
    )


def _as_written(node: Node) -> Value[Any]:
    return Known(node.raw, node.place)


def _lower(node: Node) -> Value[str]:
    return Known(str(node.raw).lower(), node.place)
