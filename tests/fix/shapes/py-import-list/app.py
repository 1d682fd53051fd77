from aws_cdk import (
    App,
    Stack,
    aws_eks as eks,
    lambda_layer_kubectl_v24 as kubectl_v24,
)
from constructs import Construct


class ShopStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)
        name = "shop"
        cluster = eks.Cluster(
            self,
            name,
            version=eks.KubernetesVersion.V1_36,
            kubectl_layer=kubectl_v24.KubectlV24Layer(self, "Kubectl"),
            default_capacity=0,
        )
        cluster.add_manifest("Settings", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}})


app = App()
ShopStack(app, "Shop")
app.synth()
