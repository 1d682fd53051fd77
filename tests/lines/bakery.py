"""What the scenes share: an app, and what a cluster is made with where nothing is wrong. bakery.ts is its twin."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks
from aws_cdk.lambda_layer_kubectl_v36 import KubectlV36Layer

ZONES = {"availability-zones:account=111122223333:region=eu-central-1": ["eu-central-1a", "eu-central-1b"]}
app = cdk.App(analytics_reporting=False, context=ZONES)


def base(scope):
    return {
        "version": eks.KubernetesVersion.V1_36,
        "kubectl_layer": KubectlV36Layer(scope, "Layer"),
        "default_capacity": 0,
        "endpoint_access": eks.EndpointAccess.PRIVATE,
    }


def pod(name, spec, container=None):
    containers = [{"name": "web", "image": "nginx", **(container or {})}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {**spec, "containers": containers}}


def isolated(scope):
    cut = ec2.SubnetConfiguration(name="cut", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    vpc = ec2.Vpc(scope, "Vpc", max_azs=2, nat_gateways=0, subnet_configuration=[cut])
    vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
    vpc.add_interface_endpoint("Eks", service=ec2.InterfaceVpcEndpointAwsService.EKS)
    vpc.add_interface_endpoint("Sts", service=ec2.InterfaceVpcEndpointAwsService.STS)
    vpc.add_interface_endpoint("Lambda", service=ec2.InterfaceVpcEndpointAwsService.LAMBDA_)
    return vpc
