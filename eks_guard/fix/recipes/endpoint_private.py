"""The Kubernetes API is reached through the private endpoint only."""

from __future__ import annotations

from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.clusters import constant_writer, owned_call
from eks_guard.fix.setting import set_property
from eks_guard.fix.source import Refusal

ANNOUNCES = (
    ("Custom::AWSCDK-EKS-Cluster", ("Config.resourcesVpcConfig", "DependsOn")),
    ("AWS::EKS::Cluster", ("ResourcesVpcConfig", "DependsOn")),
    ("AWS::CloudFormation::Stack", ("TemplateURL", "Parameters", "DependsOn")),  # the handler moves into the VPC
    ("AWS::Lambda::Function", ("VpcConfig", "DependsOn")),
    ("AWS::IAM::Role", ("ManagedPolicyArns", "DependsOn")),
    ("AWS::IAM::Policy", ("DependsOn",)),
)


def propose(job: Job) -> Change | Refusal:
    """Return the edits that close the public endpoint."""
    call = owned_call(job)
    if isinstance(call, Refusal):
        return call
    edits = set_property(
        job.names, call, "endpointAccess", constant_writer(job.names, call, "EndpointAccess", "PRIVATE")
    )
    if isinstance(edits, Refusal):
        return edits
    return Change(tuple(edits), call.place, f"endpoint of {call.place}", ANNOUNCES)


RECIPE = Recipe(
    ("endpoint-private", "cis-endpoint-private", "pci-endpoint-private"),
    propose,
    Safety.REVIEW,
    "endpoint",
    "after the deploy the API is reachable only from the VPC, and the kubectl handler runs there: its private "
    "subnets need a route out",
)
