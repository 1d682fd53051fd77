"""The custom resources that need kubectl or Helm, and what runs when CloudFormation calls one of them.

The route is the one that CloudFormation and Lambda take: `ServiceToken` → provider function →
`USER_ON_EVENT_FUNCTION_ARN` → handler. Names, descriptions and logical ids are never part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, Unresolved
from eks_guard.assembly.stack import NESTED_STACK, Resource
from eks_guard.resolve.kubectl.handler import LAMBDA, ON_EVENT

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Resolution

MANIFEST = "Custom::AWSCDK-EKS-KubernetesResource"
HELM_CHART = "Custom::AWSCDK-EKS-HelmChart"
PATCH = "Custom::AWSCDK-EKS-KubernetesPatch"
OBJECT_VALUE = "Custom::AWSCDK-EKS-KubernetesObjectValue"
CONSUMERS = (MANIFEST, HELM_CHART, PATCH, OBJECT_VALUE)
"""The custom resources whose handler runs kubectl or Helm."""

Target: TypeAlias = Resource | Unresolved
"""What a `ServiceToken` leads to: a function, a nested stack whose template is missing, or nothing to be seen."""


def target_of(consumer: Resource) -> Target:
    """What runs when CloudFormation calls a custom resource."""
    found = consumer.service_token
    match found:
        case Attribute(resource, _) if resource.type == LAMBDA:
            return _handler_behind(resource)
        case Attribute(resource, name) if resource.type == NESTED_STACK and name.startswith("Outputs."):
            return resource
        case Attribute(resource, name):
            return Unresolved(
                resource.properties, f"the provider is {name} of {resource.logical_id}, a {resource.type}"
            )
        case Literal(node):
            return Unresolved(node, f"the provider {node.raw} is not part of this app")
        case Unresolved():
            return found
    return Unresolved(consumer.properties, "the template does not decide the provider")


def _handler_behind(function: Resource) -> Target:
    """CDK's provider framework calls the function named in its environment; CDK v1 began without the framework."""
    found = function.properties.dig("Environment", "Variables", ON_EVENT)
    match found:
        case Attribute(resource, _) if resource.type == LAMBDA:
            return resource
        case Absent():
            return function
        case Unresolved():
            return found
    return Unresolved(function.properties, "the provider's handler is not part of this app")


def cluster_of(consumer: Resource) -> Resolution:
    """What a custom resource gives as its cluster; CDK v1 told it to the handler instead."""
    named = consumer.properties.dig("ClusterName")
    if isinstance(named, Absent):
        handler = target_of(consumer)
        if isinstance(handler, Resource):
            return handler.properties.dig("Environment", "Variables", "CLUSTER_NAME")
    return named
