import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

abstract class ClusterStack extends Stack {
  constructor(scope: Construct, id: string, version: eks.KubernetesVersion) {
    super(scope, id);
    const cluster = new eks.Cluster(this, 'Cluster', {
      version,
      kubectlLayer: new KubectlV24Layer(this, 'Kubectl'),
      defaultCapacity: 0,
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

class ShopStack extends ClusterStack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, eks.KubernetesVersion.V1_36);
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
