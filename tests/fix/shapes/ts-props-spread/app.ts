import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class ShopCluster extends Construct {
  constructor(scope: Construct, id: string, props: Partial<eks.ClusterProps>) {
    super(scope, id);
    const cluster = new eks.Cluster(this, 'Cluster', {
      version: eks.KubernetesVersion.V1_36,
      ...props,
      defaultCapacity: 0,
    } as any);
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    new ShopCluster(this, 'Platform', { clusterName: 'shop', kubectlLayer: new KubectlV24Layer(this, 'Kubectl') });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
