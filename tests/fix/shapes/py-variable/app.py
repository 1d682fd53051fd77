from aws_cdk import App, Stack
from aws_cdk import aws_eks as eks
from aws_cdk.lambda_layer_kubectl_v24 import KubectlV24Layer


class ShopStack(Stack):
    def __init__(self, scope, construct_id, *, kubernetes="1.36"):
        super().__init__(scope, construct_id)

        kubectl_layer = KubectlV24Layer(self, "Kubectl")
        self.cluster = eks.Cluster(
            self,
            construct_id,
            version=eks.KubernetesVersion.of("1.36"),
            kubectl_layer=kubectl_layer,
            default_capacity=0,
        )
        self.cluster.add_manifest("Settings", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}})


app = App()
ShopStack(app, "Shop")
app.synth()
