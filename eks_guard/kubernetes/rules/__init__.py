"""The rules beyond types, by the definition that each is about; a module is imported when an object has one of its."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.kubernetes.walker import Rule

MODULES = {
    "configs": (
        "core.v1.ConfigMap",
        "core.v1.Secret",
    ),
    "containers": (
        "core.v1.Container",
        "core.v1.EphemeralContainer",
        "core.v1.EnvVar",
        "core.v1.EnvVarSource",
        "core.v1.EnvFromSource",
        "core.v1.Probe",
        "core.v1.LifecycleHandler",
        "core.v1.SecurityContext",
        "core.v1.SeccompProfile",
        "core.v1.AppArmorProfile",
    ),
    "definitions": (
        "apiextensions.v1.CustomResourceDefinition",
        "apiextensions.v1.CustomResourceSubresourceScale",
    ),
    "endpoints": ("core.v1.EndpointSubset", "discovery.v1.EndpointSlice"),
    "flows": tuple(
        f"flowcontrol.{version}.{name}"
        for version in ("v1", "v1beta3", "v1beta2")
        for name in (
            *("FlowSchema", "PolicyRulesWithSubjects", "Subject", "ResourcePolicyRule", "NonResourcePolicyRule"),
            *("PriorityLevelConfiguration", "LimitResponse"),
        )
    ),
    "jobs": (
        "batch.v1.JobSpec",
        "batch.v1.PodFailurePolicyRule",
        "batch.v1.PodFailurePolicyOnExitCodesRequirement",
        "batch.v1.CronJobSpec",
    ),
    "metadata": ("core.v1.PodTemplateSpec", "core.v1.Pod"),
    "networks": (
        "networking.v1.Ingress",
        "networking.v1.IngressRule",
        "networking.v1.HTTPIngressPath",
        "networking.v1.IngressBackend",
        "networking.v1.IngressClassSpec",
        "networking.v1.IngressClassParametersReference",
        "networking.v1.NetworkPolicySpec",
        "networking.v1.NetworkPolicyPeer",
        "networking.v1.IPBlock",
        "networking.v1.NetworkPolicyPort",
    ),
    "pods": (
        "core.v1.PodSpec",
        "core.v1.Toleration",
        "core.v1.TopologySpreadConstraint",
        "core.v1.NodeSelectorTerm",
    ),
    "quotas": (
        "core.v1.LimitRangeSpec",
        "core.v1.LimitRangeItem",
        "core.v1.ResourceQuotaSpec",
        "core.v1.ScopedResourceSelectorRequirement",
    ),
    "rbac": (
        "rbac.v1.Role",
        "rbac.v1.ClusterRole",
        "rbac.v1.RoleBinding",
        "rbac.v1.ClusterRoleBinding",
    ),
    "scaling": (
        "autoscaling.v1.HorizontalPodAutoscalerSpec",
        "autoscaling.v2.HorizontalPodAutoscalerSpec",
        "autoscaling.v2.MetricSpec",
        "autoscaling.v2.HPAScalingRules",
        "policy.v1.PodDisruptionBudgetSpec",
        "scheduling.v1.PriorityClass",
    ),
    "selectors": (
        "apis.meta.v1.LabelSelector",
        "core.v1.NodeSelectorRequirement",
    ),
    "services": ("core.v1.Service", "core.v1.ServiceSpec"),
    "storage": (
        "core.v1.PersistentVolumeClaimSpec",
        "core.v1.PersistentVolumeSpec",
    ),
    "volumes": (
        "core.v1.Volume",
        "core.v1.EmptyDirVolumeSource",
        "core.v1.VolumeProjection",
        "core.v1.DownwardAPIVolumeFile",
    ),
    "webhooks": (
        "apiregistration.v1.APIService",
        "admissionregistration.v1.ValidatingAdmissionPolicySpec",
        "admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec",
        "admissionregistration.v1.RuleWithOperations",
        "admissionregistration.v1.NamedRuleWithOperations",
        "admissionregistration.v1.ValidatingWebhook",
        "admissionregistration.v1.MutatingWebhook",
        "admissionregistration.v1.ValidatingWebhookConfiguration",
        "admissionregistration.v1.MutatingWebhookConfiguration",
    ),
    "workloads": (
        "apps.v1.DeploymentSpec",
        "apps.v1.DaemonSetSpec",
        "apps.v1.StatefulSetSpec",
        "apps.v1.ReplicaSetSpec",
        "core.v1.ReplicationControllerSpec",
    ),
}
"""The definitions of each module's RULES."""


class _Rules(Mapping[str, tuple["Rule", ...]]):
    """The rules of all modules by their definitions."""

    def __init__(self) -> None:
        self._module_of = {name: module for module, names in MODULES.items() for name in names}
        self._found: dict[str, tuple[Rule, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Rule, ...]:
        if name not in self._found:
            self._found[name] = import_module(f"{__name__}.{self._module_of[name]}").RULES[name]
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._module_of)

    def __len__(self) -> int:
        return len(self._module_of)


RULES: Mapping[str, tuple[Rule, ...]] = _Rules()
