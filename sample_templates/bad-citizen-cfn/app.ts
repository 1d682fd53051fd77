import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import { App, Stack, StackProps, aws_ec2 as ec2, aws_eks as eks, aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** The bad citizen as a raw AWS::EKS::Cluster: what is not written has EKS's defaults, which are open. */
class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2 });
    const role = new iam.Role(this, 'ClusterRole', {
      assumedBy: new iam.ServicePrincipal('eks.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonEKSClusterPolicy')],
    });
    const kubectlRole = new iam.Role(this, 'KubectlRole', { assumedBy: new iam.AccountRootPrincipal() });
    const raw = new eks.CfnCluster(this, 'ShopCluster', {
      version: '1.36',
      roleArn: role.roleArn,
      resourcesVpcConfig: { subnetIds: vpc.privateSubnets.map((subnet) => subnet.subnetId) },
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
    });
    const access = new eks.CfnAccessEntry(this, 'KubectlAccess', {
      clusterName: raw.ref,
      principalArn: kubectlRole.roleArn,
      accessPolicies: [
        {
          policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
          accessScope: { type: 'cluster' },
        },
      ],
    });
    const cluster = eks.Cluster.fromClusterAttributes(this, 'Imported', {
      clusterName: raw.ref,
      kubectlRoleArn: kubectlRole.roleArn,
      kubectlLayer: new KubectlV36Layer(this, 'KubectlLayer'),
    });
    cluster.node.addDependency(access);

    cluster.addManifest('Shop', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop', namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'shop' } },
        template: {
          metadata: { labels: { app: 'shop' } },
          spec: { containers: [{ name: 'shop', image: 'public.ecr.aws/nginx/nginx:1.29' }] },
        },
      },
    });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
