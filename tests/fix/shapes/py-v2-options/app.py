from aws_cdk import App, Stack
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v24 import KubectlV24Layer
from constructs import Construct


class ShopStack(Stack):
    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        cluster = eks.Cluster(
            self,
            "Cluster",
            version=eks.KubernetesVersion.V1_36,
            kubectl_provider_options=eks.KubectlProviderOptions(
                kubectl_layer=KubectlV24Layer(self, "Kubectl"),
            ),
        )
        cluster.add_manifest("Settings", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}})


app = App()
ShopStack(app, "Shop")
app.synth()
