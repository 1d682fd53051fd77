"""The resource that a case writes out, with what its author need not write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.policy.cases.cloudformation import Resources, attribute, joined, ref, resource
from eks_guard.policy.cases.consumers import HELM_CHART, cluster_name, consumer
from eks_guard.policy.cases.workloads import manifest_id

if TYPE_CHECKING:
    from eks_guard.policy.cases.schema import ClusterWords

SUBJECT = "Subject"
LAUNCH_TEMPLATE = "LaunchTemplate"
IMAGE = "ImageParameter"
CUSTOM_PROFILE = "Custom::AWSCDK-EKS-FargateProfile"
SELF_MANAGED = "AWS::AutoScaling::AutoScalingGroup"
PREFIXES = ("Custom::AWSCDK-EKS-", "AWS::EKS::")
CLUSTERS = ("AWS::EKS::Cluster", "Custom::AWSCDK-EKS-Cluster")


def subject_resources(words: ClusterWords | None, body: dict[str, Any]) -> Resources:
    """The resource of a case, with its launch template where it has one."""
    rest = {key: value for key, value in body.items() if key not in ("Type", "Properties", LAUNCH_TEMPLATE, IMAGE)}
    kind, properties = str(body.get("Type")), dict(body.get("Properties", {}))
    made = _launch_template(body)
    if made:
        properties.setdefault(LAUNCH_TEMPLATE, _launches(kind))
    if kind == HELM_CHART and words is not None and words.chart_after:
        rest.setdefault("DependsOn", [manifest_id(number) for number in words.chart_after])
    return {**made, SUBJECT: _placed(words, kind, properties, rest)}


def image_parameter(body: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The parameter of the template from which the image of a launch template is read, if the case names one."""
    path = body.get(IMAGE)
    return {IMAGE: {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": str(path)}} if path else {}


def _launch_template(body: dict[str, Any]) -> Resources:
    template, path = body.get(LAUNCH_TEMPLATE), body.get(IMAGE)
    if template is None and path is None:
        return {}
    properties = dict(template.get("Properties", {})) if isinstance(template, dict) else {}
    if path:
        properties["LaunchTemplateData"] = {**properties.get("LaunchTemplateData", {}), "ImageId": ref(IMAGE)}
    return {LAUNCH_TEMPLATE: resource("AWS::EC2::LaunchTemplate", properties)}


def _launches(kind: str) -> dict[str, Any]:
    key = "LaunchTemplateId" if kind == SELF_MANAGED else "Id"
    return {key: ref(LAUNCH_TEMPLATE), "Version": attribute(LAUNCH_TEMPLATE, "LatestVersionNumber")}


def _placed(words: ClusterWords | None, kind: str, properties: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    """The resource with the name of its cluster, where a resource of its type has it, unless the case writes one."""
    name = cluster_name(words)
    if kind == CUSTOM_PROFILE:
        config = {"clusterName": name, **properties.get("Config", {})}
        return resource(kind, {**properties, "Config": config}, **rest)
    if kind == SELF_MANAGED:
        tag = {"Key": joined(["kubernetes.io/cluster/", name]), "Value": "owned", "PropagateAtLaunch": True}
        return resource(kind, {"Tags": [tag], **properties}, **rest)
    if kind in CLUSTERS or not kind.startswith(PREFIXES):
        return resource(kind, properties, **rest)
    if kind.startswith("AWS::"):
        return resource(kind, {"ClusterName": name, **properties}, **rest)
    return consumer(words, kind, properties, **rest)
