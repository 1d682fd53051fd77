from aws_cdk.lambda_layer_kubectl_v24 import KubectlV24Layer

__all__ = ["KubectlV24Layer"]
