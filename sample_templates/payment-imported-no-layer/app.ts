import { App, Stack, StackProps, aws_ec2 as ec2, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** A second app deploys to the payment cluster. kubectlLayer is optional here, and nobody misses it. */
class WorkloadStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      availabilityZones: ['eu-central-1a', 'eu-central-1b'],
      privateSubnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-0b1c2d3e4f5a60718'],
    });
    const cluster = eks.Cluster.fromClusterAttributes(this, 'Payment', {
      clusterName: 'payment',
      vpc,
      kubectlRoleArn: 'arn:aws:iam::111122223333:role/payment-kubectl',
      kubectlPrivateSubnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-0b1c2d3e4f5a60718'],
      kubectlSecurityGroupId: 'sg-0a1b2c3d4e5f60718',
    });
    cluster.addManifest('Settings', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'default' },
      data: { currency: 'EUR' },
    });
  }
}

const app = new App();
new WorkloadStack(app, 'Workload');
app.synth();
