import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

const app = new App();
for (const name of ['Blue', 'Green']) {
  const stack = new Stack(app, name);
  const cluster = new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_36,
    kubectlLayer: new KubectlV24Layer(stack, 'Kubectl'),
    defaultCapacity: 0,
  });
  cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
}
app.synth();
