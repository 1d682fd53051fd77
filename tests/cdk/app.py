"""An app as the environment variable APP describes it, with the plugin for Python. app.js is its twin."""

import json
import os
from importlib import import_module

from aws_cdk import Acknowledgment, App, CfnParameter, Stack, Stage, Validations
from aws_cdk import aws_eks as eks

from eks_guard import cdk

wanted = json.loads(os.environ["APP"])
if wanted.get("old"):
    cdk.RAISES = False
plugin = cdk.EksGuard(**wanted.get("options", {}))
app = App(policy_validation_beta1=[plugin] if wanted.get("beta") else None)
scopes = {"app": app}

for path, asked in wanted.get("stacks", {}).items():
    *stages, name = path.split("/")
    scope = app
    for stage in stages:
        scope = scopes[stage] = scopes.get(stage) or Stage(scope, stage)
    stack = scopes[path] = Stack(scope, name)
    if "version" not in asked:
        continue
    version, layer = asked["version"], asked.get("layer")
    kubectl = layer and getattr(import_module(f"aws_cdk.lambda_layer_kubectl_v{layer}"), f"KubectlV{layer}Layer")
    cluster = scopes[f"{path}/Cluster"] = eks.Cluster(
        stack,
        "Cluster",
        version=eks.KubernetesVersion.of(
            CfnParameter(stack, "Version").value_as_string if version == "asked" else version
        ),
        kubectl_layer=kubectl(stack, "KubectlLayer") if kubectl else None,
        endpoint_access=eks.EndpointAccess.PRIVATE,
        default_capacity=0,
        cluster_logging=list(eks.ClusterLoggingTypes),
    )
    cluster.add_manifest("Namespace", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "payment"}})
for scope, policies in wanted.get("acknowledge", {}).items():
    for policy in policies:
        Validations.of(scopes[scope]).acknowledge(Acknowledgment(id=f"eks-guard::{policy}", reason="we know"))
if not wanted.get("beta"):
    Validations.of(scopes[wanted.get("stage", "app")]).add_plugins(plugin)
app.synth()
