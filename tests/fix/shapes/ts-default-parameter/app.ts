import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

function makeCluster(scope: Construct, version = eks.KubernetesVersion.V1_36) {
  const cluster = new eks.Cluster(scope, 'Cluster', {
    version,
    kubectlLayer: new KubectlV24Layer(scope, 'Kubectl'),
    defaultCapacity: 0,
  });
  cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
}

const app = new App();
makeCluster(new Stack(app, 'Shop'));
app.synth();
