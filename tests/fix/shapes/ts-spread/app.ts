import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

const DEFAULTS = {
  version: eks.KubernetesVersion.V1_36,
  defaultCapacity: 0,
};

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const cluster = new eks.Cluster(this, 'Cluster', {
      ...DEFAULTS,
      kubectlLayer: new KubectlV24Layer(this, 'Kubectl'),
      clusterName: 'shop'
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
