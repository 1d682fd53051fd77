"""Attributes that a template decides although they belong to a resource: explicit names, and ARNs made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.comparison import below

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Attribute
    from eks_guard.assembly.stack import Resource

NAMES = {
    "AWS::IAM::Role": ("RoleName",),
    "AWS::EKS::Cluster": ("Name",),
    "AWS::EC2::LaunchTemplate": (),
    "Custom::AWSCDK-EKS-Cluster": ("Config", "name"),
}
"""The property that holds the name which `Ref` gives."""
PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


def computed(found: Attribute) -> str | None:
    """The text of an attribute where the template decides it, else None."""
    resource = found.resource
    name = explicit_name(resource)
    if name is None:
        return None
    if found.name == "Ref":
        return name
    account, region = resource.stack.environment.account, resource.stack.environment.region
    if found.name != "Arn" or account is None or region is None:
        return None
    partition = next((value for start, value in PARTITIONS.items() if region.startswith(start)), "aws")
    if resource.type == "AWS::IAM::Role":
        path = below(resource, "Path").text() if "Path" in (resource.properties.raw or {}) else "/"
        return f"arn:{partition}:iam::{account}:role{path}{name}" if path else None
    return f"arn:{partition}:eks:{region}:{account}:cluster/{name}"


def explicit_name(resource: Resource) -> str | None:
    """The name that the template gives a resource; None where it gives none, or leaves it open."""
    keys = NAMES.get(resource.type)
    return below(resource, *keys).text() if keys else None
