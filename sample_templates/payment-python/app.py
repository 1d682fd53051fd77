from aws_cdk import App, Stack
from aws_cdk import aws_eks as eks
from aws_cdk.lambda_layer_kubectl_v24 import KubectlV24Layer
from constructs import Construct


class PaymentStack(Stack):
    """The payment cluster from Python, with the layer of four Kubernetes versions ago."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)

        cluster = eks.Cluster(
            self,
            "PaymentEksCluster",
            cluster_name="payment",
            version=eks.KubernetesVersion.V1_28,
            kubectl_layer=KubectlV24Layer(self, "KubectlLayer"),
            endpoint_access=eks.EndpointAccess.PRIVATE,
            default_capacity=0,
            cluster_logging=list(eks.ClusterLoggingTypes),
        )

        cluster.add_service_account("Autoscaler", name="cluster-autoscaler", namespace="kube-system")
        cluster.add_service_account("Payment", name="payment-processor", namespace="default")


app = App()
PaymentStack(app, "Payment")
app.synth()
