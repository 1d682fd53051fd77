"""The package of the class that made a resource, which is the one to upgrade or to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.analytics import METADATA, classes_in
from eks_guard.assembly.constructs import resource_path
from eks_guard.assembly.following.resolution import Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource, Stack

KUBECTL = "awscdkawseks"
"""How the nested stacks of aws-eks begin, which hold the handler of a cluster of the stack above."""


def package_of(resource: Resource) -> str | None:
    """The package whose construct for EKS made a resource, the nearest above it; None where the assembly is silent.

    The stack's report names classes, not resources: it counts where all its classes for EKS are of one package. It
    leaves out nested stacks, so of those the tree is asked first, which takes megabytes for a large app.
    """
    reported = {_package(name) for name in _reported(resource) if _is_for_eks(name)}
    told = reported.pop() if len(reported) == 1 else None
    if told and _is_of(resource.stack):
        return told
    return next(_packages_above(resource), told)


def _is_of(stack: Stack) -> bool:
    """Whether the report of a whole stack is about a stack: itself, or the one that CDK makes beside each cluster."""
    if stack.parent is None:
        return True
    return stack.parent.stack.parent is None and stack.parent.logical_id.startswith(KUBECTL)


def _packages_above(resource: Resource) -> Iterator[str]:
    path = resource_path(resource) or ""
    while path:
        name = str(resource.stack.assembly.construct_info(path).get("fqn", ""))
        if _is_for_eks(name):
            yield _package(name)
        path = path.rpartition("/")[0]


def _reported(resource: Resource) -> Iterator[str]:
    for metadata in resource.stack.root.of_type(METADATA):
        report = metadata.properties.dig("Analytics")
        if isinstance(report, Literal) and isinstance(report.node.raw, str):
            yield from (name for _, name in classes_in(report.node.raw))


def _is_for_eks(name: str) -> bool:
    """Whether a class is a construct of a library for EKS, and not the plain resource of CloudFormation."""
    package, _, class_ = name.rpartition(".")
    return "eks" in package and not class_.startswith("Cfn")


def _package(name: str) -> str:
    """`@aws-cdk/aws-eks-v2-alpha` of `@aws-cdk/aws-eks-v2-alpha.Cluster`; `aws-cdk-lib` has modules inside."""
    return name.partition(".")[0]
