import { KubectlV24Layer } from "@aws-cdk/lambda-layer-kubectl-v24";
import * as cdk from "aws-cdk-lib";
import { Construct } from "constructs";

export class ShopStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const cluster = new cdk.aws_eks.FargateCluster(this, "Cluster", {
      version: cdk.aws_eks.KubernetesVersion.V1_36,
      kubectlLayer: new KubectlV24Layer(this, "Kubectl"),
      coreDnsComputeType: cdk.aws_eks.CoreDnsComputeType.FARGATE,
    });
    cluster.addManifest("Settings", { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new cdk.App();
new ShopStack(app, "Shop");
