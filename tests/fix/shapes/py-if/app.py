import os

from aws_cdk import App, Stack
from aws_cdk import aws_eks as eks
from aws_cdk.lambda_layer_kubectl_v24 import KubectlV24Layer
from constructs import Construct


class ShopStack(Stack):
    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        if os.environ.get("OLD"):
            version = eks.KubernetesVersion.V1_24
        else:
            version = eks.KubernetesVersion.V1_36
        cluster = eks.Cluster(
            self, "Cluster", version=version, kubectl_layer=KubectlV24Layer(self, "Kubectl"), default_capacity=0
        )
        cluster.add_manifest("Settings", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}})


app = App()
ShopStack(app, "Shop")
app.synth()
