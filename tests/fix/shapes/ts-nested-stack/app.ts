import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, NestedStack, Stack, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class Platform extends NestedStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const cluster = new eks.Cluster(this, 'Cluster', {
      version: eks.KubernetesVersion.V1_36,
      kubectlLayer: new KubectlV24Layer(this, 'Kubectl'),
      defaultCapacity: 0,
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new Platform(new Stack(app, 'Shop'), 'Platform');
app.synth();
