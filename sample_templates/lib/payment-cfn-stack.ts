import { Stack, StackProps, aws_ec2 as ec2, aws_eks as eks, aws_iam as iam, aws_lambda as lambda } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface PaymentCfnProps extends StackProps {
  readonly version: string;
  readonly kubectlLayer: (scope: Construct) => lambda.ILayerVersion;
}

/** The payment cluster as a raw AWS::EKS::Cluster, with kubectl through an import of it. */
export class PaymentCfnStack extends Stack {
  constructor(scope: Construct, id: string, props: PaymentCfnProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2 });
    const role = new iam.Role(this, 'ClusterRole', {
      assumedBy: new iam.ServicePrincipal('eks.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonEKSClusterPolicy')],
    });
    const kubectlRole = new iam.Role(this, 'KubectlRole', { assumedBy: new iam.AccountRootPrincipal() });

    const raw = new eks.CfnCluster(this, 'PaymentEksCluster', {
      name: 'payment',
      version: props.version,
      roleArn: role.roleArn,
      resourcesVpcConfig: {
        subnetIds: vpc.privateSubnets.map((subnet) => subnet.subnetId),
        endpointPublicAccess: false,
        endpointPrivateAccess: true,
      },
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
      logging: {
        clusterLogging: {
          enabledTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].map((type) => ({ type })),
        },
      },
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
      vpc,
      kubectlRoleArn: kubectlRole.roleArn,
      kubectlLayer: props.kubectlLayer(this),
      kubectlPrivateSubnetIds: vpc.privateSubnets.map((subnet) => subnet.subnetId),
      kubectlSecurityGroupId: raw.attrClusterSecurityGroupId,
      openIdConnectProvider: new eks.OpenIdConnectProvider(this, 'Oidc', { url: raw.attrOpenIdConnectIssuerUrl }),
    });
    cluster.node.addDependency(access);
    cluster.addServiceAccount('Autoscaler', { name: 'cluster-autoscaler', namespace: 'kube-system' });
    cluster.addServiceAccount('Payment', { name: 'payment-processor', namespace: 'default' });
  }
}
