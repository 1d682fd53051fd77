import aws_cdk as cdk
import aws_cdk.aws_eks as eks
from aws_cdk import lambda_layer_kubectl_v24 as kubectl


class ShopStack(cdk.Stack):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        self.cluster = eks.Cluster(
            self,
            "Cluster",
            version=eks.KubernetesVersion.V1_36,
            kubectl_layer=kubectl.KubectlV24Layer(self, "Kubectl"),
            default_capacity=0,
        )
        self.cluster.add_manifest("Settings", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}})


app = cdk.App()
ShopStack(app, "Shop")
app.synth()
