from aws_cdk import App, Stack, aws_eks as eks, lambda_layer_kubectl_v24
from constructs import Construct


def create_cluster(scope: Construct, size: int):
    cluster = eks.Cluster(scope, "Cluster",
        version=eks.KubernetesVersion.V1_36,
        default_capacity=size,
        kubectl_layer=lambda_layer_kubectl_v24.KubectlV24Layer(scope, "Kubectl")
    )
    cluster.add_manifest("Settings", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}})
    return cluster


app = App()
create_cluster(Stack(app, "Shop"), 0)
app.synth()
