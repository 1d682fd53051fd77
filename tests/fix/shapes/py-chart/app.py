import aws_cdk as cdk
from aws_cdk import aws_eks as eks
from aws_cdk.lambda_layer_kubectl_v36 import KubectlV36Layer


class ShopStack(cdk.Stack):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        cluster = eks.Cluster(
            self, "Cluster", version=eks.KubernetesVersion.V1_36, kubectl_layer=KubectlV36Layer(self, "Kubectl"), default_capacity=0
        )
        eks.HelmChart(
            self, "Cache", cluster=cluster, chart="redis", repository="https://charts.example.com", wait=True,
            timeout=cdk.Duration.seconds(900),
        )


app = cdk.App()
ShopStack(app, "Shop")
app.synth()
