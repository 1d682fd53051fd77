from aws_cdk import App, Stack
from aws_cdk.aws_eks import Cluster, ClusterLoggingTypes, KubernetesVersion
from aws_cdk.lambda_layer_kubectl_v36 import KubectlV36Layer


class ShopStack(Stack):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        Cluster(
            self,
            "Cluster",
            version=KubernetesVersion.V1_36,
            kubectl_layer=KubectlV36Layer(self, "Kubectl"),
            default_capacity=0,
            cluster_logging=[ClusterLoggingTypes.AUDIT],
        )


app = App()
ShopStack(app, "Shop")
app.synth()
