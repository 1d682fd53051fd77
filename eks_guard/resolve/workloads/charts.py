"""Helm charts, patches, and values read from a cluster: what else kubectl and Helm do for an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.value import Known, Value
from eks_guard.model.workloads import Chart, ObjectValue, Patch
from eks_guard.resolve.read import flag, read, read_pieces, read_text
from eks_guard.resolve.site import site_of
from eks_guard.resolve.workloads.manifest_texts import json_text

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.resource import Owner
    from eks_guard.resolve.workloads.deploy_order import Order

STRATEGIC = "strategic"
"""The kind of a patch that does not name one, as in `kubectl patch`."""


def chart_of(order: Order, resource: Resource, owner: Owner) -> Chart:
    """A Helm chart that a custom resource installs."""
    from eks_guard.resolve.workloads.local_charts import local_chart  # noqa: PLC0415 (few apps have charts)

    properties = resource.properties
    return Chart(
        at=site_of(resource),
        owner=owner,
        release=read_text(properties, "Release"),
        release_pieces=read_pieces(properties, "Release"),
        chart=read_text(properties, "Chart"),
        repository=read_text(properties, "Repository"),
        version=read_text(properties, "Version"),
        namespace=read_text(properties, "Namespace"),
        creates_namespace=read(properties, "CreateNamespace", parse=flag, absent=False),
        skips_definitions=read(properties, "SkipCrds", parse=flag, absent=False),
        local=local_chart(resource),
        values=json_text(resource, "Values"),
        waits=read(properties, "Wait", parse=flag, absent=False),
        timeout=read_text(properties, "Timeout"),
        atomic=read(properties, "Atomic", parse=flag, absent=False),
        after=order.before(resource),
    )


def patch_of(resource: Resource, owner: Owner) -> Patch:
    """A patch of an object that the cluster has already."""
    properties = resource.properties
    return Patch(
        at=site_of(resource),
        owner=owner,
        kind=read(properties, "PatchType", parse=_lower, absent=STRATEGIC),
        target=read_text(properties, "ResourceName"),
        namespace=read_text(properties, "ResourceNamespace"),
        apply=read_pieces(properties, "ApplyPatchJson"),
        applies=json_text(resource, "ApplyPatchJson"),
        restores=json_text(resource, "RestorePatchJson"),
    )


def object_value_of(resource: Resource, owner: Owner) -> ObjectValue:
    """A value that a custom resource reads from the cluster."""
    properties = resource.properties
    return ObjectValue(
        at=site_of(resource),
        owner=owner,
        target=read_text(properties, "ObjectName"),
        namespace=read_text(properties, "ObjectNamespace"),
        json_path=read_text(properties, "JsonPath"),
    )


def _lower(node: Node) -> Value[str]:
    return Known(str(node.raw).lower(), node.place)
