from aws_cdk import App, Stack
from aws_cdk import aws_eks as eks
from aws_cdk.lambda_layer_kubectl_v24 import KubectlV24Layer

CONFIG = {"version": "V1_36", "size": 0}


class ShopStack(Stack):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        cluster = eks.Cluster(
            self,
            "Cluster",
            version=getattr(eks.KubernetesVersion, CONFIG["version"]),
            kubectl_layer=KubectlV24Layer(self, "Kubectl"),
            default_capacity=CONFIG["size"],
        )
        cluster.add_manifest("Settings", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}})


app = App()
ShopStack(app, "Shop")
app.synth()
