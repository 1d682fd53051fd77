from aws_cdk import Stack
from aws_cdk import aws_eks as eks
from constructs import Construct

from .layers import KubectlV24Layer


class ShopStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, *, version: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)
        cluster = eks.Cluster(
            self,
            "Cluster",
            version=eks.KubernetesVersion.of(version),
            kubectl_layer=KubectlV24Layer(self, "Kubectl"),
            default_capacity=0,
        )
        cluster.add_manifest("Settings", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}})
