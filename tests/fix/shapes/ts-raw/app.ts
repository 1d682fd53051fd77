import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const raw = new eks.CfnCluster(this, 'Raw', {
      name: 'shop',
      version: '1.36',
      roleArn: 'arn:aws:iam::111122223333:role/shop',
      resourcesVpcConfig: { subnetIds: ['subnet-0a1b2c3d', 'subnet-1a2b3c4d'] },
    });
    const cluster = eks.Cluster.fromClusterAttributes(this, 'Cluster', {
      clusterName: raw.ref,
      kubectlRoleArn: 'arn:aws:iam::111122223333:role/shop-kubectl',
      kubectlLayer: new KubectlV24Layer(this, 'Kubectl'),
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
