import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, Stage, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class ShopStack extends Stack {
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

class Delivery extends Stage {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ShopStack(this, 'Shop');
  }
}

const app = new App();
new Delivery(app, 'Dev');
new Delivery(app, 'Prod');
app.synth();
