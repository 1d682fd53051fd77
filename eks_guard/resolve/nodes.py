"""Node groups as subjects: managed ones, and groups of instances that join a cluster by themselves.

The body of a node group has, besides its own properties, the `LaunchTemplate` that the app makes for it, and as
`ImageParameter` the SSM parameter that its AMI is read from.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.references import References
from eks_guard.assembly.resolution import Attribute, Unresolved
from eks_guard.resolve.compute import NODE_GROUP
from eks_guard.resolve.instances import owner_of
from eks_guard.resolve.subjects import cluster_named, plain_resource, subject_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Subject


def node_subjects(
    assembly: CloudAssembly, kind: str, types: Collection[str], clusters: Collection[Cluster]
) -> Iterator[Subject]:
    """The node groups of some types, each with its cluster; instances count if a tag gives them to one of the app."""
    references = References(assembly)
    for group in assembly.resources(*types):
        if group.type == NODE_GROUP:
            cluster = cluster_named(references.dig(group.properties, "ClusterName"), clusters)
            launch = references.dig(group.properties, "LaunchTemplate", "Id")
            yield _subject(references, kind, group, launch, cluster)
        elif (name := owner_of(references, group)) and (owner := cluster_named(name, clusters)):
            yield _subject(references, kind, group, _launched_by(references, group), owner)


def _subject(
    references: References, kind: str, group: Resource, launch: Resolution, cluster: Cluster | None
) -> Subject:
    body = plain_resource(references, group)
    if isinstance(launch, Attribute):
        template = launch.resource
        body["LaunchTemplate"] = _as_template(template, plain_resource(references, template))
        parameter = _image_parameter(template)
        if parameter:
            body["ImageParameter"] = parameter
    return replace(subject_of(kind, group, body), cluster=cluster)


def _as_template(resource: Resource, body: dict[str, Any]) -> dict[str, Any]:
    """A launch configuration has at the top what a launch template has in its data."""
    if resource.type == "AWS::EC2::LaunchTemplate":
        return body
    return {**body, "Properties": {"LaunchTemplateData": body.get("Properties")}}


def _launched_by(references: References, group: Resource) -> Resolution:
    found = references.dig(group.properties, "LaunchTemplate", "LaunchTemplateId")
    return found if isinstance(found, Attribute) else references.dig(group.properties, "LaunchConfigurationName")


def _image_parameter(template: Resource) -> str | None:
    """The SSM parameter that an AMI is read from, when the stack is deployed or when an instance is launched."""
    above = ("LaunchTemplateData",) if template.type == "AWS::EC2::LaunchTemplate" else ()
    image = template.properties.dig(*above, "ImageId")
    dynamic = image.dynamic if isinstance(image, Unresolved) else None
    return dynamic.path if dynamic and dynamic.service == "ssm" else None
