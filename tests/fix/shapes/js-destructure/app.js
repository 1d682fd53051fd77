const { App, Stack, aws_eks } = require('aws-cdk-lib');
const layers = require('@aws-cdk/lambda-layer-kubectl-v24');
const { Cluster, KubernetesVersion } = aws_eks;

function makeCluster(scope, { version, size }) {
  const { KubectlV24Layer } = layers;
  const cluster = new Cluster(scope, 'Cluster', {
    version,
    kubectlLayer: new KubectlV24Layer(scope, 'Kubectl'),
    defaultCapacity: size,
  });
  cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
}

const app = new App();
makeCluster(new Stack(app, 'Shop'), { version: KubernetesVersion.V1_36, size: 0 });
app.synth();
